"""Every log of a copy as files in the C2SP tlog-tiles layout, with its events as tables beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.checkpoints import PublicKeys, SignedTree
from audit.copies.log_copy import LogCopy
from audit.export import tables
from audit.export.folder import whole_folder
from audit.export.tables import Exported
from audit.outcome import Unusable
from audit.trees import lacking
from audit.verify import Progress
from eventlog.proof.note import ED25519
from eventlog.proof.tiles import TiledTree, TileFolder, TileUnusable, tiles_of, write_whole
from eventlog.proof.tree import leaf_hash, root_at

_STEP = 500


@dataclass(frozen=True)
class ExportedLog:
    """``covered`` events are in the checkpoint with this ``root`` (hexadecimal), the rest are newer."""

    log: str
    events: int
    covered: int
    root: str
    cosigners: tuple[str, ...]


def export(
    copies: Sequence[LogCopy], keys: PublicKeys, trees: dict[str, SignedTree], out: Path, progress: Progress
) -> list[ExportedLog]:
    """``trees`` must have been read before the copies were opened: a log that goes on meanwhile is then ahead of its
    checkpoint, never behind.
    """
    with whole_folder(out) as part:
        own = [one.line() for one in keys.listed if one.key.type == ED25519]
        write_whole(part / "keys.txt", "".join(f"{line}\n" for line in dict.fromkeys(own)).encode())
        return [_export(copy, trees[copy.name], part / copy.name, progress) for copy in copies]


def _export(copy: LogCopy, tree: SignedTree, folder: Path, progress: Progress) -> ExportedLog:
    try:
        tiled = _copied(tree, folder)
        tables.write(folder, copy.name, _held_against(copy, tiled, progress))
    except TileUnusable as error:
        raise lacking(copy.name, error) from error
    events, covered = copy.head().next_position, tree.checkpoint.size
    return ExportedLog(copy.name, events, covered, tree.checkpoint.root.hex(), tree.cosigners)


def _copied(tree: SignedTree, folder: Path) -> TiledTree:
    """Every tile the checkpoint needs, and the checkpoint last."""
    size, target = tree.checkpoint.size, TileFolder(folder)
    assert tree.files is not None, "a published checkpoint has tiles"
    for tile in tiles_of(size):
        target.write(tile, tree.files.read(tile))
    tiled = TiledTree(target, size)
    if root_at(tiled.node, size) != tree.checkpoint.root:
        raise TileUnusable("tile", "the tiles do not have the checkpoint's root")
    target.write_checkpoint(tree.raw)
    return tiled


def _held_against(copy: LogCopy, tiled: TiledTree, progress: Progress) -> Iterator[Exported]:
    """Every row; those the checkpoint covers must be the leaves it covers."""
    leaves = tiled.leaves()
    count = 0
    for row in copy.rows():
        covered = count < tiled.size
        if covered and leaf_hash(next(leaves)) != leaf_hash(row.leaf):
            raise Unusable(f"{copy.name} 第 {count} 号事件与签过的不同，没有导出。请先用 audit verify 核查这份副本。")
        yield Exported(row, covered)
        count += 1
        if count % _STEP == 0:
            progress(copy.name, count)
    progress(copy.name, count)
    if count < tiled.size:
        raise Unusable(
            f"{copy.name} 只有 {count} 个事件，校验点却签了 {tiled.size} 个，没有导出。"
            "请先用 audit verify 核查这份副本。"
        )
