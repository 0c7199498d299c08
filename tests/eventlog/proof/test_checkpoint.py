"""Checkpoints: what is written reads back, and nothing else is read."""

from __future__ import annotations

import base64

import pytest

from eventlog.proof import checkpoint, note
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint, log_of
from eventlog.proof.note import Signer, UnknownSigner, WrongSignature
from eventlog.proof.tree import EMPTY_ROOT

# C2SP tlog-checkpoint, section "Note text".
SPEC_LINES = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SPEC = Checkpoint(
    "example.com/behind-the-sofa", 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
)
SIGNER = Signer.generate("example.com/behind-the-sofa")


def test_the_first_three_lines_are_those_of_the_specification() -> None:
    assert SPEC.text().startswith(SPEC_LINES)
    assert checkpoint.parse(SPEC.text()) == SPEC


def test_the_fourth_line_is_the_sm3_digest_of_the_first_three() -> None:
    """As another program computes it: the three lines into ``openssl dgst -sm3 -binary | base64``."""
    assert SPEC.text() == f"{SPEC_LINES}sm3 A8bfpHRJkitLApVBEG54mR4Xy/CARP2wgzTJSDLezDQ=\n"


def test_sm3_is_the_published_function() -> None:
    """GB/T 32905-2016, appendix A.1."""
    assert checkpoint._sm3("abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_empty_log_has_a_checkpoint_too() -> None:
    empty = Checkpoint("example.com/empty", 0, EMPTY_ROOT)
    assert checkpoint.parse(empty.text()) == empty


def _with(line: int, text: str) -> str:
    lines = SPEC.text().split("\n")
    lines[line] = text
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SPEC_LINES,
        SPEC.text() + "more\n",
        SPEC.text().removesuffix("\n"),
        _with(0, ""),
        _with(0, "example.com/another"),
        _with(1, "020852163"),
        _with(1, "+20852163"),
        _with(1, "20852163 "),
        _with(1, "-1"),
        _with(1, "9" * 5000),
        _with(2, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I"),
        _with(2, "AAAA"),
        _with(2, "#"),
        _with(3, "sm3 " + base64.b64encode(bytes(32)).decode()),
        _with(3, "sm4 x"),
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        checkpoint.parse(text)


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    signed = note.sign(SPEC.text(), [SIGNER])
    opened = checkpoint.open_signed(str(signed).encode(), [SIGNER.key])
    assert (opened.checkpoint, opened.signers, opened.note) == (SPEC, (SIGNER.key,), signed)


def test_a_checkpoint_signed_with_another_key_is_refused() -> None:
    signed = note.sign(SPEC.text(), [Signer.generate(SPEC.origin)])
    with pytest.raises(UnknownSigner):
        checkpoint.open_signed(str(signed).encode(), [SIGNER.key])


def test_a_changed_checkpoint_is_refused() -> None:
    signed = str(note.sign(SPEC.text(), [SIGNER])).replace("20852163", "20852164")
    with pytest.raises(WrongSignature):
        checkpoint.open_signed(signed.encode(), [SIGNER.key])


@pytest.mark.parametrize(
    ("origin", "log"),
    [("a.test/review", ("review", 1)), ("a.test/review/2", ("review", 2)), ("a.test/x/review/13", ("review", 13))],
)
def test_an_origin_says_of_which_log_it_is_and_the_how_manieth(origin: str, log: tuple[str, int]) -> None:
    assert log_of(origin) == log
