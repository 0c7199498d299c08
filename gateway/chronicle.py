"""All five logs side by side: how far each reaches, and what they say about one thing in causal order."""

from __future__ import annotations

from uuid import UUID

from contracts.actor import Role
from contracts.rpc import LogView, TellLog, TellTimeline, TimelineEntry
from contracts.timeline import entry_of
from eventlog.log import EventLog
from eventlog.timeline import positions_of
from gateway.desk import CONTRACTS, Desk

READERS = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})
"""Who may read the course of things; the services hold to the same."""


def logs(desk: Desk, own: EventLog) -> tuple[LogView, ...]:
    head = own.head()
    mine = LogView(source=own.source, events=head.next_position, published=head.next_pub_seq, parked=())
    return (*(desk.ask_of(service, TellLog()) for service in CONTRACTS), mine)


def timeline(desk: Desk, own: EventLog, thing: UUID) -> tuple[TimelineEntry, ...]:
    """By hybrid logical clock: what caused something stands before it, whatever the clocks of the machines say."""
    entries = [entry for service in CONTRACTS for entry in desk.ask_of(service, TellTimeline(thing=thing)).rows]
    if desk.actor.role in READERS:
        entries += _own_entries(own, thing)
    return tuple(sorted(entries, key=lambda entry: (entry.hlc_ms, entry.hlc_counter, entry.source, entry.position)))


def _own_entries(own: EventLog, thing: UUID) -> list[TimelineEntry]:
    with own.store.reading() as connection:
        return [entry_of(event) for event in own.read_at(connection, positions_of(connection, str(thing)))]
