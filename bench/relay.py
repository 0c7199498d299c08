"""Relaying a log to RabbitMQ, against a bare publisher with pipelined confirms on the same queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from amqp import Connection
from sqlalchemy import make_url

from bench.append import Measured, sample_event, sample_provenance
from bench.pairing import Pair, pair
from eventlog.broker.amqp import AmqpBroker, broker_message
from eventlog.broker.ports import Topology
from eventlog.codec import EventTypes
from eventlog.event import Published
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.relay import WINDOW, Relay
from eventlog.stream import StreamName

SECONDS = 1.0
BACKLOG = 200_000
TOGETHER = 500


@contextmanager
def _ours(database_url: str, broker_url: str) -> Iterator[Callable[[], None]]:
    """One call relays one window of a backlog that was appended before."""
    store = PostgresqlStore(database_url)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()
    for _ in range(BACKLOG // TOGETHER):
        with log.transaction() as tx:
            tx.append(StreamName("case", uuid4()), [sample_event() for _ in range(TOGETHER)], -1, sample_provenance())
    relay = Relay(log, AmqpBroker(broker_url).publisher("bench"))

    def relay_window() -> None:
        if relay.run_once() != WINDOW:
            raise RuntimeError("the backlog is too small for this machine")

    yield relay_window
    store.close()


@contextmanager
def _bare(broker_url: str) -> Iterator[Callable[[], None]]:
    """What the client library can do at best: a window of ready messages like ours, then wait for its confirms."""
    parts = make_url(broker_url)
    connection = Connection(
        host=f"{parts.host}:{parts.port}", userid=parts.username, password=parts.password,
        virtual_host=parts.database or "/",
    )  # fmt: skip
    connection.connect()
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

    yield publish_window
    connection.close()


def against_bare(database_url: str, broker_url: str) -> Pair:
    AmqpBroker(broker_url).subscription("reader", "bench").receive(0.01)
    with _ours(database_url, broker_url) as ours, _bare(broker_url) as bare:
        return pair(ours, bare, SECONDS, WINDOW)
