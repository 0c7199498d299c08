"""The receiver: applies another log's published events exactly once, in their order, whatever the broker does.

It keeps one integer per source. A smaller ``pub_seq`` is a duplicate; a larger one means something is missing, which
is asked of the source's log. Effect and cursor move in one transaction. An event that cannot be applied parks its
stream: later events of that stream wait with it, all others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from eventlog import canonical
from eventlog.codec import EventTypes
from eventlog.event import Published, Recorded, open_leaf
from eventlog.log import EventLog, Transaction
from eventlog.projection import upsert
from eventlog.store import Store, WrongExpectedVersion

PAGE = 500
"""Events asked of a source at once."""
TOGETHER = 25
"""Events applied in one transaction: it holds the log's lock, and commands wait for it."""

METADATA = MetaData()
CURSOR = Table(
    "subscription",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("next_pub_seq", Integer, nullable=False),
)
PARKED = Table(
    "parked",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("pub_seq", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("stream_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)

Reaction = Callable[[Recorded, Transaction], None]


class SourceUnavailable(Exception):
    """The source's log cannot be asked right now."""


class Source(Protocol):
    """The log of the service whose events are received."""

    def read_published(self, first: int, limit: int) -> Sequence[Published]:
        """Or raises :class:`SourceUnavailable`."""


@dataclass(frozen=True)
class Parked:
    """An event that waits for a person, and why."""

    source: str
    pub_seq: int
    stream: str
    reason: str


TRANSIENT = (OperationalError, WrongExpectedVersion, SourceUnavailable)
"""Worth trying again as they are; anything else would fail the same way for ever."""


class Receiver:
    """``reactions`` maps a published type to what we do about it; other types only move the cursor."""

    def __init__(
        self, source_name: str, log: EventLog, types: EventTypes, reactions: Mapping[type, Reaction], source: Source
    ) -> None:
        self.source_name = source_name
        self._log = log
        self._types = types
        self._reactions = {kind.__name__: reaction for kind, reaction in reactions.items()}
        self._source = source
        with log.store.writing() as connection:
            METADATA.create_all(connection)

    def receive(self, messages: Sequence[Published]) -> None:
        """Applies what is new among the messages; returns when all of it is committed.

        Raises a transient error when nothing of the last part was; the messages may then be delivered again.
        """
        wanted = self.next_pub_seq()
        run: list[Published] = []
        for message in sorted(messages, key=lambda published: published.pub_seq):
            if message.pub_seq > wanted:
                self._apply(run)
                run = []
                wanted = self._fill(wanted, message.pub_seq)
            if message.pub_seq == wanted:
                run.append(message)
                wanted += 1
        self._apply(run)

    def catch_up(self) -> int:
        """Applies everything the source has published and we have not; heals lost messages. The number applied."""
        first = self.next_pub_seq()
        after = self._fill(first, None)
        return after - first

    def next_pub_seq(self) -> int:
        with self._log.store.reading() as connection:
            query = select(CURSOR.c.next_pub_seq).where(CURSOR.c.source == self.source_name)
            return connection.execute(query).scalar_one_or_none() or 0

    def parked(self) -> list[Parked]:
        with self._log.store.reading() as connection:
            query = select(PARKED).where(PARKED.c.source == self.source_name).order_by(PARKED.c.pub_seq)
            rows = connection.execute(query).all()
        return [Parked(row.source, row.pub_seq, row.stream_id, row.reason) for row in rows]

    def retry_parked(self) -> int:
        """Applies parked events again, oldest first, after their cause was mended; the number that went through."""
        return self._log.run_alone(self._retry_in)

    def _fill(self, first: int, end: int | None) -> int:
        while end is None or first < end:
            limit = PAGE if end is None else min(PAGE, end - first)
            page = self._source.read_published(first, limit)
            self._apply(page)
            first += len(page)
            if len(page) < limit:
                break
        return first

    def _apply(self, messages: Sequence[Published]) -> None:
        for start in range(0, len(messages), TOGETHER):
            part = messages[start : start + TOGETHER]
            self._log.run_alone(partial(self._apply_in, messages=part))

    def _apply_in(self, transaction: Transaction, messages: Sequence[Published]) -> None:
        query = select(CURSOR.c.next_pub_seq).where(CURSOR.c.source == self.source_name).with_for_update()
        wanted = transaction.connection.execute(query).scalar_one_or_none() or 0
        for message in messages:
            if message.pub_seq != wanted:
                continue  # a duplicate; or a gap that the next look at the source's log will fill
            self._settle(transaction, message)
            wanted += 1
        upsert(transaction.connection, CURSOR, {"source": self.source_name}, {"next_pub_seq": wanted})

    def _settle(self, transaction: Transaction, message: Published) -> None:
        stream, type_name = _label(message)
        if type_name is None:
            self._park(transaction, message, stream, "the bytes are no event")
            return
        if type_name not in self._reactions:
            return
        if self._is_parked(transaction, stream):
            self._park(transaction, message, stream, "an earlier event of this stream is parked")
            return
        if (reason := self._react(transaction, message, type_name)) is not None:
            self._park(transaction, message, stream, reason)

    def _react(self, transaction: Transaction, message: Published, type_name: str) -> str | None:
        """None when the reaction went through, else why it never will."""
        try:
            with transaction.savepoint():
                self._reactions[type_name](open_leaf(self._types, message.leaf), transaction)
        except TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever a reaction raises, the other streams must go on
            return f"{type(error).__name__}: {error}"
        return None

    def _park(self, transaction: Transaction, message: Published, stream: str, reason: str) -> None:
        structlog.get_logger().error(
            "event parked", source=self.source_name, pub_seq=message.pub_seq, stream=stream, reason=reason
        )
        transaction.connection.execute(
            insert(PARKED).values(
                source=self.source_name,
                pub_seq=message.pub_seq,
                position=message.position,
                stream_id=stream,
                reason=reason,
                leaf=message.leaf,
            )
        )

    def _is_parked(self, transaction: Transaction, stream: str) -> bool:
        query = select(PARKED.c.pub_seq).where(PARKED.c.source == self.source_name, PARKED.c.stream_id == stream)
        return transaction.connection.execute(query.limit(1)).first() is not None

    def _retry_in(self, transaction: Transaction) -> int:
        waiting = select(PARKED).where(PARKED.c.source == self.source_name).order_by(PARKED.c.pub_seq)
        blocked: set[str] = set()
        through = 0
        for row in transaction.connection.execute(waiting).all():
            leaf = bytes(row.leaf)
            message = Published(source=row.source, pub_seq=row.pub_seq, position=row.position, leaf=leaf)
            type_name = _label(message)[1]
            if row.stream_id in blocked or not type_name or self._react(transaction, message, type_name) is not None:
                blocked.add(row.stream_id)
                continue
            done = (PARKED.c.source == row.source) & (PARKED.c.pub_seq == row.pub_seq)
            transaction.connection.execute(delete(PARKED).where(done))
            through += 1
        return through


def step_back(store: Store, source: str, next_pub_seq: int) -> None:
    """For a source whose log goes on from an earlier number: what was heard from there on was lost by it, and other
    events will bear those numbers.
    """
    with store.writing() as connection:
        METADATA.create_all(connection)
        heard = (CURSOR.c.source == source) & (CURSOR.c.next_pub_seq > next_pub_seq)
        connection.execute(update(CURSOR).where(heard).values(next_pub_seq=next_pub_seq))
        connection.execute(delete(PARKED).where((PARKED.c.source == source) & (PARKED.c.pub_seq >= next_pub_seq)))


def _label(message: Published) -> tuple[str, str | None]:
    """(stream, type) of an event whose data may be unreadable to us; no type when the bytes are no event at all."""
    try:
        envelope: dict[str, Any] = canonical.loads(message.leaf)["e"]
        return envelope["subject"], envelope["type"]
    except (canonical.NotCanonical, KeyError, TypeError):
        return f"unreadable-{message.pub_seq}", None
