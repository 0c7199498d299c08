"""The relay: one cursor that moves published events from the log to the broker, in order.

A crash anywhere repeats at most one window of messages; it never leaves a hole, because the cursor only follows what
the broker has confirmed. Two relays on one log are harmless: everything arrives twice, and subscribers drop it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select
from sqlalchemy.exc import OperationalError

from eventlog.event import Published
from eventlog.log import EventLog
from eventlog.projection import upsert

WINDOW = 500
"""Messages published before their confirms are awaited; beyond a few hundred RabbitMQ gains nothing (its docs)."""
IDLE_SECONDS = 0.25
RETRY_SECONDS = 1.0

METADATA = MetaData()
CURSOR = Table(
    "relay_cursor",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("next_pub_seq", Integer, nullable=False),
)


class BrokerUnavailable(Exception):
    """The broker did not take, or did not confirm; the connection is gone and the next attempt makes a new one."""


def nothing() -> None:
    """Nothing is to be done meanwhile."""


class Publisher(Protocol):
    def publish(self, messages: Sequence[Published], meanwhile: Callable[[], None] = nothing) -> int:
        """How many of the messages, from the first on without a hole, the broker has confirmed. ``meanwhile`` is called
        when all are under way.

        Fewer than all means the connection was lost or a message refused; the publisher reconnects by itself on the
        next call. Raises :class:`BrokerUnavailable` when nothing was confirmed.
        """

    def close(self) -> None: ...


class Relay:
    def __init__(self, log: EventLog, publisher: Publisher) -> None:
        self._log = log
        self._publisher = publisher
        with log.store.writing() as connection:
            METADATA.create_all(connection)
        self._next = self._stored()
        self._ahead: list[Published] = []

    def run_once(self) -> int:
        """Publishes one window; the number of messages confirmed."""
        # What was read ahead is of use only when all before it was confirmed.
        goes_on = self._ahead and self._ahead[0].pub_seq == self._next
        batch = self._ahead if goes_on else self._log.read_published(self._next, WINDOW)
        if not batch:
            return 0
        self._ahead = []
        confirmed = self._publisher.publish(batch, lambda: self._read_ahead(batch))
        self._next += confirmed
        with self._log.store.writing() as connection:
            upsert(connection, CURSOR, {"name": "relay"}, {"next_pub_seq": self._next})
        return confirmed

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop: publishes as soon as something was committed, and looks by itself now and then.

        Broker and database may be away; an error that left this loop would take the whole service down.
        """
        logger = structlog.get_logger().bind(log=self._log.source)
        while not stopping.is_set():
            self._log.published.clear()
            try:
                moved = self.run_once()
            except (BrokerUnavailable, OperationalError) as error:
                logger.warning("relay waits", reason=str(error).splitlines()[0])
                stopping.wait(RETRY_SECONDS)
                continue
            if not moved:
                self._log.published.wait(IDLE_SECONDS)
        self._publisher.close()

    def _read_ahead(self, batch: Sequence[Published]) -> None:
        """In a backlog the broker's time to confirm a window is enough to read the next."""
        if len(batch) == WINDOW:
            self._ahead = self._log.read_published(self._next + WINDOW, WINDOW)

    def _stored(self) -> int:
        with self._log.store.reading() as connection:
            return _read(connection)


def _read(connection: Connection) -> int:
    found = connection.execute(select(CURSOR.c.next_pub_seq)).scalar_one_or_none()
    return found or 0
