"""What a process gives to the service it runs; the same in every shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from contracts.actor import TokenSigner, TokenVerifier
from eventlog.broker.ports import Broker
from eventlog.clock import Clock
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from eventlog.receiver import Reaction, Receiver, Source
from eventlog.relay import Relay
from eventlog.store import Store
from eventlog.subscriber import Subscriber


class Calls(Protocol):
    """An RPC method of another service: (service, method, arguments) to its answer."""

    def __call__(self, service: str, method: str, *arguments: object) -> Any: ...


class Sources(Protocol):
    """The log of another service by its name."""

    def __call__(self, source: str) -> Source: ...


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """``signer`` speaks for the service itself; ``site`` is the folder of the public static pages."""

    store: Store
    broker: Broker
    clock: Clock
    verifier: TokenVerifier
    signer: TokenSigner
    calls: Calls
    sources: Sources
    site: Path

    def relay(self, log: EventLog) -> Relay:
        return Relay(log, self.broker.publisher(log.source))

    def subscribers(
        self, log: EventLog, heard: Mapping[str, tuple[Sequence[type], Mapping[type, Reaction]]]
    ) -> list[Subscriber]:
        """One for each source: what it publishes, and what we do about it."""
        return [
            Subscriber(
                Receiver(source, log, EventTypes([], published), reactions, self.sources(source)),
                self.broker.subscription(log.source, source),
            )
            for source, (published, reactions) in heard.items()
        ]
