"""Which partitions may be archived, and what the signed tree says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.tiles import TiledTree, TileFolder, TileUnusable
from eventlog.proof.tree import BadProof, check_inclusion, prove_inclusion

KEPT = 2
"""The newest partitions are never archived: one is being written, and the one before it is what most look into."""


class CannotArchive(Exception):
    """The sentence says what is wrong, where, and how to mend it."""


class Unproved(CannotArchive):
    """The published tiles do not lead from the partition to the signed checkpoint."""


@dataclass(frozen=True)
class Partition:
    """Positions ``first`` up to ``end`` of the log called ``origin``: place ``place`` of ``span`` positions each."""

    origin: str
    place: int
    span: int

    @property
    def first(self) -> int:
        return self.place * self.span

    @property
    def end(self) -> int:
        return self.first + self.span

    def told(self) -> str:
        return f"分区 {self.place}（第 {self.first} 至 {self.end - 1} 号事件）"


def closed(signed: Checkpoint, span: int) -> Iterator[Partition]:
    """Those that are all signed and not among the newest, oldest first."""
    for place in range(-(-signed.size // span) - KEPT):
        yield Partition(signed.origin, place, span)


def proved_root(partition: Partition, signed: Checkpoint, files: TileFolder) -> bytes:
    """The root over the partition's leaves, as the tiles below ``files`` prove it to be in the signed tree.

    Raises :class:`Unproved`.
    """
    level = partition.span.bit_length() - 1
    tree = TiledTree(files, signed.size)
    try:
        root = tree.node(level, partition.place)
        # The path of its first leaf, from where that has climbed to the partition's own root.
        path = prove_inclusion(tree.node, partition.first, signed.size)[level:]
        check_inclusion(root, partition.place, (signed.size - 1 >> level) + 1, path, signed.root)
    except (TileUnusable, BadProof) as error:
        raise Unproved(
            f"{files.folder} 里的瓦片证明不了{partition.told()}：{error}。"
            f"请从副本恢复这个目录，或停下服务、删去其中的 tile 目录后重新启动，服务会重新写出，然后再归档。"
        ) from error
    return root
