"""Our checkpoints, tiles and proofs are accepted by an implementation not ours, and it notices what is wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from eventlog.proof import note, tree
from eventlog.proof.note import Signer
from eventlog.proof.tiles import TiledTree, TileFolder
from tests.eventlog.proof.go import Claims, GoMissing, build, find_go
from tests.eventlog.proof.growing import SIGNER, leaf, tree_of, write_log

COSIGNER = Signer.generate("proof.example/cosigner")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("go"))


def _claims(files: TileFolder, size: int) -> Claims:
    """Proofs of leaves and of smaller trees from all over the log."""
    claims = Claims(SIGNER.key.text())
    node = TiledTree(files, size).node
    step = max(size // 11, 1)
    for index in (*range(0, size, step), size - 1):
        claims.includes(index, tree.leaf_hash(leaf(index)), tree.prove_inclusion(node, index, size))
    for old in (*range(1, size, step), size):
        claims.extends(old, tree_of(old).root(), tree.prove_consistency(node, old, size))
    return claims


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 65_536, 66_000])
def test_go_accepts_checkpoint_tiles_entries_and_proofs(program: Path, tmp_path: Path, size: int) -> None:
    files = write_log(tmp_path, size)
    claims = _claims(files, size)
    counted = claims.check(program, tmp_path)
    assert counted == {
        "size": size,
        "signatures": 1,
        "inclusion": len(claims.inclusion),
        "consistency": len(claims.consistency),
    }


def test_go_accepts_a_cosignature_beside_the_logs_own(program: Path, tmp_path: Path) -> None:
    files = write_log(tmp_path, 300)
    signed = note.parse(files.checkpoint() or b"")
    files.write_checkpoint(str(signed.with_signatures([COSIGNER.cosign(signed.text, 1_800_000_000)])).encode())
    claims = Claims(SIGNER.key.text(), [COSIGNER.key.as_cosigner().text()])
    assert claims.check(program, tmp_path)["signatures"] == 2


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/000"])
def test_go_notices_a_bit_that_was_flipped(program: Path, tmp_path: Path, path: str) -> None:
    files = write_log(tmp_path, 600)
    claims = _claims(files, 600)
    raw = bytearray((tmp_path / path).read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / path).write_bytes(raw)
    with pytest.raises(subprocess.CalledProcessError):
        claims.check(program, tmp_path)


def test_go_notices_a_proof_of_something_else(program: Path, tmp_path: Path) -> None:
    files = write_log(tmp_path, 600)
    node = TiledTree(files, 600).node
    other_leaf, other_tree = Claims(SIGNER.key.text()), Claims(SIGNER.key.text())
    other_leaf.includes(5, tree.leaf_hash(leaf(6)), tree.prove_inclusion(node, 5, 600))
    other_tree.extends(300, tree_of(301).root(), tree.prove_consistency(node, 300, 600))
    for claims in (other_leaf, other_tree):
        with pytest.raises(subprocess.CalledProcessError):
            claims.check(program, tmp_path)


def test_where_there_is_no_go_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GoMissing, match="golang-golang-x-mod-dev"):
        find_go()
