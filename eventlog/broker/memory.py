"""A broker within the process, for the embedded shape: the same promises as RabbitMQ's, until the process ends."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eventlog.broker.ports import DELIVERY_LIMIT, Topology
from eventlog.event import Published
from eventlog.relay import nothing

BATCH = 100


@dataclass
class _Letter:
    message: Published
    deliveries: int = 0


@dataclass
class MemoryBroker:
    """Queues appear with their first subscription and stay; messages nobody takes go to the unrouted queue."""

    queues: dict[str, deque[_Letter]] = field(default_factory=lambda: defaultdict(deque))
    bindings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changed: threading.Condition = field(default_factory=threading.Condition)

    def publisher(self, source: str) -> MemoryPublisher:
        return MemoryPublisher(self, Topology(source))

    def subscription(self, subscriber: str, source: str) -> MemorySubscription:
        topology = Topology(source)
        with self.changed:
            if topology.queue(subscriber) not in self.bindings[topology.exchange]:
                self.bindings[topology.exchange].append(topology.queue(subscriber))
        return MemorySubscription(self, topology, subscriber)

    def waiting(self, queue: str) -> list[Published]:
        """What lies in a queue, oldest first."""
        with self.changed:
            return [letter.message for letter in self.queues[queue]]


class MemoryPublisher:
    def __init__(self, broker: MemoryBroker, topology: Topology) -> None:
        self._broker = broker
        self._topology = topology

    def publish(self, messages: Sequence[Published], meanwhile: Callable[[], None] = nothing) -> int:
        broker = self._broker
        with broker.changed:
            takers = broker.bindings[self._topology.exchange] or [self._topology.unrouted]
            for queue in takers:
                broker.queues[queue].extend(_Letter(message) for message in messages)
            broker.changed.notify_all()
        meanwhile()
        return len(messages)

    def close(self) -> None:
        """Nothing is held."""


class MemorySubscription:
    def __init__(self, broker: MemoryBroker, topology: Topology, subscriber: str) -> None:
        self._broker = broker
        self._queue = topology.queue(subscriber)
        self._aside = topology.set_aside(subscriber)
        self._held: list[_Letter] = []

    def receive(self, timeout_seconds: float) -> Sequence[Published]:
        with self._broker.changed:
            queue = self._broker.queues[self._queue]
            if not queue:
                self._broker.changed.wait(timeout_seconds)
            self._held = [queue.popleft() for _ in range(min(BATCH, len(queue)))]
        return [letter.message for letter in self._held]

    def settle(self) -> None:
        self._held = []

    def give_back(self) -> None:
        with self._broker.changed:
            for letter in reversed(self._held):
                letter.deliveries += 1
                spent = letter.deliveries >= DELIVERY_LIMIT
                self._broker.queues[self._aside if spent else self._queue].appendleft(letter)
            self._held = []

    def close(self) -> None:
        self.give_back()
