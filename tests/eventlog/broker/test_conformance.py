"""What every broker must keep. It may lose, repeat and reorder; it must not lie about what it took."""

from __future__ import annotations

from collections.abc import Sequence

from eventlog.broker.ports import DELIVERY_LIMIT, Broker, Subscription
from eventlog.event import Published


def messages(first: int, count: int, source: str = "source") -> list[Published]:
    return [
        Published(source=source, pub_seq=number, position=number * 2, leaf=b'{"n":%d}' % number)
        for number in range(first, first + count)
    ]


def receive(subscription: Subscription, count: int) -> list[Published]:
    """At least ``count`` messages, each batch settled."""
    got: list[Published] = []
    for _ in range(100):
        got += subscription.receive(0.2)
        subscription.settle()
        if len(got) >= count:
            break
    return got


def test_everything_confirmed_reaches_every_subscriber_in_order(broker: Broker) -> None:
    queues = [broker.subscription(name, "source") for name in ("review", "inspection")]
    for queue in queues:
        queue.receive(0.01)
    sent = messages(0, 700)
    publisher = broker.publisher("source")
    assert publisher.publish(sent[:500]) == 500
    assert publisher.publish(sent[500:]) == 200
    assert [receive(queue, 700) for queue in queues] == [sent, sent]


def test_bytes_and_numbers_arrive_as_they_were_sent(broker: Broker) -> None:
    queue = broker.subscription("review", "source")
    queue.receive(0.01)
    sent = [Published(source="source", pub_seq=3, position=9, leaf='{"name":"𬭊·䶮"}'.encode())]
    broker.publisher("source").publish(sent)
    assert receive(queue, 1) == sent


def test_a_subscriber_gets_only_its_source(broker: Broker) -> None:
    queue = broker.subscription("review", "source")
    queue.receive(0.01)
    broker.publisher("other").publish(messages(0, 3, source="other"))
    broker.publisher("source").publish(messages(0, 1))
    assert receive(queue, 1) == messages(0, 1)


def test_messages_given_back_come_again(broker: Broker) -> None:
    queue = broker.subscription("review", "source")
    queue.receive(0.01)
    broker.publisher("source").publish(messages(0, 3))
    first = _some(queue)
    queue.give_back()
    assert sorted(one.pub_seq for one in receive(queue, 3)) == [0, 1, 2]
    assert first


def test_messages_of_a_subscriber_that_died_come_to_the_next(broker: Broker) -> None:
    queue = broker.subscription("review", "source")
    queue.receive(0.01)
    broker.publisher("source").publish(messages(0, 3))
    _some(queue)
    queue.close()
    heir = broker.subscription("review", "source")
    assert sorted(one.pub_seq for one in receive(heir, 3)) == [0, 1, 2]


def test_a_message_that_comes_back_too_often_is_set_aside_and_blocks_nobody(broker: Broker) -> None:
    queue = broker.subscription("review", "source")
    queue.receive(0.01)
    publisher = broker.publisher("source")
    publisher.publish(messages(0, 1))
    deliveries = 0
    while queue.receive(0.3):
        deliveries += 1
        queue.give_back()
        assert deliveries <= DELIVERY_LIMIT + 1
    assert deliveries >= DELIVERY_LIMIT
    publisher.publish(messages(1, 1))
    assert receive(queue, 1) == messages(1, 1)


def test_a_message_without_a_subscriber_is_confirmed_and_kept_apart(broker: Broker) -> None:
    publisher = broker.publisher("lonely")
    assert publisher.publish(messages(0, 2, source="lonely")) == 2
    queue = broker.subscription("late", "lonely")
    queue.receive(0.01)
    publisher.publish(messages(2, 1, source="lonely"))
    assert receive(queue, 1) == messages(2, 1, source="lonely")


def _some(queue: Subscription) -> Sequence[Published]:
    for _ in range(50):
        if got := queue.receive(0.2):
            return got
    raise AssertionError("nothing came")
