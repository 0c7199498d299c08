"""All that was signed of a copy, as it lies in the copy itself."""

from __future__ import annotations

from pathlib import Path

from audit.checkpoints import PublicKeys, Refused, SignedTree, published, read_keys
from audit.outcome import Exit, Unproven, Unusable
from audit.verify import exit_of
from audit.vocabulary import VOCABULARIES
from eventlog.proof.tiles import TileMissing, TileUnusable


def signed_trees(folder: Path) -> tuple[PublicKeys, dict[str, SignedTree]]:
    """The keys that came with the copy and each log's checkpoint; :class:`Unusable` when one is missing or wrong."""
    keys = read_keys(folder, None)
    if keys is None:
        raise Unusable(f"{folder} 里没有 keys/*.vkey，校验点无从核对。请连同 keys 目录一并复制，里面只有公钥。")
    trees: dict[str, SignedTree] = {}
    for log in VOCABULARIES:
        tree = next(iter(published(folder, log, keys)))
        if isinstance(tree, Refused):
            raise Unproven(f"{tree}。", exit_of(tree.code)) from tree
        trees[log] = tree
    return keys, trees


def lacking(log: str, error: TileUnusable) -> Unusable:
    """Of a tile that should prove something and does not."""
    told = f"proof/{log}/{error.path} 缺少或损坏（{error}）。请重新复制 proof 目录。"
    return Unproven(told, Exit.PROOF_MISSING) if isinstance(error, TileMissing) else Unusable(told)
