"""The text of an event's proof: read as written, and nothing else is read."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.proof.event_proof import EventProof, MalformedProof, parse
from eventlog.proof.tiles import TiledTree
from eventlog.proof.tree import leaf_hash, prove_inclusion
from tests.eventlog.proof.go import Claims, build
from tests.eventlog.proof.growing import SIGNER, leaf, write_log

HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=30).map(tuple)
WHOLE = EventProof(b"leaf", 7, (b"a" * 32, b"b" * 32), b"origin\n8\n\n\xe2\x80\x94 origin AAAA\n").text()


@given(leaf=st.binary(max_size=200), index=st.integers(0, 2**53), path=HASHES, checkpoint=st.binary(max_size=200))
def test_whatever_is_written_is_read_back(leaf: bytes, index: int, path: tuple[bytes, ...], checkpoint: bytes) -> None:
    proof = EventProof(leaf, index, path, checkpoint)
    assert parse(proof.text()) == proof


def test_the_lines_are_those_of_the_specification() -> None:
    header, extra, index, one, two, empty, *checkpoint = WHOLE.decode().split("\n")
    assert (header, extra, index) == ("c2sp.org/tlog-proof@v1", "extra bGVhZg==", "index 7")
    assert [base64.b64decode(line) for line in (one, two)] == [b"a" * 32, b"b" * 32]
    assert (empty, checkpoint[:2]) == ("", ["origin", "8"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"extra bGVhZg==\n", b""),
        (b"extra ", b"extra  "),
        (b"bGVhZg==", b"bGVhZh=="),
        (b"index 7", b"index 07"),
        (b"index 7", b"index -7"),
        (b"index 7", b"index"),
        (b"YWFh", b"YWF"),
        (b"YWFh", b"YWF*"),
        (b"YWFh", b"\xff\xff"),
        (b"\n\norigin", b"\norigin"),
    ],
)
def test_anything_else_is_no_proof(old: bytes, new: bytes) -> None:
    assert old in WHOLE
    with pytest.raises(MalformedProof):
        parse(WHOLE.replace(old, new, 1))


def test_go_accepts_the_path_in_the_file(tmp_path: Path) -> None:
    files = write_log(tmp_path / "log", 300)
    path = prove_inclusion(TiledTree(files, 300).node, 123, 300)
    text = EventProof(leaf(123), 123, tuple(path), files.checkpoint() or b"").text().decode()
    _, extra, index, *hashes = text.partition("\n\n")[0].split("\n")
    claims = Claims(SIGNER.key.text())
    claims.includes(
        int(index.split(" ")[1]),
        leaf_hash(base64.b64decode(extra.split(" ")[1])),
        [base64.b64decode(one) for one in hashes],
    )
    assert claims.check(build(tmp_path), tmp_path / "log")["inclusion"] == 1
