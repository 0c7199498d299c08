"""A small log of its own for the kernel's tests: one private and one published event, and a read model of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text

from eventlog.codec import EventTypes
from eventlog.event import Cause, Provenance, Recorded
from eventlog.log import EventLog
from eventlog.projection import Projection, upsert
from eventlog.store import Store
from eventlog.stream import StreamName
from eventlog.timeline import Timeline

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
NAMESPACE = UUID("8f6f2a52-3c5f-4b57-9e0e-2f0a7a0c1d11")


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Private."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Published."""

    amount: int


COUNTS = Table(
    "counts",
    MetaData(),
    Column("stream_id", Text, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)


def _counted(connection: Connection, counted: Counted, event: Recorded) -> None:
    key = {"stream_id": str(event.stream)}
    row = connection.execute(COUNTS.select().where(COUNTS.c.stream_id == key["stream_id"])).one_or_none()
    upsert(connection, COUNTS, key, {"total": (row.total if row else 0) + counted.amount, "version": event.version})


TYPES = EventTypes([Noted], [Counted])
PROJECTIONS = (Projection("counts", 1, [COUNTS], {Counted: _counted}), Timeline())


def open_sample(store: Store, source: str = "sample") -> EventLog:
    return EventLog(source, store, TYPES, PROJECTIONS).open()


def stream(name: str = "one") -> StreamName:
    return StreamName("thing", uuid5(NAMESPACE, name))


def provenance(
    command_id: UUID | None = None,
    *,
    fingerprint: str = "content",
    cause: Cause | None = None,
    expected_version: int | None = None,
) -> Provenance:
    return Provenance(
        actor={"account": "tester", "role": "测试"},
        command_id=command_id or uuid4(),
        correlation_id=uuid5(NAMESPACE, "matter"),
        occurred_at=NOON,
        fingerprint=fingerprint,
        cause=cause,
        expected_version=expected_version,
    )


def total(state: int, event: object) -> int:
    return state + event.amount if isinstance(event, Counted) else state


def add(log: EventLog, amount: int, name: str = "one", by: Provenance | None = None) -> tuple[Recorded, ...]:
    """Appends ``amount`` to a stream, whatever its version."""
    by = by or provenance()
    decision = [Counted(amount=amount)]
    return log.run(lambda tx: tx.decide(stream(name), total, 0, lambda _: decision, by)).events
