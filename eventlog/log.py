"""The log of one service: load a stream, append to it, read it in order.

Everything a command does happens in one transaction: its events, the read models they move, and, when a foreign event
caused it, the subscriber's cursor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Connection, Row, Text, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from eventlog.codec import Access, EventTypes
from eventlog.event import Provenance, Published, Recorded, open_leaf, placed, seal
from eventlog.group import CommitGroup
from eventlog.projection import Projection, mark_built, stale
from eventlog.rebuilding import Rebuilt, Report, rebuild
from eventlog.store import Batch, CommandReused, Head, NotScrubbed, SeenVersionIsOld, Store, WrongExpectedVersion
from eventlog.stream import StreamName
from eventlog.vault import VAULT, PersonalKeys, Vault

S = TypeVar("S")
R = TypeVar("R")
Evolve = Callable[[S, object], S]

_ATTEMPTS = 5
_PAGE = 1000
_LEAVES_PAGE = 5000
"""Opening a transaction costs as much as some hundred leaves."""

# Made once: SQLAlchemy finds its compiled form again only by looking at the whole statement.
_HEAD = text("SELECT next_position, next_pub_seq FROM log_head")
_EVENTS = "SELECT position, leaf, person, sealed FROM event LEFT JOIN vault USING (position) "
_EVENTS_FROM = text(_EVENTS + "WHERE position >= :first ORDER BY position LIMIT :page")
_STREAMS = text(
    "SELECT stream.stream_id, position, leaf, person, sealed FROM stream JOIN event ON event.stream_id ="
    " stream.stream_id AND position BETWEEN first_position AND last_position LEFT JOIN vault USING (position)"
    " WHERE stream.stream_id IN :streams ORDER BY position"
).bindparams(bindparam("streams", expanding=True, type_=Text))
"""Bound by where each stream lies, so that the database need not look into every partition for it."""
_BETWEEN = text(_EVENTS + "WHERE position >= :first AND position < :end ORDER BY position")
_AT = text(_EVENTS + "WHERE position IN :positions ORDER BY position").bindparams(
    bindparam("positions", expanding=True)
)
_COMMAND = text("SELECT first_position, events, fingerprint FROM command WHERE command_id = :id")


@dataclass(frozen=True, kw_only=True)
class Appended:
    """The events of a command as they stand in the log; ``duplicate`` when they stood there already."""

    events: tuple[Recorded, ...]
    duplicate: bool


class EventLog:
    """``source`` names the log in every envelope. ``projections`` move in the transaction of the append. ``keys`` are
    those of the persons whose data its events hold.
    """

    def __init__(
        self,
        source: str,
        store: Store,
        types: EventTypes,
        projections: Sequence[Projection] = (),
        keys: PersonalKeys | None = None,
    ) -> None:
        if types.with_personal_data and keys is None:
            raise TypeError(f"{source} holds personal data and needs a place for the persons' keys")
        self.source = source
        self.store = store
        self.types = types
        self.projections = projections
        self.vault = Vault(source, keys)
        self.group = CommitGroup(store.writing)
        self.published = threading.Event()
        """Set after a commit that published something; the relay of this process waits on it."""

    def open(self) -> EventLog:
        """Makes missing tables, and builds again the read models that another version of their code made."""
        self.store.create()
        with self.store.writing() as connection:
            self.vault.create(connection)
            outdated = stale(connection, self.projections)
            if outdated and not connection.execute(_HEAD).one().next_position:
                mark_built(connection, outdated)
                outdated = []
        if outdated:
            self.rebuild(outdated)
        self.scrub()
        return self

    def rebuild(self, projections: Sequence[Projection], report: Report = lambda _: None) -> Rebuilt:
        """Builds these read models again while others use them and append."""
        return rebuild(self.store, projections, self.read, self.vault.count_erased, report)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.writing() as connection:
            transaction = Transaction(self, connection)
            yield transaction
        self._after_commit(transaction)

    def run(self, work: Callable[[Transaction], R]) -> R:
        """``work`` in a transaction it may share with others, again from the start when somebody else was faster, on a
        stream it read or on a key of a read model.

        It writes by the transaction's verbs alone, and another thread may carry it out.
        """

        def in_group(connection: Connection) -> Callable[[], R]:
            transaction = Transaction(self, connection)
            try:
                answer = work(transaction)
            except Exception as error:
                if transaction.has_written or isinstance(error, DBAPIError):
                    raise
                return partial(_refuse, error)  # nothing to take back: the others need not notice

            def answered() -> R:
                self._after_commit(transaction)
                return answer

            return answered

        def once() -> R:
            answered = self.group.carry_out(in_group)
            return answered()

        return _again_when_slower(once)

    def run_alone(self, work: Callable[[Transaction], R]) -> R:
        """As :meth:`run`, in a transaction of its own: for work that writes or locks rows before it takes the log's
        lock, which a group holds already.
        """

        def once() -> R:
            with self.transaction() as transaction:
                return work(transaction)

        return _again_when_slower(once)

    def _after_commit(self, transaction: Transaction) -> None:
        if transaction.erased:
            for person in transaction.erased:
                self.vault.forget(person)
            self.scrub()
        if transaction.has_published:
            self.published.set()

    def scrub(self) -> None:
        """Takes what erased persons left out of the database's files; where that is not possible now, it is to be tried
        again (:mod:`eventlog.scrubbing`).
        """
        with self.store.reading() as connection:
            persons = self.vault.unscrubbed(connection)
        if not persons:
            return
        read_models = [table.name for projection in self.projections for table in projection.tables]
        try:
            self.store.scrub([VAULT.name, *read_models])
        except NotScrubbed as busy:
            # The erasure itself is done; its sender must not be told otherwise.
            structlog.get_logger().warning("dead rows stay for now", log=self.source, reason=str(busy))
            return
        with self.store.writing() as connection:
            self.vault.mark_scrubbed(connection, persons)

    def head(self) -> Head:
        with self.store.reading() as connection:
            row = connection.execute(_HEAD).one()
        return Head(next_position=row.next_position, next_pub_seq=row.next_pub_seq)

    def read(self, first: int = 0) -> Iterator[Recorded]:
        """All events from position ``first`` on, in order, page by page."""
        for row in self._pages(_EVENTS_FROM, first):
            yield self.recorded(row)

    def read_leaves(self, first: int = 0) -> Iterator[bytes]:
        while True:
            with self.store.reading() as connection:
                page = self.store.leaves(connection, first, _LEAVES_PAGE)
            yield from [leaf for _, leaf in page]
            if len(page) < _LEAVES_PAGE:
                return
            first = page[-1][0] + 1

    def read_at(self, connection: Connection, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in their order in the log."""
        if not positions:
            return []
        return [self.recorded(row) for row in connection.execute(_AT, {"positions": positions})]

    def recorded(self, row: Row[Any]) -> Recorded:
        """The event of a row of (position, leaf, person, sealed), with its personal data if there still is any."""
        openings = self.vault.take(row.position, row.person, row.sealed)
        return open_leaf(self.types, bytes(row.leaf), openings, Access.ERASED)

    def _pages(self, query: TextClause, first: int) -> Iterator[Row[Any]]:
        while True:
            with self.store.reading() as connection:
                rows = connection.execute(query, {"first": first, "page": _PAGE}).all()
            yield from rows
            if len(rows) < _PAGE:
                return
            first = rows[-1].position + 1

    def read_published(self, first: int, limit: int) -> list[Published]:
        """At most ``limit`` published events from ``pub_seq`` ``first`` on, in order."""
        with self.store.reading() as connection:
            rows = self.store.published(connection, first, limit)
        return [
            Published(source=self.source, pub_seq=pub_seq, position=position, leaf=leaf)
            for pub_seq, position, leaf in rows
        ]


