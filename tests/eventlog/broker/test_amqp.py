"""What only a real RabbitMQ can do to us."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from amqp import Connection
from amqp.basic_message import Message
from kombu.utils.url import url_to_parts

from eventlog.broker.amqp import AmqpBroker, broker_message
from eventlog.broker.ports import Broker, Topology
from eventlog.relay import BrokerUnavailable
from tests.eventlog.broker.test_conformance import messages, receive
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until


@pytest.fixture
def wire(vhost: str) -> Iterator[Connection]:
    """A plain connection of somebody who does not keep to our rules."""
    parts = url_to_parts(vhost)
    connection = Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=parts.path or "/",
    )
    connection.connect()
    yield connection
    connection.close()


def relayed(**headers: object) -> Message:
    """A message like a relay's, with other headers."""
    message = broker_message(messages(0, 1)[0])
    message.headers.update(headers)
    return message


@pytest.mark.parametrize(
    "poison",
    [
        Message(b"not json"),
        Message(b"\xff\xfe", application_headers={"source": "source"}),
        Message(b"{}", application_headers={"source": "source", "pub_seq": 0, "position": 0, "leafhash": "wrong"}),
        relayed(pub_seq="0"),
        relayed(pub_seq=True),
        relayed(position=-1),
        relayed(source="another"),
    ],
    ids=["no headers", "half the headers", "torn body", "number as text", "no number", "negative", "another's"],
)
def test_a_message_nobody_can_read_is_set_aside_not_lost_and_blocks_nobody(
    rabbit: Broker, wire: Connection, poison: Message
) -> None:
    topology = Topology("source")
    queue = rabbit.subscription("review", "source")
    queue.receive(0.01)
    channel = wire.channel()
    channel.basic_publish(poison, exchange=topology.exchange)
    rabbit.publisher("source").publish(messages(0, 1))
    assert receive(queue, 1) == messages(0, 1)

    def aside() -> Message | None:
        found: Message | None = channel.basic_get(topology.set_aside("review"), no_ack=True)
        return found

    kept = until(aside, within=10, what="the poison message in the set-aside queue")
    assert kept is not None
    assert kept.body in (poison.body, poison.body.decode("utf-8", "surrogateescape"))


def test_what_nobody_subscribes_to_waits_in_the_unrouted_queue(rabbit: Broker, wire: Connection) -> None:
    rabbit.publisher("lonely").publish(messages(0, 3, source="lonely"))
    channel = wire.channel()
    _, waiting, _ = channel.queue_declare(Topology("lonely").unrouted, passive=True)
    assert waiting == 3


def test_queues_are_quorum_queues_with_a_delivery_limit(rabbit: Broker, wire: Connection) -> None:
    rabbit.subscription("review", "source").receive(0.01)
    channel = wire.channel()
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "review.from.source.set-aside",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    # RabbitMQ closes the channel when a queue is declared with other arguments than it has.
    name, _, _ = channel.queue_declare("review.from.source", durable=True, auto_delete=False, arguments=arguments)
    assert name == "review.from.source"


def test_what_a_full_queue_refuses_is_not_taken_for_confirmed_m08(rabbit: Broker, wire: Connection) -> None:
    publisher = rabbit.publisher("source")
    assert publisher.publish(messages(0, 1)) == 1
    channel = wire.channel()
    small = {"x-max-length": 1, "x-overflow": "reject-publish"}
    channel.queue_declare("small", durable=True, auto_delete=False, arguments=small)
    channel.queue_bind("small", Topology("source").exchange)
    assert publisher.publish(messages(1, 5)) == 1
    with pytest.raises(BrokerUnavailable, match="nack"):
        publisher.publish(messages(2, 4))
    channel.queue_purge("small")
    assert publisher.publish(messages(2, 1)) == 1


@pytest.mark.timeout(180)
def test_publisher_and_subscriber_recover_when_the_broker_loses_everything(
    killable_rabbitmq: RabbitMQ, wiped_rabbit: Broker
) -> None:
    queue = wiped_rabbit.subscription("review", "wiped")
    queue.receive(0.01)
    publisher = wiped_rabbit.publisher("wiped")
    assert publisher.publish(messages(0, 2, source="wiped")) == 2
    killable_rabbitmq.wipe()

    def listening() -> bool:
        try:
            queue.receive(0.1)
        except BrokerUnavailable:
            return False
        return True

    def published() -> bool:
        try:
            return publisher.publish(messages(2, 1, source="wiped")) == 1
        except BrokerUnavailable:
            return False

    until(listening, within=60, what="the subscription on the new broker")
    until(published, within=60, what="a confirm from the new broker")
    assert receive(queue, 1) == messages(2, 1, source="wiped")


def test_an_unreachable_broker_is_said_to_be_so() -> None:
    broker = AmqpBroker("amqp://guest:guest@127.0.0.1:9/")
    with pytest.raises(BrokerUnavailable):
        broker.publisher("source").publish(messages(0, 1))
    with pytest.raises(BrokerUnavailable):
        broker.subscription("review", "source").receive(0.1)
