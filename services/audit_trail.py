"""What every service's log says of itself: the course of a thing, and how far the log reaches."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from sqlalchemy import Connection, bindparam, text

from contracts.actor import Actor, Role
from contracts.fields import Personal
from contracts.rpc import Detail, LogView, ParkedEvent, TellLog, TellTimeline, TimelineEntry, TimelineView
from eventlog.event import Recorded, open_leaf
from eventlog.log import EventLog
from eventlog.subscriber import Subscriber
from eventlog.timeline import positions_of
from services.entrypoint import QueryRoute

STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})


def routes(log: EventLog, subscribers: Sequence[Subscriber]) -> list[QueryRoute]:
    """The two queries every service answers."""

    def tell_timeline(query: TellTimeline, connection: Connection, _actor: Actor) -> TimelineView:
        positions = positions_of(connection, str(query.thing))
        leaves = text("SELECT leaf FROM event WHERE position IN :positions ORDER BY position").bindparams(
            bindparam("positions", expanding=True)
        )
        rows = connection.execute(leaves, {"positions": positions}) if positions else ()
        return TimelineView(rows=tuple(_entry(open_leaf(log.types, bytes(row.leaf))) for row in rows))

    def tell_log(_query: TellLog, _connection: Connection, _actor: Actor) -> LogView:
        head = log.head()
        parked = [one for subscriber in subscribers for one in subscriber.receiver.parked()]
        return LogView(
            source=log.source,
            events=head.next_position,
            published=head.next_pub_seq,
            parked=tuple(
                ParkedEvent(source=one.source, pub_seq=one.pub_seq, stream=one.stream, reason=one.reason)
                for one in parked
            ),
        )

    everyone = frozenset(Role)
    return [
        QueryRoute(query=TellTimeline, view=tell_timeline, roles=STAFF),
        QueryRoute(query=TellLog, view=tell_log, roles=everyone),
    ]


def _entry(event: Recorded) -> TimelineEntry:
    return TimelineEntry(
        source=event.source,
        position=event.position,
        type=event.type,
        occurred_at=event.occurred_at,
        actor=event.actor["account"],
        role=event.actor["role"],
        subject=str(event.stream),
        leafhash=event.leafhash,
        hlc_ms=event.hlc[0],
        hlc_counter=event.hlc[1],
        details=tuple(details(event.data)),
    )


def details(data: Any) -> list[Detail]:
    """The plain fields of an event that are not personal: numbers, words, dates; no ids, no nested parts."""
    shown = []
    hints = get_type_hints(type(data), include_extras=True)
    for field in dataclasses.fields(data):
        value = getattr(data, field.name)
        marks = get_args(hints[field.name])[1:] if get_origin(hints[field.name]) is Annotated else ()
        if any(isinstance(mark, Personal) for mark in marks):
            continue
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str | int | Decimal | date | datetime):
            shown.append(Detail(name=field.name, value=str(value)))
    return shown
