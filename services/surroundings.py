"""What a process gives to the service it runs; the same in every shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from contracts.actor import TokenSigner, TokenVerifier
from eventlog.broker.ports import Broker
from eventlog.clock import Clock
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from eventlog.projection import Projection
from eventlog.proof.notary import Notary
from eventlog.receiver import Reaction, Receiver, Source
from eventlog.relay import Relay
from eventlog.store import Store
from eventlog.subscriber import Subscriber
from eventlog.vault import PersonalKeys


class Calls(Protocol):
    """An RPC method of another service: (service, method, arguments) to its answer."""

    def __call__(self, service: str, method: str, *arguments: object) -> Any: ...


class Sources(Protocol):
    """The log of another service by its name."""

    def __call__(self, source: str) -> Source: ...


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Whom a service listens to: what the source publishes, and what we do about it."""

    source: str
    published: Sequence[type]
    reactions: Mapping[type, Reaction]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """``keys`` are those of the persons in the service's log; ``signer`` speaks for the service itself; ``site`` is the
    public pages' folder, ``stylesheet`` their CSS.
    """

    store: Store
    keys: PersonalKeys
    broker: Broker
    clock: Clock
    verifier: TokenVerifier
    signer: TokenSigner
    calls: Calls
    sources: Sources
    notary: Callable[[EventLog], Notary]
    site: Path
    stylesheet: str

    def open(self, source: str, types: EventTypes, projections: Sequence[Projection]) -> EventLog:
        return EventLog(source, self.store, types, projections, self.keys).open()

    def relay(self, log: EventLog) -> Relay:
        return Relay(log, self.broker.publisher(log.source))

    def subscribers(self, log: EventLog, heard: Sequence[Hearing]) -> list[Subscriber]:
        return [
            Subscriber(
                Receiver(one.source, log, EventTypes([], one.published), one.reactions, self.sources(one.source)),
                self.broker.subscription(log.source, one.source),
            )
            for one in heard
        ]
