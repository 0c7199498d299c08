"""Every test that asks for ``broker`` runs on the in-process broker, the simulation's and RabbitMQ."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from eventlog.broker.amqp import AmqpBroker
from eventlog.broker.memory import MemoryBroker
from eventlog.broker.ports import DELIVERY_LIMIT, Broker, Subscription
from eventlog.relay import Publisher
from tests.simulation.broker import SimulatedBroker
from tests.simulation.faults import Faults
from tests.simulation.scheduler import Scheduler


class Closing:
    """Closes what a test opened on a broker."""

    def __init__(self, broker: Broker, opened: ExitStack) -> None:
        self._broker = broker
        self._opened = opened

    def publisher(self, source: str) -> Publisher:
        publisher = self._broker.publisher(source)
        self._opened.callback(publisher.close)
        return publisher

    def subscription(self, subscriber: str, source: str) -> Subscription:
        subscription = self._broker.subscription(subscriber, source)
        self._opened.callback(subscription.close)
        return subscription


@pytest.fixture
def rabbit(vhost: str) -> Iterator[Broker]:
    with ExitStack() as opened:
        yield Closing(AmqpBroker(vhost), opened)


@pytest.fixture
def wiped_rabbit(request: pytest.FixtureRequest) -> Iterator[Broker]:
    with ExitStack() as opened:
        yield Closing(AmqpBroker(request.getfixturevalue("killable_rabbitmq").url), opened)


@pytest.fixture(params=["memory", "simulated", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "rabbitmq":
        yield request.getfixturevalue("rabbit")
        return
    scheduler = Scheduler(random.Random(0))
    simulated = SimulatedBroker(scheduler, Faults(scheduler), DELIVERY_LIMIT)
    with ExitStack() as opened:
        yield Closing(MemoryBroker() if request.param == "memory" else simulated, opened)
