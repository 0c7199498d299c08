"""What the simulated services say to each other, and what they do about it.

Every service tells, hears what others tell, and tells something of its own because of it, until no hop is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert

from eventlog.codec import EventTypes
from eventlog.event import Cause, Provenance, Recorded
from eventlog.log import Transaction
from eventlog.projection import Projection, upsert
from eventlog.receiver import Reaction
from eventlog.stream import StreamName
from eventlog.timeline import Timeline

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
NAMESPACE = UUID("d3f1a6a0-52e6-4be6-8a3f-5f7a8f0a7c35")
MATTER = uuid5(NAMESPACE, "matter")


@dataclass(frozen=True, kw_only=True)
class Told:
    """Published. ``poison``: services that are not mended yet cannot react to it."""

    amount: int
    hops: int
    poison: bool


@dataclass(frozen=True, kw_only=True)
class Mumbled:
    """Published, but nobody reacts to it."""

    amount: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Private."""

    amount: int


Said = Told | Mumbled | Kept
TYPES = EventTypes([Kept], [Told, Mumbled])

TALLY = Table(
    "tally",
    MetaData(),
    Column("stream_id", Text, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)
HEARD = Table(
    "heard",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("stream_id", Text, nullable=False),
)
"""One row for every time a reaction ran to its end; nothing in the table itself forbids a second."""


def _tallied(connection: Connection, data: Said, event: Recorded) -> None:
    key = {"stream_id": str(event.stream)}
    row = connection.execute(TALLY.select().where(TALLY.c.stream_id == key["stream_id"])).one_or_none()
    events, total = (row.events, row.total) if row else (0, 0)
    upsert(connection, TALLY, key, {"events": events + 1, "total": total + data.amount})


def projections(version: int) -> tuple[Projection, ...]:
    return Projection("tally", version, [TALLY], dict.fromkeys((Told, Mumbled, Kept), _tallied)), Timeline()


@dataclass(frozen=True)
class State:
    """A stream folded."""

    events: int = 0
    total: int = 0


def evolve(state: State, event: object) -> State:
    assert isinstance(event, Said)
    return State(state.events + 1, state.total + event.amount)


class Unwell(Exception):
    """The code that reacts has a mistake."""


def reaction(service: str, *, mended: bool) -> Reaction:
    def react(event: Recorded, transaction: Transaction) -> None:
        heard = insert(HEARD).values(source=event.source, position=event.position, stream_id=str(event.stream))
        transaction.connection.execute(heard)
        told = event.data
        answer: list[object] = [Kept(amount=told.amount)]
        if told.hops:
            answer.append(Told(amount=told.amount, hops=told.hops - 1, poison=False))
        echo = StreamName("echo", uuid5(NAMESPACE, f"{event.stream} {service}"))
        transaction.decide(echo, evolve, State(), lambda _: answer, _caused_by(event, service))
        if told.poison and not mended:
            raise Unwell("after everything was written")

    return react


def _caused_by(event: Recorded, service: str) -> Provenance:
    return provenance(uuid5(event.command_id, f"{event.source} {event.id} {service}"), event.leafhash, event.as_cause())


def provenance(command_id: UUID, fingerprint: str, cause: Cause | None = None, seen: int | None = None) -> Provenance:
    return Provenance(
        actor={"account": "simulated"},
        command_id=command_id,
        correlation_id=MATTER,
        occurred_at=NOON,
        fingerprint=fingerprint,
        cause=cause,
        expected_version=seen,
    )
