"""Which events speak of which thing: one row for every UUID an event names, in its subject, matter or data.

Every service keeps this read model, so that the course of anything can be told across services from its id alone.
"""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, TextClause, select, text

from eventlog import canonical
from eventlog.codec import to_json
from eventlog.event import Recorded
from eventlog.projection import Projection

METADATA = MetaData()
MENTION = Table(
    "mention",
    METADATA,
    Column("thing", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
)
_UUID = re.compile(rb'"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"')


def mentioned(event: Recorded) -> set[str]:
    """The ids an event names."""
    named = {found.decode("ascii") for found in _UUID.findall(canonical.dumps(to_json(event.data)))}
    return named | {str(event.stream.id), str(event.correlation_id)}


class Timeline(Projection):
    """Applies to every type of event."""

    def __init__(self) -> None:
        super().__init__("timeline", 1, [MENTION], {})

    def apply(self, connection: Connection, event: Recorded) -> None:
        things = {f"thing{number}": thing for number, thing in enumerate(sorted(mentioned(event)))}
        connection.execute(_insert(len(things)), {"position": event.position, **things})


@cache
def _insert(things: int) -> TextClause:
    """One statement for all rows: each one more is another message to the database."""
    rows = ", ".join(f"(:thing{number}, :position)" for number in range(things))
    return text(f"INSERT INTO mention (thing, position) VALUES {rows}")  # noqa: S608 -- numbers alone go into it


def positions_of(connection: Connection, thing: str) -> list[int]:
    """Positions of the events that speak of it, oldest first."""
    query = select(MENTION.c.position).where(MENTION.c.thing == thing).order_by(MENTION.c.position)
    return list(connection.execute(query).scalars())
