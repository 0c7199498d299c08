"""Tiles: their places are the specification's, and what they hold gives the tree back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlog.proof import tiles, tree
from eventlog.proof.growth import GrowingTree
from eventlog.proof.tiles import ENTRIES, Tile, TiledTree, TileFolder, TileMissing, TileUnusable
from tests.eventlog.proof.growing import leaf, tree_of, write_log

MANY = 70_000
"""The specification's own example of a size."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> TileFolder:
    return write_log(tmp_path_factory.mktemp("large"), MANY)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999, 3), "tile/0/999.p/3"),
        (Tile(1, 1000), "tile/1/x001/000"),
        (Tile(2, 1234067), "tile/2/x001/x234/067"),
        (Tile(ENTRIES, 12, 255), "tile/entries/012.p/255"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_a_tiles_path_is_that_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path() == path


def test_a_tree_of_70000_has_the_tiles_of_the_specifications_example() -> None:
    found = list(tiles.tiles_of(MANY))
    hashes = [tile for tile in found if tile.level != ENTRIES]
    assert sum(tile.level == 0 and tile.width == 256 for tile in hashes) == 273
    assert [tile for tile in hashes if tile.level or tile.width < 256] == [
        Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1),
    ]  # fmt: skip
    assert [tile for tile in tiles.tiles_of(256) if tile.level != ENTRIES] == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


def test_the_files_of_a_log_are_the_tiles_of_its_size(large: TileFolder) -> None:
    found = {path.relative_to(large.folder).as_posix() for path in large.folder.rglob("*") if path.is_file()}
    assert found == {tile.path() for tile in tiles.tiles_of(MANY)} | {"checkpoint"}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, MANY])
def test_a_tree_grown_tile_by_tile_has_the_root_of_its_leaves(size: int) -> None:
    assert tree_of(size).root() == tree.root_of(tree.leaf_hash(leaf(number)) for number in range(size))


@settings(deadline=None, max_examples=50)
@given(old=st.integers(0, MANY), new=st.integers(1, MANY), data=st.data())
def test_proofs_made_of_tiles_hold(large: TileFolder, old: int, new: int, data: st.DataObject) -> None:
    """Of any size up to the last: what a smaller tree needs, the tiles of a larger one hold."""
    old, new = sorted((old, new))
    node = TiledTree(large, MANY).node
    index = data.draw(st.integers(0, max(new - 1, 0)))
    old_root, new_root = tree.root_at(node, old), tree.root_at(node, new)
    tree.check_consistency(old, old_root, new, new_root, tree.prove_consistency(node, old, new))
    if new:
        proof = tree.prove_inclusion(node, index, new)
        tree.check_inclusion(tree.leaf_hash(leaf(index)), index, new, proof, new_root)


def test_a_smaller_tree_is_read_from_the_full_tiles_of_a_larger(large: TileFolder) -> None:
    for size in (1, 300, 65_537):
        old = TiledTree(large, size)
        assert tree.root_at(old.node, size) == tree_of(size).root()
        assert list(old.leaves(max(size - 10, 0))) == [leaf(number) for number in range(max(size - 10, 0), size)]


def test_a_tree_grown_in_steps_writes_the_same_files_as_one_grown_at_once(tmp_path: Path) -> None:
    steps, growing = TileFolder(tmp_path / "steps"), GrowingTree()
    for number in range(1000):
        growing.append(leaf(number))
        if number % 37 == 0 or number == 999:
            for tile, raw in [*growing.take_full(), *growing.partial()]:
                steps.write(tile, raw)
    once = write_log(tmp_path / "once", 1000)
    for tile in tiles.tiles_of(1000):
        assert steps.read(tile) == once.read(tile)


def test_entries_are_prefixed_with_their_length() -> None:
    leaves = [b"", b"a", b"b" * 65_535]
    raw = tiles.pack(leaves)
    assert raw[:3] == b"\x00\x00\x00"
    assert raw[5:7] == b"\xff\xff"
    assert tiles.unpack("here", raw) == leaves


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_bundle_cut_off_is_named(cut: int) -> None:
    with pytest.raises(TileUnusable, match="here"):
        tiles.unpack("here", tiles.pack([b"abc"])[:-cut])


def test_a_missing_tile_is_named(tmp_path: Path) -> None:
    files = write_log(tmp_path, 600)
    (tmp_path / "tile/0/001").unlink()
    with pytest.raises(TileMissing, match="tile/0/001"):
        tree.prove_inclusion(TiledTree(files, 600).node, 300, 600)


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/001", "tile/entries/002.p/88"])
def test_a_tile_cut_off_is_named(tmp_path: Path, path: str) -> None:
    files = write_log(tmp_path, 600)
    whole = (tmp_path / path).read_bytes()
    (tmp_path / path).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TileUnusable, match=path):
        list(TiledTree(files, 600).leaves())


def test_an_entry_that_does_not_have_its_hash_is_named(tmp_path: Path) -> None:
    files = write_log(tmp_path, 600)
    bundle = tmp_path / "tile/entries/001"
    raw = bytearray(bundle.read_bytes())
    raw[-1] ^= 1
    bundle.write_bytes(raw)
    with pytest.raises(TileUnusable, match="tile/entries/001: entry 511"):
        list(TiledTree(files, 600).leaves())


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_log(tmp_path, 3)
    before = files.checkpoint()
    monkeypatch.setattr("os.fsync", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        files.write_checkpoint(b"half")
    assert files.checkpoint() == before


def _power_cut(_: int) -> None:
    raise KeyboardInterrupt
