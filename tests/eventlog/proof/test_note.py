"""Signed notes, held against the examples the specifications publish."""

from __future__ import annotations

import pytest

from eventlog.proof import note
from eventlog.proof.note import (
    COSIGNATURE,
    MalformedKey,
    MalformedNote,
    Signer,
    UnknownSigner,
    VerifierKey,
    WrongSignature,
)

# C2SP signed-note, section "Example".
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo"
    " Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# The documentation of Go's golang.org/x/mod/sumdb/note.
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# C2SP tlog-cosignature, section "Format"; it publishes no key.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa"
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1"
    " jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
# The tests of transparency-dev/formats: a cosigner's key.
COSIGNER_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

ALICE, BOB = Signer.generate("alice.example"), Signer.generate("bob.example")
TEXT = "three\nshort\nlines\n"


def test_the_specifications_example_verifies() -> None:
    key = VerifierKey.parse(SPEC_KEY)
    opened = note.parse(SPEC_NOTE)
    assert opened.verified([key]) == [key]
    assert opened.text == "This is an example message.\n"
    assert (str(opened).encode(), key.text()) == (SPEC_NOTE, SPEC_KEY)


def test_we_sign_as_go_does() -> None:
    signer = Signer.parse(GO_SECRET)
    assert str(note.sign(GO_TEXT, [signer])) == f"{GO_TEXT}\n{GO_LINE}"
    assert (signer.key.text(), signer.secret_text()) == (GO_KEY, GO_SECRET)


def test_the_specifications_cosignature_is_read() -> None:
    opened = note.parse(COSIGNED)
    assert [one.name for one in opened.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert opened.signatures[1].timestamp() == 1679315147
    assert str(opened).encode() == COSIGNED


def test_a_cosigners_published_key_is_read() -> None:
    key = VerifierKey.parse(COSIGNER_KEY)
    assert (key.type, key.text()) == (COSIGNATURE, COSIGNER_KEY)


def test_a_cosignature_verifies_with_the_cosigners_key_alone() -> None:
    signed = note.sign(TEXT, [ALICE])
    cosigned = signed.with_signatures([BOB.cosign(TEXT, 1_800_000_000)])
    assert cosigned.verified([ALICE.key, BOB.key, BOB.key.as_cosigner()]) == [ALICE.key, BOB.key.as_cosigner()]
    with pytest.raises(UnknownSigner):
        note.Note(TEXT, (BOB.cosign(TEXT, 1),)).verified([BOB.key])


def test_a_cosignature_holds_for_its_own_time_only() -> None:
    made = BOB.cosign(TEXT, 1_800_000_000)
    shifted = note.Signature(made.name, made.key_id, BOB.cosign(TEXT, 1_800_000_001).raw[:8] + made.raw[8:])
    with pytest.raises(WrongSignature):
        note.Note(TEXT, (shifted,)).verified([BOB.key.as_cosigner()])


@pytest.mark.parametrize("place", [0, 7, len(TEXT) - 2])
def test_a_changed_text_is_refused(place: int) -> None:
    signed = note.sign(TEXT, [ALICE])
    changed = TEXT[:place] + "X" + TEXT[place + 1 :]
    with pytest.raises(WrongSignature, match=r"alice\.example"):
        note.Note(changed, signed.signatures).verified([ALICE.key])


def test_who_signed_with_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownSigner, match=rf"bob\.example\+{BOB.key.id.hex()}"):
        note.sign(TEXT, [BOB]).verified([ALICE.key, Signer.generate("bob.example").key])


def test_signatures_by_unknown_keys_are_passed_over() -> None:
    assert note.sign(TEXT, [BOB, ALICE]).verified([ALICE.key]) == [ALICE.key]


def test_a_second_signature_by_the_same_key_takes_the_place_of_the_first() -> None:
    signed = note.sign(TEXT, [ALICE]).with_signatures([BOB.cosign(TEXT, 1)]).with_signatures([BOB.cosign(TEXT, 2)])
    assert [one.name for one in signed.signatures] == ["alice.example", "bob.example"]
    assert signed.signatures[1].timestamp() == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no signature\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 alice.example AAAAAAAA",
        b"text\n\n\xe2\x80\x94 alice.example !!!!\n",
        b"text\n\n\xe2\x80\x94 alice.example AAAA\n",
        b"text\n\n\xe2\x80\x94 alice.example AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94 ali+ce AAAAAAAA\n",
        b"text\n\n- alice.example AAAAAAAA\n",
        b"te\rxt\n\n\xe2\x80\x94 alice.example AAAAAAAA\n",
        b"te\xffxt\n\n\xe2\x80\x94 alice.example AAAAAAAA\n",
        b"text\n\n" + b"\xe2\x80\x94 alice.example AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedNote):
        note.parse(raw)


@pytest.mark.parametrize("text", ["no newline", "a tab\there\n", ""])
def test_what_cannot_be_a_notes_text_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        note.sign(text, [ALICE])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("example.com/foo", "example.com/fool"),
        SPEC_KEY.replace("+Aeky", "+Aekx"),
        SPEC_KEY.replace("+Aeky", "+A"),
        SPEC_KEY.replace("+Aeky", "+Beky"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", [GO_KEY, GO_SECRET[:-4], GO_SECRET.replace("c74f20a3", "c74f20a4")])
def test_what_is_no_private_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(MalformedKey) as caught:
        Signer.parse(text)
    assert "AYEK" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_keys_name_has_neither_blanks_nor_plus_signs(name: str) -> None:
    with pytest.raises(MalformedKey):
        Signer.generate(name)
