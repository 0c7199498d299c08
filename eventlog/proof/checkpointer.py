"""The checkpointer: signs, every second, the tree over all events of its log, and never one that does not extend the
last it signed.

Nothing of it runs in an append. Every step can be cut off: what was signed stands in ``last`` before anybody sees it,
and tiles are made again from the events.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import structlog
from sqlalchemy import text

from eventlog.log import EventLog
from eventlog.proof import checkpoint, note
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint
from eventlog.proof.growth import GrowingTree
from eventlog.proof.keys import KeyFiles, open_checkpoint
from eventlog.proof.last import SIGNED, LastCheckpoints
from eventlog.proof.note import Note, UnknownSigner, WrongSignature
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import WIDTH, Tile
from eventlog.proof.tree import EMPTY_ROOT, leaf_hash

EVERY_SECONDS = 1.0
MOST = 4096
"""New events one checkpoint covers; a larger backlog is signed in several, one after the other."""
RETRY_SECONDS = 5.0

_PAGE = 500
_REACHED = text("SELECT max(position) FROM event")
_MEND = (
    "已停止签发校验点，签过的不会重签。请停下服务，找到更新的数据库副本恢复后再启动；"
    "确实找不回来的，运行 biaobing log continue {log}，另起一本日志接着办。"
)


class DoesNotExtend(Exception):
    """The log is not a continuation of what was signed. ``code`` is log_shrank, log_differs or log_gap."""

    def __init__(self, code: str, log: str, what: str) -> None:
        super().__init__(f"{what}{_MEND.format(log=log)}")
        self.code = code


class Checkpointer:
    def __init__(self, log: EventLog, keys: KeyFiles, last: LastCheckpoints, publication: Publication) -> None:
        self._log = log
        self._keys = keys
        self._last = last
        self._publication = publication
        self._tree: GrowingTree | None = None
        self._signed: str | None = None
        self._last_leaf = b""

    def run_once(self) -> int:
        """Signs and publishes what is new; how many events that were.

        Raises :class:`DoesNotExtend`, and from then on should not be run again.
        """
        try:
            if self._tree is None:
                self._tree = self._recovered()
            return self._extend(self._tree)
        except BaseException:
            self._tree = None  # it may be ahead of what was signed
            raise

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop, and then once more; or until the log does not extend what was signed, or what a witness
        saw of it.
        """
        pause, ending = 0.0, False
        while not ending:
            ending = stopping.wait(pause)
            if self._tree is not None and (refused := self._publication.refusal()) is not None:
                structlog.get_logger().error("no checkpoint any more", log=self._log.source, reason=refused)
                return
            try:
                pause = 0.0 if self.run_once() == MOST else EVERY_SECONDS
            except DoesNotExtend as refusal:
                structlog.get_logger().error(
                    "no checkpoint any more", log=self._log.source, code=refusal.code, reason=str(refusal)
                )
                self._publication.refuse(str(refusal))
                return
            except Exception as error:  # noqa: BLE001 -- whatever keeps a log from its proof, the service goes on
                structlog.get_logger().warning("no checkpoint now", log=self._log.source, reason=repr(error))
                pause = RETRY_SECONDS

    def _recovered(self) -> GrowingTree:
        """The tree as last signed, made anew from the events; publishes what a crash kept from being published.

        A log that does not extend what was signed must not touch a file of it: they may be all that is left of the
        events it lost.
        """
        self._signed = self._last_signed()
        told = Checkpoint("", 0, EMPTY_ROOT) if self._signed is None else _checkpoint_in(self._signed)
        files = self._publication.files
        missing: list[Tile] = []

        def look(tile: Tile, raw: bytes) -> None:
            if not files.holds(tile, raw):
                missing.append(tile)

        tree = self._regrown(told.size, look)
        if tree.size < told.size:
            raise self._shrank(tree.size, told.size)
        if tree.root() != told.root:
            what = f"日志 {self._log.source} 的前 {told.size} 个事件与已签名的校验点不符：数据库被换过或改过。"
            raise DoesNotExtend("log_differs", self._log.source, what)
        if missing:
            self._regrown(told.size, self._write_where_missing)
        if self._signed is not None:
            self._show(tree, note.parse(self._signed.encode()))
        self._publication.resume()
        return tree

    def _regrown(self, size: int, take: Callable[[Tile, bytes], None]) -> GrowingTree:
        """The tree over the first events, as far as there are any; ``take`` is handed every tile they fill."""
        tree = GrowingTree()
        for leaf in self._leaves(0, size):
            self._last_leaf = tree.append(leaf)
            for tile, raw in tree.take_full():
                take(tile, raw)
            if tree.size % _PAGE == 0:
                time.sleep(0)  # hashing a long log must not keep the other threads of the process from theirs
        return tree

    def _write_where_missing(self, tile: Tile, raw: bytes) -> None:
        if not self._publication.files.holds(tile, raw):
            self._publication.files.write(tile, raw)

    def _last_signed(self) -> str | None:
        """The published checkpoint counts when it is newer: somebody brought an old ``last`` back, or lost it."""
        origin = self._keys.signers()[0].key.name
        stored = self._last.read(SIGNED, origin)
        published = self._publication.note()
        if published is None:
            return stored
        try:
            shown = open_checkpoint(str(published).encode(), self._keys.listed()).checkpoint
        except (UnknownSigner, WrongSignature, MalformedCheckpoint) as error:
            structlog.get_logger().warning("the published checkpoint is not ours", origin=origin, reason=str(error))
            return stored
        if shown.origin == origin and (stored is None or _checkpoint_in(stored).size < shown.size):
            self._last.swap(SIGNED, origin, stored, str(published))
            return str(published)
        return stored

    def _extend(self, tree: GrowingTree) -> int:
        before = tree.size
        leaves = self._leaves(max(before - 1, 0), before + MOST)
        if before:
            self._check_last_signed(before, next(leaves, None))
        for leaf in leaves:
            self._last_leaf = tree.append(leaf)
        signers = self._keys.signers()
        # The first is due also of an empty log, so that a proof that is not there has always been taken away; with two
        # keys the next is due also when nothing happened, as it is what makes the new one known.
        if tree.size == before and self._signed is not None and len(signers) == 1:
            return 0
        origin = signers[0].key.name
        signed = note.sign(Checkpoint(origin, tree.size, tree.root()).text(), signers)
        if not self._last.swap(SIGNED, origin, self._signed, str(signed)):
            self._tree = None  # another checkpointer of this log was faster; the next turn starts from what it signed
            return 0
        self._signed = str(signed)
        self._show(tree, signed)
        if len(signers) > 1:
            self._keys.retire(tree.size)
        return tree.size - before

    def _check_last_signed(self, size: int, leaf: bytes | None) -> None:
        """The last leaf signed was read again: a database that was changed for another under us has another there."""
        if leaf is None:
            raise self._shrank(self._reached(), size)
        if leaf_hash(leaf) != self._last_leaf:
            what = f"日志 {self._log.source} 的第 {size - 1} 号事件与已签名的校验点不符：数据库被换过或改过。"
            raise DoesNotExtend("log_differs", self._log.source, what)

    def _shrank(self, head: int, size: int) -> DoesNotExtend:
        what = f"日志 {self._log.source} 的数据库只有 {head} 个事件，已签名的校验点却有 {size} 个。"
        return DoesNotExtend("log_shrank", self._log.source, what)

    def _reached(self) -> int:
        """By the events themselves: the head's own row may tell otherwise in a database that was tampered with."""
        with self._log.store.reading() as connection:
            last: int | None = connection.execute(_REACHED).scalar_one()
        return 0 if last is None else last + 1

    def _show(self, tree: GrowingTree, signed: Note) -> None:
        """Tiles first: whoever sees the checkpoint finds them."""
        publication = self._publication
        full = tree.take_full()
        for tile, raw in [*full, *tree.partial()]:
            self._write_where_missing(tile, raw)
        publication.publish(signed)
        for tile, _ in full:
            publication.files.drop_partials(Tile(tile.level, tile.place, WIDTH))

    def _leaves(self, first: int, end: int) -> Iterator[bytes]:
        """Those from ``first`` up to ``end`` that there are, page by page."""
        while first < end:
            with self._log.store.reading() as connection:
                rows = self._log.store.leaves(connection, first, min(_PAGE, end - first))
            for position, leaf in rows:
                if position != first:
                    what = f"日志 {self._log.source} 缺第 {first} 号事件，后面却还有：数据库里有事件被删去。"
                    raise DoesNotExtend("log_gap", self._log.source, what)
                yield leaf
                first += 1
            if len(rows) < _PAGE:
                return


def _checkpoint_in(signed: str) -> Checkpoint:
    return checkpoint.parse(note.parse(signed.encode()).text)
