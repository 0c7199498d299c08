"""A log's files made of made-up leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eventlog.proof import note
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.growth import GrowingTree
from eventlog.proof.note import Signer
from eventlog.proof.tiles import TileFolder

ORIGIN = "proof.example/made-up"
SIGNER = Signer(ORIGIN, bytes(range(32)))


def leaf(number: int) -> bytes:
    return f"leaf {number} ".encode() * (1 + number % 7)


@cache
def tree_of(size: int) -> GrowingTree:
    """To be looked at, not to be grown."""
    tree = GrowingTree()
    for number in range(size):
        tree.append(leaf(number))
    return tree


def write_log(folder: Path, size: int) -> TileFolder:
    """Tiles and a signed checkpoint of so many leaves."""
    files, tree = TileFolder(folder), GrowingTree()
    for number in range(size):
        tree.append(leaf(number))
    for tile, raw in [*tree.take_full(), *tree.partial()]:
        files.write(tile, raw)
    signed = note.sign(Checkpoint(ORIGIN, size, tree.root()).text(), [SIGNER])
    files.write_checkpoint(str(signed).encode())
    return files