class Transaction:
    """What a handler works with: streams folded into state, appends, and the connection of the read models."""

    def __init__(self, log: EventLog, connection: Connection) -> None:
        self._log = log
        self.connection = connection
        self.has_written = False
        self.has_published = False
        self.erased: list[UUID] = []
        self._fetched: dict[StreamName, list[Row[Any]]] = {}
        self._reached: dict[StreamName, int] = {}

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What the block does is undone when it raises, and nothing else is."""
        reached, erased, published = dict(self._reached), list(self.erased), self.has_published
        with self.connection.begin_nested():
            try:
                yield
            except BaseException:
                self._fetched.clear()
                self._reached, self.erased, self.has_published = reached, erased, published
                raise

    def fetch(self, *streams: StreamName) -> None:
        """Reads several streams in one go; the next :meth:`load` of each finds it read."""
        self._fetched |= {stream: [] for stream in streams}
        names = {str(stream): stream for stream in streams}
        for row in self.connection.execute(_STREAMS, {"streams": list(names)}):
            self._fetched[names[row.stream_id]].append(row)

    def load(self, stream: StreamName, evolve: Evolve[S], initial: S) -> tuple[S, int]:
        """(state, version): the fold of the stream; version −1 when it has no event yet."""
        if stream not in self._fetched:
            self.fetch(stream)
        rows = self._fetched.pop(stream)
        state = initial
        for row in rows:
            state = evolve(state, self._log.recorded(row).data)
        self._reached[stream] = len(rows) - 1
        return state, len(rows) - 1

    def extend(self, stream: StreamName, event: object, by: Provenance) -> Appended:
        """For a stream whose event always fits, the decision having been taken on another: appends it after what this
        transaction has read or written of it.
        """
        if stream not in self._reached:
            self.load(stream, lambda state, _: state, None)
        return self.append(stream, [event], self._reached[stream], by)

    def append(self, stream: StreamName, events: Sequence[object], expected_version: int, by: Provenance) -> Appended:
        """Appends and moves the read models. No event is no append, and leaves no trace."""
        if not events:
            return Appended(events=(), duplicate=False)
        log, first = self._log, expected_version + 1
        sealed = seal(log.types, log.source, stream, first, events, by)
        self.has_written = True
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
        self._fetched.pop(stream, None)
        self._reached[stream] = expected_version + len(events)
        recorded = placed(log.source, stream, first, events, by, sealed, place.first_position, place.hlc)
        for index, one in enumerate(sealed):
            if one.private is not None:
                log.vault.put(self.connection, place.first_position + index, one.private.person, one.private.openings)
        self.has_published |= any(one.published for one in sealed)
        for event in recorded:
            for projection in log.projections:
                projection.apply(self.connection, event)
        return Appended(events=recorded, duplicate=False)

    def erase(self, person: UUID) -> int:
        """Forgets all personal data this log's events hold of the person; how many events lose some.

        What the read models hold of it is theirs to drop, by the event that says so.
        """
        self.has_written = True
        self.erased.append(person)
        return self._log.vault.erase(self.connection, person)

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
        return tuple(self._log.recorded(row) for row in rows)


def _again_when_slower(once: Callable[[], R]) -> R:
    for _ in range(_ATTEMPTS - 1):
        with suppress(WrongExpectedVersion, IntegrityError):
            return once()
    return once()


def _refuse(error: Exception) -> NoReturn:
    raise error
