"""Whether the rows of a log are those that were signed, and if not, which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.checkpoints import SignedTree
from eventlog.proof.growth import GrowingTree
from eventlog.proof.tiles import ENTRIES, HEIGHT, WIDTH, Tile, TileFolder, TileMissing, TileUnusable, unpack
from eventlog.proof.tree import EMPTY_ROOT, HASH_BYTES, Edge, root_of

LEAF, TILE, TILE_MISSING, ROOT, SHORTER, LOST = "leaf", "tile", "tile_missing", "root", "shorter", "lost"
TILE_CUT = "tile_cut"
MOST_NAMED = 100
"""Positions of one kind that are named one by one."""

Fault = tuple[int, str, str]
"""(position, code, message)"""


@dataclass
class _Differing:
    """Where rows and tiles differ, with the tile's path; the first ones by name, the others counted."""

    named: list[tuple[int, str]] = field(default_factory=list)
    others: int = 0

    def add(self, position: int, path: str) -> None:
        if len(self.named) < MOST_NAMED:
            self.named.append((position, path))
        else:
            self.others += 1

    def rest(self, code: str) -> Iterator[Fault]:
        if self.others:
            yield self.named[-1][0] + 1, code, f"此后还有 {self.others} 处不同，不再逐条列出"


class SignedRows:
    """Fed with the tree of the rows as it grows; memory is that of the faults it names, not of the log."""

    def __init__(self, signed: SignedTree) -> None:
        self.signed = signed
        self.size = signed.checkpoint.size
        self._root: bytes | None = None if self.size else EMPTY_ROOT
        self._leaves = _Differing()
        self._elsewhere = _Differing()
        self._damaged: list[tuple[int, str, TileUnusable]] = []
        self._tiles_signed = False
        self._rows = 0

    @property
    def equal(self) -> bool:
        return self._root == self.signed.checkpoint.root

    def grown(self, tree: GrowingTree, filled: list[tuple[Tile, bytes]]) -> None:
        """Whenever tiles were filled, and when the tree is as large as the signed one."""
        if tree.size > self.size:
            return
        for tile, raw in filled:
            self._hold(tile, raw)
        if tree.size == self.size:
            self._root = tree.root()
            for tile, raw in tree.partial():
                self._hold(tile, raw)

    def faults(self, tree: GrowingTree, *, declared: bool) -> Iterator[Fault]:
        """At the end of the rows, once. ``declared`` says that the log itself tells of events it lost at its end."""
        self._rows = min(self.size, tree.size)
        if self.size and self._root is None:
            for tile, raw in tree.partial():
                if tile.level <= 0:
                    self._hold(tile, raw)
            if declared:
                told = f"签了 {self.size} 个事件，第 {tree.size} 号起的 {self.size - tree.size} 个，日志自己说丢失了"
                rest = "" if self.signed.files is not None else "；没有瓦片，前面的也无从核对"
                yield tree.size, LOST, f"{self.signed.whose}{told}，无从核对{rest}"
            else:
                told = f"签了 {self.size} 个事件，表里只有 {tree.size} 个：末尾被截去，或换回了旧备份"
                yield tree.size, SHORTER, f"{self.signed.whose}{told}"
        for position, code, error in self._damaged:
            what = "不在" if code == TILE_MISSING else f"不完整（{error}）"
            yield position, code, f"瓦片 {error.path} {what}。请重新复制 proof 目录"
        if self.equal or not self.size:
            yield from self._tile_faults()
            return
        files = self.signed.files
        self._tiles_signed = files is not None and self._leads_to_root(files)
        if self._tiles_signed:
            yield from self._leaf_faults()
        elif self._root is not None:
            yield self._root_fault()

    def proves(self, position: int) -> bool:
        """Whether the row here is the one that was signed; to be asked after :meth:`faults`."""
        if position >= self._rows:
            return False
        if self.equal:
            return True
        named = [one for one, _ in self._leaves.named]
        counted = not self._leaves.others or position < named[-1]
        return self._tiles_signed and counted and position not in named

    def _hold(self, tile: Tile, raw: bytes) -> None:
        files = self.signed.files
        if files is None or files.equals(tile, raw):
            return
        span = max(tile.level, 0) * HEIGHT
        first = tile.place * WIDTH << span
        try:
            theirs = files.read(self._theirs(tile))
            if theirs == raw:
                return
            differing = _differing(tile, raw, theirs)
        except TileUnusable as error:
            cut = 0 <= files.length(self._theirs(tile)) < len(raw)
            code = TILE_MISSING if isinstance(error, TileMissing) else TILE_CUT if cut else TILE
            self._damaged.append((first, code, error))
            return
        place = self._elsewhere if tile.level else self._leaves
        for index in differing:
            place.add(first + (index << span), tile.path())

    def _theirs(self, tile: Tile) -> Tile:
        """As wide as theirs is: rows that end early fill less of a tile."""
        nodes = self.size >> max(tile.level, 0) * HEIGHT
        return Tile(tile.level, tile.place, min(WIDTH, nodes - tile.place * WIDTH))

    def _tile_faults(self) -> Iterator[Fault]:
        for differing in (self._leaves, self._elsewhere):
            for position, path in differing.named:
                yield position, TILE, f"瓦片 {path} 与签过的事件不同：瓦片被改动，表没有"
            yield from differing.rest(TILE)

    def _leaf_faults(self) -> Iterator[Fault]:
        for position, _ in self._leaves.named:
            yield position, LEAF, f"内容与{self.signed.whose}所签的不同：事件被改动、删去或插入"
        yield from self._leaves.rest(LEAF)

    def _root_fault(self) -> Fault:
        if self._leaves.named:
            where, _ = self._leaves.named[0]
            told = f"表和瓦片在第 {where} 号起不同"
        else:
            where = self.size - 1
            told = f"第 {where} 号或之前有改动"
        return where, ROOT, f"前 {self.size} 个事件与{self.signed.whose}不符，瓦片也不能证明；{told}"

    def _leads_to_root(self, files: TileFolder) -> bool:
        """Whether the tiles of leaf hashes are those the checkpoint signed."""
        edge = Edge()
        try:
            for place in range(-(-self.size // WIDTH)):
                hashes = _parts(files.read(self._theirs(Tile(0, place))))
                if len(hashes) == WIDTH:
                    edge.add(root_of(hashes), HEIGHT)
                else:
                    for one in hashes:
                        edge.add(one)
        except TileUnusable:
            return False
        return edge.root() == self.signed.checkpoint.root


def _differing(tile: Tile, mine: bytes, theirs: bytes) -> list[int]:
    """Places within the tile, as far as both reach."""
    if tile.level == ENTRIES:
        pairs = zip(unpack(tile.path(), mine), unpack(tile.path(), theirs), strict=False)
    else:
        pairs = zip(_parts(mine), _parts(theirs), strict=False)
    return [index for index, (one, other) in enumerate(pairs) if one != other]


def _parts(raw: bytes) -> list[bytes]:
    return [raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES)]
