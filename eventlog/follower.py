"""A follower of a service's own log: does outside the database what an event calls for, such as writing a page.

It comes after the commit, at least once and in order, so what it does must be the same when done twice. Its cursor is
its own: starting it again from position 0 makes everything anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from sqlalchemy import Column, Integer, MetaData, Table, Text, select
from sqlalchemy.exc import OperationalError

from eventlog.event import Recorded
from eventlog.log import EventLog
from eventlog.projection import upsert

IDLE_SECONDS = 0.2
RETRY_SECONDS = 1.0

METADATA = MetaData()
CURSOR = Table(
    "follower",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("next_position", Integer, nullable=False),
)


class NotNow(Exception):
    """What the event calls for cannot be done at the moment; it is tried again."""


class Follower:
    def __init__(self, name: str, log: EventLog, follow: Callable[[Recorded], None]) -> None:
        self._name = name
        self._log = log
        self._follow = follow
        with log.store.writing() as connection:
            METADATA.create_all(connection)
            query = select(CURSOR.c.next_position).where(CURSOR.c.name == name)
            self.next_position: int = connection.execute(query).scalar_one_or_none() or 0

    def start_over(self) -> None:
        """From the log's first event on, because what it made is lost."""
        self.next_position = 0

    def run_once(self) -> int:
        """Follows everything there is; the number of events passed."""
        first = self.next_position
        for event in self._log.read(first):
            self._follow(event)
            self.next_position = event.position + 1
        if self.next_position > first:
            with self._log.store.writing() as connection:
                upsert(connection, CURSOR, {"name": self._name}, {"next_position": self.next_position})
        return self.next_position - first

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop; the database may be away, and the disk full."""
        while not stopping.is_set():
            try:
                moved = self.run_once()
            except (NotNow, OperationalError, OSError) as error:
                reason = str(error).splitlines()[0]
                structlog.get_logger().warning("follower waits", follower=self._name, reason=reason)
                stopping.wait(RETRY_SECONDS)
                continue
            if not moved:
                stopping.wait(IDLE_SECONDS)
