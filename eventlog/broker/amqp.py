"""RabbitMQ: named quorum queues, a delivery limit, an alternate exchange, pipelined confirms under a deadline.

Built on py-amqp with our own accounting of delivery tags: its own ``basic_publish_confirm`` waits for *an* ack, and
after one time-out returns before the right one arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from amqp import Connection
from amqp.basic_message import Message
from amqp.channel import Channel
from amqp.exceptions import AMQPError
from kombu.utils.url import url_to_parts

from eventlog import canonical
from eventlog.broker.ports import DELIVERY_LIMIT, Topology
from eventlog.event import Published
from eventlog.relay import BrokerUnavailable, nothing

CONFIRM_SECONDS = 5.0
CONNECT_SECONDS = 5.0
HEARTBEAT_SECONDS = 30
"""More than four times the confirm deadline: a heartbeat frame must not keep a missing confirm alive."""
PREFETCH = 200
CONTENT_TYPE = "application/cloudevents+json"

_FAILURES = (AMQPError, OSError, EOFError)


class AmqpBroker:
    """``url`` is ``amqp://user:password@host:port/vhost``."""

    def __init__(self, url: str) -> None:
        self._url = url

    def publisher(self, source: str) -> AmqpPublisher:
        # A relay may be idle for days and has nobody to answer heartbeats meanwhile.
        return AmqpPublisher(partial(self._connect, heartbeat_seconds=0), Topology(source))

    def subscription(self, subscriber: str, source: str) -> AmqpSubscription:
        connect = partial(self._connect, heartbeat_seconds=HEARTBEAT_SECONDS)
        return AmqpSubscription(connect, Topology(source), subscriber)

    def empty(self, source: str, subscriber: str) -> None:
        """Drops what waits in the subscriber's queue; the source's log has it. Raises :class:`BrokerUnavailable`."""
        connection = self._connect(heartbeat_seconds=0)
        try:
            channel = connection.channel()
            _declare_subscriber(channel, Topology(source), subscriber)
            channel.queue_purge(Topology(source).queue(subscriber))
            connection.close()
        except _FAILURES as error:
            raise BrokerUnavailable(f"cannot empty the queue: {error}") from error

    def _connect(self, heartbeat_seconds: int) -> Connection:
        parts = url_to_parts(self._url)
        connection = Connection(
            host=f"{parts.hostname}:{parts.port or 5672}",
            userid=parts.username or "guest",
            password=parts.password or "guest",
            virtual_host=parts.path or "/",
            heartbeat=heartbeat_seconds,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=CONFIRM_SECONDS,
            write_timeout=CONFIRM_SECONDS,
        )
        try:
            connection.connect()
        except _FAILURES as error:
            raise BrokerUnavailable(f"cannot connect: {error}") from error
        return connection


