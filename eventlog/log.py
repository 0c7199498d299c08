"""The log of one service: load a stream, append to it, read it in order.

Everything a command does happens in one transaction: its events, the read models they move, and, when a foreign event
caused it, the subscriber's cursor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, text

from eventlog.codec import EventTypes
from eventlog.event import Provenance, Published, Recorded, open_leaf, placed, seal
from eventlog.projection import Projection, rebuild, stale
from eventlog.store import Batch, CommandReused, Head, SeenVersionIsOld, Store, WrongExpectedVersion
from eventlog.stream import StreamName

S = TypeVar("S")
R = TypeVar("R")
Evolve = Callable[[S, object], S]

_ATTEMPTS = 5
_PAGE = 1000

# Made once: SQLAlchemy finds its compiled form again only by looking at the whole statement.
_HEAD = text("SELECT next_position, next_pub_seq FROM log_head")
_LEAVES_FROM = text("SELECT position, leaf FROM event WHERE position >= :first ORDER BY position LIMIT :page")
_ALL_LEAVES = text("SELECT leaf FROM event ORDER BY position")
_PUBLISHED_FROM = text(
    "SELECT pub_seq, position, leaf FROM event WHERE pub_seq >= :first ORDER BY pub_seq LIMIT :limit"
)
_STREAM = text("SELECT leaf FROM event WHERE stream_id = :stream ORDER BY version")
_COMMAND = text("SELECT first_position, events, fingerprint FROM command WHERE command_id = :id")
_BETWEEN = text("SELECT leaf FROM event WHERE position >= :first AND position < :end ORDER BY position")


@dataclass(frozen=True, kw_only=True)
class Appended:
    """The events of a command as they stand in the log; ``duplicate`` when they stood there already."""

    events: tuple[Recorded, ...]
    duplicate: bool


class EventLog:
    """``source`` names the log in every envelope. ``projections`` move in the transaction of the append."""

    def __init__(self, source: str, store: Store, types: EventTypes, projections: Sequence[Projection] = ()) -> None:
        self.source = source
        self.store = store
        self.types = types
        self.projections = projections
        self.published = threading.Event()
        """Set after a commit that published something; the relay of this process waits on it."""

    def open(self) -> EventLog:
        """Makes missing tables, and builds again the read models that another version of their code made."""
        self.store.create()
        with self.store.writing() as connection:
            if outdated := stale(connection, self.projections):
                rebuild(connection, outdated, (open_leaf(self.types, leaf) for leaf in _leaves(connection)))
        return self

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.writing() as connection:
            transaction = Transaction(self, connection)
            yield transaction
        if transaction.has_published:
            self.published.set()

    def run(self, work: Callable[[Transaction], R]) -> R:
        """``work`` in a transaction, again from the start when somebody else was faster on a stream it read."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.transaction() as transaction:
                    return work(transaction)
            except WrongExpectedVersion:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def head(self) -> Head:
        with self.store.reading() as connection:
            row = connection.execute(_HEAD).one()
        return Head(next_position=row.next_position, next_pub_seq=row.next_pub_seq)

    def read(self, first: int = 0) -> Iterator[Recorded]:
        """All events from position ``first`` on, in order, page by page."""
        for leaf in self.read_leaves(first):
            yield open_leaf(self.types, leaf)

    def read_leaves(self, first: int = 0) -> Iterator[bytes]:
        while True:
            with self.store.reading() as connection:
                rows = connection.execute(_LEAVES_FROM, {"first": first, "page": _PAGE}).all()
            for row in rows:
                yield bytes(row.leaf)
            if len(rows) < _PAGE:
                return
            first = rows[-1].position + 1

    def read_published(self, first: int, limit: int) -> list[Published]:
        """At most ``limit`` published events from ``pub_seq`` ``first`` on, in order."""
        with self.store.reading() as connection:
            rows = connection.execute(_PUBLISHED_FROM, {"first": first, "limit": limit}).all()
        return [
            Published(source=self.source, pub_seq=row.pub_seq, position=row.position, leaf=bytes(row.leaf))
            for row in rows
        ]


def _leaves(connection: Connection) -> Iterator[bytes]:
    for row in connection.execute(_ALL_LEAVES, execution_options={"yield_per": _PAGE}):
        yield bytes(row.leaf)


class Transaction:
    """What a handler works with: streams folded into state, appends, and the connection of the read models."""

    def __init__(self, log: EventLog, connection: Connection) -> None:
        self._log = log
        self.connection = connection
        self.has_published = False

    def load(self, stream: StreamName, evolve: Evolve[S], initial: S) -> tuple[S, int]:
        """(state, version): the fold of the stream; version −1 when it has no event yet."""
        state, version = initial, -1
        for row in self.connection.execute(_STREAM, {"stream": str(stream)}):
            state = evolve(state, open_leaf(self._log.types, bytes(row.leaf)).data)
            version += 1
        return state, version

    def append(self, stream: StreamName, events: Sequence[object], expected_version: int, by: Provenance) -> Appended:
        """Appends and moves the read models. No event is no append, and leaves no trace."""
        if not events:
            return Appended(events=(), duplicate=False)
        log, first = self._log, expected_version + 1
        sealed = [
            seal(log.types, log.source, stream, first + index, index, event, by) for index, event in enumerate(events)
        ]
        place = log.store.append(
            self.connection,
            Batch(
                stream=str(stream),
                expected_version=expected_version,
                command_id=by.command_id,
                fingerprint=by.fingerprint,
                events=sealed,
                cause_hlc=by.cause.hlc if by.cause else (0, 0),
            ),
        )
        if place.hlc is None:
            return Appended(events=self._events_at(place.first_position, place.events), duplicate=True)
        ms, counter = place.hlc
        recorded = tuple(
            placed(
                log.source, stream, first + index, event, by, sealed[index], place.first_position + index,
                (ms, counter + index),
            )
            for index, event in enumerate(events)
        )  # fmt: skip
        self.has_published |= any(one.published for one in sealed)
        for event in recorded:
            for projection in log.projections:
                projection.apply(self.connection, event)
        return Appended(events=recorded, duplicate=False)

    def decide(
        self,
        stream: StreamName,
        evolve: Evolve[S],
        initial: S,
        decision: Callable[[S], Sequence[object]],
        by: Provenance,
    ) -> Appended:
        """Loads the stream, decides, appends. A command that ran before answers what it answered then.

        Raises :class:`SeenVersionIsOld` when the caller saw another version than the one decided on.
        """
        if (earlier := self.outcome(by)) is not None:
            return earlier
        state, version = self.load(stream, evolve, initial)
        if by.expected_version not in (None, version):
            raise SeenVersionIsOld(str(stream), by.expected_version, version)
        return self.append(stream, decision(state), version, by)

    def outcome(self, by: Provenance) -> Appended | None:
        """What this command did when it ran before."""
        row = self.connection.execute(_COMMAND, {"id": str(by.command_id)}).one_or_none()
        if row is None:
            return None
        if row.fingerprint != by.fingerprint:
            raise CommandReused(str(by.command_id))
        return Appended(events=self._events_at(row.first_position, row.events), duplicate=True)

    def _events_at(self, first: int, count: int) -> tuple[Recorded, ...]:
        rows = self.connection.execute(_BETWEEN, {"first": first, "end": first + count})
        return tuple(open_leaf(self._log.types, bytes(row.leaf)) for row in rows)
