"""What every service's log says of itself: the course of a thing, and how far the log reaches."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from contracts.actor import Actor, Role
from contracts.rpc import LogView, ParkedEvent, TellLog, TellTimeline, TimelineView
from contracts.timeline import entry_of
from eventlog.log import EventLog
from eventlog.subscriber import Subscriber
from eventlog.timeline import positions_of
from services.entrypoint import QueryRoute

STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})


def routes(log: EventLog, subscribers: Sequence[Subscriber]) -> list[QueryRoute]:
    """The two queries every service answers."""

    def tell_timeline(query: TellTimeline, connection: Connection, _actor: Actor) -> TimelineView:
        events = log.read_at(connection, positions_of(connection, str(query.thing)))
        return TimelineView(rows=tuple(entry_of(event) for event in events))

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
