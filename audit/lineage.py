"""The tree of a log's rows and, where the log goes on after a loss, the trees of the logs it carried events over from.

A log that goes on holds, after its first event :class:`LogContinued`, the events of the previous one, each one position
further on and otherwise as it was; so their old leaves, and what was signed of them, can be made out again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.checkpoints import MISSING, SignedTree, missing
from audit.copies.log_copy import LogCopy
from audit.places import NO_HASH
from audit.signed_rows import LOST, ROOT, Fault, SignedRows
from audit.vocabulary import VOCABULARIES
from eventlog.codec import UnreadableEvent
from eventlog.event import open_leaf
from eventlog.kernel_events import LogContinued
from eventlog.proof.checkpoint import log_of
from eventlog.proof.growth import GrowingTree
from eventlog.proof.tiles import WIDTH

OTHER_LINE = "other_line"


@dataclass
class _Generation:
    """One log of the line: its rows are those from ``moved`` on, ``most`` of them; the log as it is has no limit."""

    moved: int
    most: int | None
    signed: list[SignedRows]
    tree: GrowingTree


class Lineage:
    def __init__(self, copy: LogCopy, signed: Sequence[SignedTree]) -> None:
        self._log = copy.name
        self._asked = bool(signed)
        self._continued = continuations(copy)
        limits: list[int | None] = [None]
        for told in self._continued:
            before = limits[-1]
            limits.append(told.carried if before is None else min(told.carried, before - 1))
        self._line = [_Generation(moved, most, [], GrowingTree()) for moved, most in enumerate(limits)]
        self._strangers: list[SignedTree] = []
        for one in signed:
            moved = len(self._line) - log_of(one.checkpoint.origin)[1]
            if 0 <= moved < len(self._line):
                self._line[moved].signed.append(SignedRows(one))
            else:
                self._strangers.append(one)
        self._sizes = [{one.size for one in generation.signed} for generation in self._line]

    def add(self, position: int, leaf: bytes) -> list[bytes]:
        """The leaf's hash here and, latest first, in the logs before; nothing for those it does not come from."""
        hashes = [self._grow(self._line[0], leaf)]
        for generation in self._line[1:]:
            if generation.moved <= position and (generation.most is None or generation.tree.size < generation.most):
                hashes.append(self._grow(generation, moved_back(leaf, position - generation.moved)))
            else:
                hashes.append(NO_HASH)
        return hashes

    def faults(self) -> Iterator[Fault]:
        for one in self._strangers:
            here = len(self._line)
            told = f"属于第 {log_of(one.checkpoint.origin)[1]} 本，副本里的是第 {here} 本。请取得更新的副本"
            yield 0, OTHER_LINE, f"{one.whose}{told}"
        yield from self._losses()
        for generation in self._line:
            for rows in generation.signed:
                yield from rows.faults(generation.tree, declared=generation.moved > 0)
                yield from self._as_declared(generation, rows.signed)

    def proves(self, position: int) -> bool:
        """Whether the row here is the one that was signed, by all that was signed of it; to be asked after
        :meth:`faults`.
        """
        covering = [
            rows.proves(position - generation.moved)
            for generation in self._line
            for rows in generation.signed
            if 0 <= position - generation.moved < rows.size
        ]
        return bool(covering) and all(covering)

    def matched(self) -> list[SignedTree]:
        """Those that all rows they cover agree with."""
        return [rows.signed for generation in self._line for rows in generation.signed if rows.equal]

    def _grow(self, generation: _Generation, leaf: bytes) -> bytes:
        tree = generation.tree
        hashed = tree.append(leaf)
        if not tree.size % WIDTH or tree.size in self._sizes[generation.moved]:
            filled = tree.take_full()
            for rows in generation.signed:
                rows.grown(tree, filled)
        return hashed

    def _losses(self) -> Iterator[Fault]:
        """What the log says it lost, which nothing here confirms; and whose proof should be here and is not."""
        for position, told in enumerate(self._continued):
            if (lost := told.previous_size - told.carried) > 0:
                there = f"那一本签到 {told.previous_size} 个事件，带来 {told.carried} 个，丢失 {lost} 个"
                why = f"写明的原因是“{told.reason}”。请查明是否属实"
                yield position, LOST, f"本日志接续 {told.previous_origin}：{there}，{why}"
            if self._asked and all(rows.signed.files is None for rows in self._line[position + 1].signed):
                number = len(self._continued) - position
                yield position, MISSING, str(missing(f"{self._log}-{number}"))

    def _as_declared(self, generation: _Generation, signed: SignedTree) -> Iterator[Fault]:
        """What the log says of the last checkpoint of the one before is what was signed, where both are known."""
        if not generation.moved:
            return
        told = self._continued[generation.moved - 1]
        there = signed.checkpoint
        position = generation.moved - 1
        if there.origin != told.previous_origin:
            yield position, ROOT, f"{signed.whose}是 {there.origin} 的，本日志接续时写明的却是 {told.previous_origin}"
        elif there.size >= told.previous_size and (there.size, there.root) != (
            told.previous_size, base64.b64decode(told.previous_root),
        ):  # fmt: skip
            yield position, ROOT, f"{signed.whose}与本日志接续时写明的最后校验点不同：前一本有两种历史"


def continuations(copy: LogCopy) -> list[LogContinued]:
    """What the log says it goes on from, latest first; none where it never lost anything."""
    found: list[LogContinued] = []
    for row in copy.rows():
        try:
            event = open_leaf(VOCABULARIES[copy.name].types, row.leaf).data
        except UnreadableEvent:
            return found
        if not isinstance(event, LogContinued):
            return found
        found.append(event)
    return found


def moved_back(leaf: bytes, position: int) -> bytes:
    """The leaf as it was at another position, with the same envelope and clock; nothing where it is no leaf."""
    end = leaf.rfind(b',"p":')
    return b"" if end < 0 else b'%b,"p":%d}' % (leaf[:end], position)
