"""Every test that asks for ``broker`` runs on the in-process broker and on RabbitMQ."""

from __future__ import annotations

import pytest

from eventlog.broker.amqp import AmqpBroker
from eventlog.broker.memory import MemoryBroker
from eventlog.broker.ports import Broker


@pytest.fixture(params=["memory", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "memory":
        return MemoryBroker()
    return AmqpBroker(request.getfixturevalue("vhost"))
