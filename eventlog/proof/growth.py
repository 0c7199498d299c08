"""A tree that grows at its right edge and gives the tiles that change (C2SP tlog-tiles)."""

from __future__ import annotations

from eventlog.proof.tiles import ENTRIES, HEIGHT, WIDTH, Tile, pack
from eventlog.proof.tree import Edge, leaf_hash, root_of


class GrowingTree:
    """Keeps what the unfinished tiles hold: at most 255 leaves, and 255 hashes a level. Full ones it hands out once."""

    def __init__(self) -> None:
        self.size = 0
        self._leaves: list[bytes] = []
        self._levels: list[list[bytes]] = [[]]
        self._full: list[tuple[Tile, bytes]] = []

    def append(self, leaf: bytes) -> bytes:
        """The leaf's hash."""
        hashed = leaf_hash(leaf)
        self._leaves.append(leaf)
        self._levels[0].append(hashed)
        self.size += 1
        if len(self._leaves) == WIDTH:
            self._full.append((Tile(ENTRIES, (self.size - 1) // WIDTH), pack(self._leaves)))
            self._leaves = []
            self._hand_up(0)
        return hashed

    def root(self) -> bytes:
        edge = Edge()
        for level in reversed(range(len(self._levels))):
            for node in self._levels[level]:
                edge.add(node, level * HEIGHT)
        return edge.root()

    def take_full(self) -> list[tuple[Tile, bytes]]:
        """The tiles filled since this was last asked."""
        taken, self._full = self._full, []
        return taken

    def partial(self) -> list[tuple[Tile, bytes]]:
        """The unfinished tiles of the tree as it is."""
        place = self.size // WIDTH
        found = [(Tile(ENTRIES, place, len(self._leaves)), pack(self._leaves))] if self._leaves else []
        for level, hashes in enumerate(self._levels):
            if hashes:
                found.append((Tile(level, self.size >> (level + 1) * HEIGHT, len(hashes)), b"".join(hashes)))
        return found

    def _hand_up(self, level: int) -> None:
        """Of a level that is full; its root belongs to the next one, which may be full then."""
        hashes, self._levels[level] = self._levels[level], []
        self._full.append((Tile(level, (self.size >> level * HEIGHT) // WIDTH - 1), b"".join(hashes)))
        if level + 1 == len(self._levels):
            self._levels.append([])
        above = self._levels[level + 1]
        above.append(root_of(hashes))
        if len(above) == WIDTH:
            self._hand_up(level + 1)