def _declare_source(channel: Channel, topology: Topology) -> None:
    channel.exchange_declare(topology.unrouted, "fanout", durable=True, auto_delete=False)
    channel.queue_declare(topology.unrouted, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(topology.unrouted, topology.unrouted)
    channel.exchange_declare(
        topology.exchange,
        "fanout",
        durable=True,
        auto_delete=False,
        arguments={"alternate-exchange": topology.unrouted},
    )


def _declare_subscriber(channel: Channel, topology: Topology, subscriber: str) -> None:
    _declare_source(channel, topology)
    aside = topology.set_aside(subscriber)
    channel.queue_declare(aside, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_declare(
        topology.queue(subscriber),
        durable=True,
        auto_delete=False,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": aside,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )
    channel.queue_bind(topology.queue(subscriber), topology.exchange)


class _Line:
    """A connection with one channel, made when first needed and dropped after any failure."""

    def __init__(self, connect: Callable[[], Connection], prepare: Callable[[Channel], None]) -> None:
        self._connect = connect
        self._prepare = prepare
        self.connection: Connection | None = None

    def channel(self) -> Channel:
        if self.connection is None or not self.connection.connected:
            self.drop()
            self.connection = self._connect()
            try:
                self._prepare(self.connection.channel(1))
            except _FAILURES as error:
                self.drop()
                raise BrokerUnavailable(f"cannot declare: {error}") from error
        return self.connection.channels[1]

    def drain(self, timeout_seconds: float) -> None:
        """Waits for one frame; raises ``TimeoutError`` when none comes."""
        assert self.connection is not None
        self.connection.drain_events(timeout=timeout_seconds)

    def beat(self) -> None:
        """Keeps an idle connection alive; to be called more often than ``HEARTBEAT_SECONDS`` / 2."""
        if self.connection is not None:
            self.connection.heartbeat_tick()

    def drop(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.collect()
            except _FAILURES:
                return


class AmqpPublisher:
    def __init__(self, connect: Callable[[], Connection], topology: Topology) -> None:
        self._topology = topology
        self._line = _Line(connect, self._prepare)
        self._confirms = _Confirms()

    def publish(self, messages: Sequence[Published], meanwhile: Callable[[], None] = nothing) -> int:
        deadline = time.monotonic() + CONFIRM_SECONDS
        try:
            channel = self._line.channel()
            self._confirms.expect(len(messages))
            for message in messages:
                channel.basic_publish(broker_message(message), exchange=self._topology.exchange)
            meanwhile()
            while self._confirms.waiting:
                self._line.drain(max(deadline - time.monotonic(), 0.001))
                if time.monotonic() > deadline:
                    raise TimeoutError("confirms are late")
        except _FAILURES as error:
            self._line.drop()
            if not (confirmed := self._confirms.prefix):
                raise BrokerUnavailable(f"not confirmed: {error}") from error
            return confirmed
        if (confirmed := self._confirms.prefix) < len(messages):
            self._line.drop()
            if not confirmed:
                raise BrokerUnavailable("the broker refused the message (nack)")
        return confirmed

    def close(self) -> None:
        self._line.drop()

    def _prepare(self, channel: Channel) -> None:
        _declare_source(channel, self._topology)
        channel.confirm_select()
        self._confirms = _Confirms()
        channel.events["basic_ack"].add(self._confirms.acked)
        channel.events["basic_nack"].add(self._confirms.nacked)


class _Confirms:
    """Which of the last batch the broker has confirmed; tags count from 1 for the life of the channel."""

    def __init__(self) -> None:
        self._first = 1
        self._size = 0
        self._open: set[int] = set()
        self._refused: set[int] = set()

    def expect(self, size: int) -> None:
        self._first += self._size
        self._size = size
        self._open = set(range(self._first, self._first + size))
        self._refused = set()

    @property
    def waiting(self) -> bool:
        return bool(self._open)

    @property
    def prefix(self) -> int:
        missing = self._open | self._refused
        return (min(missing) if missing else self._first + self._size) - self._first

    def acked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 -- py-amqp's callback
        self._open -= self._meant(tag, multiple)

    def nacked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 -- py-amqp's callback
        meant = self._meant(tag, multiple)
        self._refused |= meant & self._open
        self._open -= meant

    def _meant(self, tag: int, multiple: bool) -> set[int]:  # noqa: FBT001 -- as the two above
        return {waiting for waiting in self._open if waiting <= tag} if multiple else {tag}


class AmqpSubscription:
    def __init__(self, connect: Callable[[], Connection], topology: Topology, subscriber: str) -> None:
        self._topology = topology
        self._subscriber = subscriber
        self._line = _Line(connect, self._prepare)
        self._arrived: list[Message] = []
        self._held: list[int] = []

    def receive(self, timeout_seconds: float) -> Sequence[Published]:
        try:
            channel = self._line.channel()
            self._line.beat()
            self._wait(timeout_seconds)
            return self._sort_out(channel)
        except _FAILURES as error:
            self._lost()
            raise BrokerUnavailable(str(error)) from error

    def settle(self) -> None:
        self._answer(lambda channel, tags: channel.basic_ack(tags[-1], multiple=True))

    def give_back(self) -> None:
        self._answer(_reject_all)

    def close(self) -> None:
        self._lost()

    def _take(self, message: Message) -> None:
        self._arrived.append(message)

    def _wait(self, timeout_seconds: float) -> None:
        """One wait for the first message, then only what has already come in."""
        try:
            if not self._arrived:
                self._line.drain(timeout_seconds)
            while len(self._arrived) < PREFETCH:
                self._line.drain(0.001)
        except TimeoutError:
            return

    def _sort_out(self, channel: Channel) -> list[Published]:
        arrived, self._arrived = self._arrived, []
        good: list[Published] = []
        for message in arrived:
            if (published := _published(message, self._topology.source)) is None:
                channel.basic_reject(message.delivery_tag, requeue=False)
            else:
                good.append(published)
                self._held.append(message.delivery_tag)
        return good

    def _answer(self, answer: Callable[[Channel, list[int]], None]) -> None:
        held, self._held = self._held, []
        if not held:
            return
        try:
            answer(self._line.channel(), held)
        except _FAILURES as error:
            self._lost()
            raise BrokerUnavailable(str(error)) from error

    def _lost(self) -> None:
        self._line.drop()
        self._arrived = []
        self._held = []

    def _prepare(self, channel: Channel) -> None:
        self._arrived = []
        self._held = []
        _declare_subscriber(channel, self._topology, self._subscriber)
        channel.basic_qos(prefetch_size=0, prefetch_count=PREFETCH, a_global=False)
        channel.basic_consume(self._topology.queue(self._subscriber), callback=self._take)


def _reject_all(channel: Channel, tags: list[int]) -> None:
    for tag in tags:  # py-amqp has no basic.nack
        channel.basic_reject(tag, requeue=True)


def broker_message(published: Published) -> Message:
    return Message(
        published.leaf,
        content_type=CONTENT_TYPE,
        delivery_mode=2,
        application_headers={
            "source": published.source,
            "pub_seq": published.pub_seq,
            "position": published.position,
            "leafhash": canonical.leaf_hash(published.leaf),
        },
    )


def _published(message: Any, source: str) -> Published | None:
    """None when the message is not one of this source's relay: no such headers, a torn body, a hash that does not
    fit.
    """
    leaf = message.body if isinstance(message.body, bytes) else message.body.encode("utf-8")
    headers = message.headers or {}
    pub_seq, position = headers.get("pub_seq"), headers.get("position")
    if type(pub_seq) is not int or type(position) is not int or min(pub_seq, position) < 0:
        return None
    if (headers.get("source"), headers.get("leafhash")) != (source, canonical.leaf_hash(leaf)):
        return None
    return Published(source=source, pub_seq=pub_seq, position=position, leaf=leaf)
