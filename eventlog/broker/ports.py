"""What the kernel needs of a broker beyond :class:`eventlog.relay.Publisher`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eventlog.event import Published
from eventlog.relay import Publisher

DELIVERY_LIMIT = 20
"""How often a message may come back before it is set aside; RabbitMQ 4's own default."""


@dataclass(frozen=True)
class Topology:
    """Names on the broker. They depend on services only, so renaming code never renames a durable queue."""

    source: str

    @property
    def exchange(self) -> str:
        return f"{self.source}.events"

    @property
    def unrouted(self) -> str:
        """Alternate exchange and queue of what no subscriber's queue took."""
        return f"{self.source}.unrouted"

    def queue(self, subscriber: str) -> str:
        return f"{subscriber}.from.{self.source}"

    def set_aside(self, subscriber: str) -> str:
        """Dead-letter queue of a subscriber: what could not be decoded or came back too often."""
        return f"{subscriber}.from.{self.source}.set-aside"


class Subscription(Protocol):
    """One subscriber's queue of one source. Not shared between threads."""

    def receive(self, timeout_seconds: float) -> Sequence[Published]:
        """Waits for messages; what cannot be decoded is set aside, never returned and never lost.

        Raises :class:`eventlog.relay.BrokerUnavailable`; the next call connects again.
        """

    def settle(self) -> None:
        """All messages of the last ``receive`` are dealt with."""

    def give_back(self) -> None:
        """None of them is; they come again, at most ``DELIVERY_LIMIT`` times."""

    def close(self) -> None: ...


class Broker(Protocol):
    def publisher(self, source: str) -> Publisher: ...

    def subscription(self, subscriber: str, source: str) -> Subscription: ...
