"""All that was signed of a copy, as it lies in the copy itself."""

from __future__ import annotations

from pathlib import Path

from audit.checkpoints import PublicKeys, Refused, SignedTree, published, read_keys
from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES


def signed_trees(folder: Path) -> tuple[PublicKeys, dict[str, SignedTree]]:
    """The keys that came with the copy and each log's checkpoint; :class:`Unusable` when one is missing or wrong."""
    keys = read_keys(folder, None)
    if keys is None:
        raise Unusable(f"{folder} 里没有 keys/*.vkey，校验点无从核对。请连同 keys 目录一并复制，里面只有公钥。")
    trees: dict[str, SignedTree] = {}
    for log in VOCABULARIES:
        tree = next(iter(published(folder, log, keys)))
        if isinstance(tree, Refused):
            raise Unusable(f"{tree}。") from tree
        trees[log] = tree
    return keys, trees
