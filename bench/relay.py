"""Relaying a log to RabbitMQ, against a bare publisher with pipelined confirms on the same queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from amqp import Channel, Connection
from sqlalchemy import make_url

from bench.append import Measured, sample_event, sample_provenance
from bench.pairing import Pair, pair
from eventlog.broker.amqp import AmqpBroker, broker_message
from eventlog.broker.ports import Topology
from eventlog.codec import EventTypes
from eventlog.event import Published
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.relay import CURSOR, WINDOW, Relay
from eventlog.stream import StreamName

SECONDS = 1.0
BACKLOG = 100_000
TOGETHER = 500
WINDOWS_KEPT = 40
"""Nobody reads the queue: it is emptied now and then, by both, before the broker runs short of memory and stops us."""


class _Emptied:
    """Windows into a queue that is emptied after every so many of them."""

    def __init__(self, publish_window: Callable[[], None], channel: Channel) -> None:
        self._publish_window = publish_window
        self._channel = channel
        self._kept = 0

    def __call__(self) -> None:
        self._publish_window()
        self._kept += 1
        if self._kept == WINDOWS_KEPT:
            self._channel.queue_purge(Topology("bench").queue("reader"))
            self._kept = 0


@contextmanager
def _ours(database_url: str, broker_url: str) -> Iterator[Callable[[], None]]:
    """One call relays one window of a backlog that was appended before, and begins it again at its end."""
    store = PostgresqlStore(database_url)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()
    for _ in range(BACKLOG // TOGETHER):
        with log.transaction() as tx:
            tx.append(StreamName("case", uuid4()), [sample_event() for _ in range(TOGETHER)], -1, sample_provenance())
    publisher = AmqpBroker(broker_url).publisher("bench")
    relay = Relay(log, publisher)

    def relay_window() -> None:
        nonlocal relay
        if relay.run_once() != WINDOW:
            with store.writing() as connection:
                connection.execute(CURSOR.delete())
            relay = Relay(log, publisher)
            relay.run_once()

    yield relay_window
    store.close()


@contextmanager
def _connected(broker_url: str) -> Iterator[Connection]:
    parts = make_url(broker_url)
    connection = Connection(
        host=f"{parts.host}:{parts.port}", userid=parts.username, password=parts.password,
        virtual_host=parts.database or "/",
    )  # fmt: skip
    connection.connect()
    yield connection
    connection.close()


def _bare(connection: Connection) -> Callable[[], None]:
    """What the client library can do at best: a window of ready messages like ours, then wait for its confirms."""
    channel = connection.channel()
    channel.confirm_select()
    open_tags: set[int] = set()
    sent = 0

    def acked(tag: int, multiple: bool) -> None:  # noqa: FBT001 -- py-amqp's callback
        open_tags.difference_update({one for one in open_tags if one <= tag} if multiple else {tag})

    channel.events["basic_ack"].add(acked)
    ready = [
        broker_message(Published(source="bench", pub_seq=number, position=number, leaf=b"x" * 640))
        for number in range(WINDOW)
    ]

    def publish_window() -> None:
        nonlocal sent
        for message in ready:
            sent += 1
            open_tags.add(sent)
            channel.basic_publish(message, exchange=Topology("bench").exchange)
        while open_tags:
            connection.drain_events(timeout=5)

    return publish_window


def against_bare(database_url: str, broker_url: str) -> Pair:
    AmqpBroker(broker_url).subscription("reader", "bench").receive(0.01)
    with _ours(database_url, broker_url) as ours, _connected(broker_url) as connection:
        emptying = connection.channel()
        return pair(_Emptied(ours, emptying), _Emptied(_bare(connection), emptying), SECONDS, WINDOW)
