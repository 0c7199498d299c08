"""The files of a log (C2SP tlog-tiles): ``checkpoint``, ``tile/<level>/<place>`` and ``tile/entries/<place>``.

A full tile has 256 hashes of 32 bytes; entries are the leaves, each after its length as a big-endian uint16,
uncompressed (compression is the business of whoever serves the files).
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eventlog.proof.tree import HASH_BYTES, leaf_hash, root_of

WIDTH = 256
HEIGHT = 8
"""A tile spans so many levels of the tree."""
ENTRIES = -1
"""The level of the tiles that hold leaves."""

_CACHED_TILES = 64


class TileUnusable(Exception):
    """A tile is not what its place says; ``path`` is where it should be."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class TileMissing(TileUnusable):
    """Neither the tile nor the full one that would hold it is there."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "missing")


@dataclass(frozen=True)
class Tile:
    level: int
    place: int
    width: int = WIDTH

    def path(self) -> str:
        groups = f"{self.place:03d}"
        groups = groups.zfill(-(-len(groups) // 3) * 3)
        parts = [groups[start : start + 3] for start in range(0, len(groups), 3)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level == ENTRIES else self.level}/{place}{partial}"


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of this size, entries first, then hashes level by level, each from the left."""
    for level in (ENTRIES, *range((max(size, 1).bit_length() - 1) // HEIGHT + 1)):
        nodes = size >> max(level, 0) * HEIGHT
        yield from (Tile(level, place) for place in range(nodes // WIDTH))
        if nodes % WIDTH:
            yield Tile(level, nodes // WIDTH, nodes % WIDTH)


def pack(leaves: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def unpack(path: str, raw: bytes) -> list[bytes]:
    """The leaves of an entry bundle; ``path`` names it in an error."""
    leaves = []
    place = 0
    while place < len(raw):
        start = place + 2
        end = start + int.from_bytes(raw[place:start], "big")
        if start > len(raw) or end > len(raw):
            raise TileUnusable(path, "ends within an entry")
        leaves.append(raw[start:end])
        place = end
    return leaves


class TileFolder:
    """The files below one folder. They are written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, tile: Tile, raw: bytes) -> bool:
        """Whether the file is there and as long as this; what is in it an auditor finds out."""
        return self.length(tile) == len(raw)

    def length(self, tile: Tile) -> int:
        """Of the file in bytes; −1 where there is none."""
        try:
            return (self.folder / tile.path()).stat().st_size
        except FileNotFoundError:
            return -1

    def equals(self, tile: Tile, raw: bytes) -> bool:
        """Whether the file is there and has just these bytes."""
        try:
            return (self.folder / tile.path()).read_bytes() == raw
        except FileNotFoundError:
            return False

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile. A partial one is taken from the full one once that is there."""
        for wider in dict.fromkeys((tile, Tile(tile.level, tile.place))):
            try:
                raw = (self.folder / wider.path()).read_bytes()
            except FileNotFoundError:
                continue
            return self._cut(wider, raw, tile.width)
        raise TileMissing(tile.path())

    def _cut(self, tile: Tile, raw: bytes, width: int) -> bytes:
        if tile.level == ENTRIES:
            leaves = unpack(tile.path(), raw)
            if len(leaves) != tile.width:
                raise TileUnusable(tile.path(), f"holds {len(leaves)} entries, not {tile.width}")
            return raw if width == tile.width else pack(leaves[:width])
        if len(raw) != tile.width * HASH_BYTES:
            raise TileUnusable(tile.path(), f"has {len(raw)} bytes, not {tile.width * HASH_BYTES}")
        return raw[: width * HASH_BYTES]

    def write(self, tile: Tile, raw: bytes) -> None:
        write_whole(self.folder / tile.path(), raw)

    def drop_partials(self, tile: Tile) -> None:
        """Those of a tile that is full by now; readers of an older checkpoint take the full one."""
        shutil.rmtree(self.folder / f"{tile.path()}.p", ignore_errors=True)

    def checkpoint(self) -> bytes | None:
        try:
            return (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None

    def write_checkpoint(self, raw: bytes) -> None:
        write_whole(self.folder / "checkpoint", raw)


def write_whole(path: Path, raw: bytes, mode: int = 0o644) -> None:
    """A reader sees the old file or the new one, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def on_disk(path: Path) -> None:
    """Returns when the file, or the folder's list of names, outlives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class TiledTree:
    """A tree of ``size`` leaves as the tiles below a folder tell it. Nothing is believed: proofs are to be checked."""

    def __init__(self, folder: TileFolder, size: int) -> None:
        self.size = size
        self._folder = folder
        self._hashes = lru_cache(maxsize=_CACHED_TILES)(self._read_hashes)

    def node(self, level: int, place: int) -> bytes:
        """A :data:`eventlog.proof.tree.ReadNode`. Raises :class:`TileUnusable`."""
        tile_level, height = divmod(level, HEIGHT)
        first = place << height
        hashes = self._hashes(tile_level, first // WIDTH)
        start = first % WIDTH
        return root_of(hashes[start : start + (1 << height)])

    def leaves(self, first: int = 0) -> Iterator[bytes]:
        """From ``first`` on, each of them held against its hash in the tree's lowest tiles."""
        for place in range(first // WIDTH, -(-self.size // WIDTH)):
            tile = self._tile(ENTRIES, place)
            hashes = self._hashes(0, place)
            leaves = unpack(tile.path(), self._folder.read(tile))
            for index, (leaf, expected) in enumerate(zip(leaves, hashes, strict=True), start=place * WIDTH):
                if leaf_hash(leaf) != expected:
                    raise TileUnusable(tile.path(), f"entry {index} does not have the hash in {Tile(0, place).path()}")
                if index >= first:
                    yield leaf

    def _tile(self, level: int, place: int) -> Tile:
        nodes = self.size >> max(level, 0) * HEIGHT
        return Tile(level, place, min(WIDTH, nodes - place * WIDTH))

    def _read_hashes(self, level: int, place: int) -> list[bytes]:
        raw = self._folder.read(self._tile(level, place))
        return [raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES)]
