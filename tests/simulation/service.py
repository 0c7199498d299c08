"""A service: one database, and the processes that work on it with the product's own loops."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError

from eventlog.event import Published, Recorded
from eventlog.follower import Follower, NotNow
from eventlog.log import EventLog
from eventlog.receiver import PAGE, Receiver, SourceUnavailable
from eventlog.relay import Relay
from eventlog.subscriber import Subscriber
from tests.simulation.broker import SimulatedBroker, SimulatedSubscription
from tests.simulation.database import SimulatedStore
from tests.simulation.faults import Faults
from tests.simulation.scheduler import Scheduler, SimulatedCondition, SimulatedEvent, Task
from tests.simulation.vocabulary import TYPES, State, Told, projections, reaction

RESTART_SECONDS = 1.0


class Violation(Exception):
    """A promise was broken."""


@dataclass
class Around:
    """What every process of a run shares."""

    scheduler: Scheduler
    faults: Faults
    broker: SimulatedBroker
    services: dict[str, Service] = field(default_factory=dict)


@dataclass
class Service:
    """``outside`` is whoever checks, with a connection that knows nothing of ours. ``version`` is that of the code,
    ``built`` that of the read models. ``page`` is what the follower writes outside the database: leaf hashes by
    position.
    """

    name: str
    outside: sqlite3.Connection
    version: int = 1
    built: int = 1
    mended: bool = False
    processes: list[Process] = field(default_factory=list)
    page: dict[int, str] = field(default_factory=dict)

    def serving(self) -> list[Process]:
        return [process for process in self.processes if process.log is not None]


class Process:
    """Its memory is gone when it crashes: the log object, the loops, what it remembers of streams."""

    def __init__(self, around: Around, service: Service, store: SimulatedStore) -> None:
        self.around = around
        self.service = service
        self.name = f"{service.name}{len(service.processes)}"
        self.store = store
        self.clock_offset = 0.0
        self.log: EventLog | None = None
        self.remembered: dict[str, tuple[State, int]] = {}
        self.receivers: list[Receiver] = []
        self._subscriptions: list[SimulatedSubscription] = []
        self._stopping = SimulatedEvent(around.scheduler)
        self._loops = 0
        self._life = 0

    def start(self) -> None:
        """Opens the log and sets the loops going, as a service's ``assemble`` and its host do."""
        around, service = self.around, self.service
        log = EventLog(service.name, self.store, TYPES, projections(service.version)).open()
        around.scheduler.saw("a read model was built again by other code", service.version != service.built)
        service.built = service.version
        log.published = SimulatedEvent(around.scheduler)
        log.group.changed = SimulatedCondition(around.scheduler)
        loops: list[tuple[str, Relay | Subscriber | Follower]] = [
            ("relay", Relay(log, around.broker.publisher(service.name)))
        ]
        for source in around.services:
            if source != service.name:
                reactions = {Told: reaction(service.name, mended=service.mended)}
                receiver = _Receiver(around, source, log, TYPES, reactions, RemoteLog(around, source))
                subscription = around.broker.subscription(service.name, source)
                self.receivers.append(receiver)
                self._subscriptions.append(subscription)
                loops.append((f"hears {source}", Subscriber(receiver, subscription)))
        if self is service.processes[0]:
            loops.append(("follower", Follower("page", log, self._follow)))
        self._stopping.clear()
        self._loops = len(loops)
        for name, loop in loops:
            self.spawn(name, partial(loop.run, self._stopping))
        self.log = log

    def spawn(self, name: str, work: Callable[[], object]) -> None:
        self.around.scheduler.spawn(name, self, work)

    def crash(self) -> None:
        """Everything it was doing stops where it stood; somebody starts it again after a while."""
        self.around.scheduler.kill(lambda task: task.owner is self)
        for subscription in self._subscriptions:
            subscription.close()
        self._over()

    def stop(self) -> None:
        """As somebody who deploys stops it: no new commands, and the loops come to their ends."""
        self.log = None
        self._stopping.set()

    def ended(self, task: Task, error: Exception | None) -> None:
        kind = task.name.removeprefix(f"{self.name}.")
        if kind == "start" and isinstance(error, OperationalError):
            self.around.scheduler.saw("a process could not start at once")
            self.crash()
        elif error is not None:
            raise Violation(f"{task.name} broke off: {error!r}") from error
        elif kind not in {"start", "command"}:
            if not self._stopping.is_set():
                raise Violation(f"{task.name} ended by itself")
            self._loops -= 1
            if not self._loops:
                self.around.scheduler.saw("a process was stopped in good order")
                self._over()

    def _over(self) -> None:
        scheduler = self.around.scheduler
        self.log = None
        self.remembered.clear()
        self.receivers.clear()
        self._subscriptions.clear()
        self._life += 1
        life, delay = self._life, scheduler.chance.random() * RESTART_SECONDS
        scheduler.spawn(f"supervisor of {self.name}", None, lambda: self._start_again(life, delay))

    def _start_again(self, life: int, delay: float) -> None:
        self.around.scheduler.wait("restart", lambda: False, delay)
        if life == self._life:
            self.spawn("start", self.start)

    def _follow(self, event: Recorded) -> None:
        """Outside the database: it stays when the process crashes, and is done again when the cursor did not move."""
        if self.around.faults.strike("follower not now"):
            raise NotNow("simulated")
        page = self.service.page
        if event.position > len(page):
            raise Violation(f"{self.name}: the follower passed over {self.service.name}/{len(page)}")
        self.around.scheduler.saw("a follower did something twice", event.position in page)
        page[event.position] = event.leafhash


class _Receiver(Receiver):
    """Tells the run when what was parked went through; the product has no reason to."""

    def __init__(self, around: Around, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._around = around

    def retry_parked(self) -> int:
        through = super().retry_parked()
        self._around.scheduler.saw("a parked stream was released", through)
        return through


@dataclass(frozen=True)
class RemoteLog:
    """Another service's log, asked over the network."""

    around: Around
    source: str

    def read_published(self, first: int, limit: int) -> Sequence[Published]:
        around = self.around
        around.scheduler.reach("ask")
        serving = around.services[self.source].serving()
        if not serving or around.faults.strike("source away"):
            raise SourceUnavailable("simulated: nobody answers")
        log = around.scheduler.chance.choice(serving).log
        assert log is not None
        try:
            found = log.read_published(first, limit)
        except OperationalError as error:
            raise SourceUnavailable("simulated: its database is away") from error
        tail = limit == PAGE  # a gap's end is known, the tail's is not
        found_what = "a lost tail was found in the source's log" if tail else "a gap was filled from the source's log"
        around.scheduler.saw(found_what, len(found) > 0)
        around.scheduler.reach("answer")
        if around.faults.strike("source away"):
            raise SourceUnavailable("simulated: the answer was lost")
        return found
