"""A broker that loses, repeats, delays and reorders messages, forgets everything, and goes away.

Without faults it keeps what every broker must keep (``tests/eventlog/broker/test_conformance.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eventlog.broker.ports import Topology
from eventlog.event import Published
from eventlog.relay import nothing
from tests.simulation.faults import Faults, broker_error
from tests.simulation.scheduler import Scheduler

BATCH = 200
LONGEST_DELAY_SECONDS = 3.0


@dataclass
class _Letter:
    message: Published
    visible_at: float
    deliveries: int = 0


class SimulatedBroker:
    """A :class:`eventlog.broker.ports.Broker`."""

    def __init__(self, scheduler: Scheduler, faults: Faults, delivery_limit: int) -> None:
        self.scheduler = scheduler
        self.faults = faults
        self.away_until = 0.0
        self.wipes = 0
        self.confirmed: dict[str, set[int]] = defaultdict(set)
        """The numbers of each source's messages that were said to be safe here."""
        self.delivered: set[tuple[str, int]] = set()
        """(queue, pub_seq)"""
        self.delivery_limit = delivery_limit
        self._queues: dict[str, dict[str, list[_Letter]]] = defaultdict(dict)

    def publisher(self, source: str) -> SimulatedPublisher:
        return SimulatedPublisher(self, source)

    def subscription(self, subscriber: str, source: str) -> SimulatedSubscription:
        return SimulatedSubscription(self, Topology(source), subscriber)

    def queue(self, source: str, name: str) -> list[_Letter]:
        """Made when it is missing."""
        return self._queues[source].setdefault(name, [])

    def wipe(self) -> None:
        """Queues and messages; whoever held some holds them no longer."""
        self._queues.clear()
        self.wipes += 1

    def reach(self, port: str) -> None:
        self.scheduler.reach(port)
        if self.scheduler.now < self.away_until:
            raise broker_error("broker away")

    def take(self, message: Published) -> None:
        """Into every queue of its source, as far as nothing happens to it."""
        for letters in self._queues[message.source].values():
            if self.faults.strike("message dropped"):
                continue
            for _ in range(1 + self.faults.strike("message duplicated")):
                delayed = self.faults.strike("message delayed")
                delay = self.scheduler.chance.random() * LONGEST_DELAY_SECONDS if delayed else 0.0
                letter = _Letter(message, self.scheduler.now + delay)
                if self.faults.strike("message out of order"):
                    letters.insert(self.scheduler.chance.randint(0, len(letters)), letter)
                else:
                    letters.append(letter)


class SimulatedPublisher:
    def __init__(self, broker: SimulatedBroker, source: str) -> None:
        self._broker = broker
        self._source = source

    def publish(self, messages: Sequence[Published], meanwhile: Callable[[], None] = nothing) -> int:
        broker, chance = self._broker, self._broker.scheduler.chance
        broker.reach("publish")
        taken = confirmed = len(messages)
        if broker.faults.strike("confirm lost"):
            taken = chance.randint(0, len(messages))
            confirmed = chance.randint(0, taken)
        for message in messages[:taken]:
            broker.take(message)
        meanwhile()
        safe = {message.pub_seq for message in messages[:confirmed]}
        broker.scheduler.saw("a message was published twice", len(safe & broker.confirmed[self._source]))
        broker.scheduler.saw("a part of a window was confirmed", 0 < confirmed < len(messages))
        broker.confirmed[self._source] |= safe
        broker.scheduler.reach("confirm")
        if not confirmed:
            raise broker_error("nothing confirmed")
        return confirmed

    def close(self) -> None:
        """Nothing is held."""


class SimulatedSubscription:
    def __init__(self, broker: SimulatedBroker, topology: Topology, subscriber: str) -> None:
        self._broker = broker
        self._source = topology.source
        self._name = topology.queue(subscriber)
        self._wipes = broker.wipes
        self._held: list[_Letter] = []
        self._letters()

    def receive(self, timeout_seconds: float) -> Sequence[Published]:
        broker = self._broker
        try:
            broker.reach("receive")
            broker.scheduler.wait("messages", lambda: bool(self._visible()), timeout_seconds)
            broker.reach("delivery")
        except type(broker_error("")):
            self._put_back()
            raise
        visible = self._visible()[:BATCH]
        batch = visible[: broker.scheduler.chance.randint(1, len(visible))] if visible else []
        for letter in batch:
            self._letters().remove(letter)
        self._wipes, self._held = broker.wipes, [*self._held, *batch]
        numbers = {(self._name, letter.message.pub_seq) for letter in batch}
        broker.scheduler.saw("a message was delivered twice", len(numbers & broker.delivered))
        broker.delivered |= numbers
        return [letter.message for letter in batch]

    def settle(self) -> None:
        self._answer("settle")
        self._held = []

    def give_back(self) -> None:
        self._answer("give back")
        self._put_back()

    def close(self) -> None:
        self._put_back()

    def _answer(self, port: str) -> None:
        self._broker.scheduler.reach(port)
        if self._broker.scheduler.now < self._broker.away_until or self._broker.faults.strike(
            "answer to the broker lost"
        ):
            self._put_back()
            raise broker_error(f"connection lost at {port}")

    def _letters(self) -> list[_Letter]:
        return self._broker.queue(self._source, self._name)

    def _visible(self) -> list[_Letter]:
        now = self._broker.scheduler.now
        return [letter for letter in self._letters() if letter.visible_at <= now]

    def _put_back(self) -> None:
        """To where they came from, unless the broker has forgotten them or they came back too often."""
        held, self._held = self._held, []
        if self._wipes != self._broker.wipes:
            return
        again = [replace(letter, deliveries=letter.deliveries + 1) for letter in held]
        kept = [letter for letter in again if letter.deliveries < self._broker.delivery_limit]
        self._broker.scheduler.saw("a message was set aside", len(again) - len(kept))
        self._broker.scheduler.saw("a message came back to its queue", len(kept))
        self._letters()[:0] = kept
