"""Services, their clients, the broker between them, and the weather over all."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import eventlog.sqlite
import eventlog.subscriber
from eventlog.broker.ports import DELIVERY_LIMIT
from tests.simulation import check
from tests.simulation.broker import SimulatedBroker
from tests.simulation.client import Client
from tests.simulation.database import Ports, SimulatedStore
from tests.simulation.faults import Faults
from tests.simulation.scheduler import Scheduler, Task, Turn
from tests.simulation.service import Around, Process, Service, Violation
from tests.simulation.vocabulary import NOON

MOST_CLIENTS = 3
"""Of one service."""
HEALED_STEPS = 6000
LOOK_STEPS = 25
THREE_DAYS = 3 * 86_400.0
LONGEST_BROKER_OUTAGE_SECONDS = 3.0
LONGEST_STALL_SECONDS = 3.0


class World:
    """``stores`` has for each log one for each process."""

    def __init__(self, chance: random.Random, stores: Mapping[str, Sequence[SimulatedStore]]) -> None:
        self.scheduler = Scheduler(chance)
        self.faults = Faults(self.scheduler)
        self.broker = SimulatedBroker(self.scheduler, self.faults, chance.choice((2, 5, DELIVERY_LIMIT)))
        self.around = Around(self.scheduler, self.faults, self.broker)
        self.clients: list[Client] = []
        for name, own in stores.items():
            service = Service(name, sqlite3.connect(own[0].path))
            self.around.services[name] = service
            ports = Ports(self.scheduler, self.faults, Turn(self.scheduler))
            for store in own:
                store.ports = ports
                service.processes.append(Process(self.around, service, store))

    @property
    def services(self) -> list[Service]:
        return list(self.around.services.values())

    def start(self) -> None:
        for service in self.services:
            for process in service.processes:
                process.start()

    def work(self, steps: int) -> None:
        """So many steps in which everything goes wrong that can."""
        scheduler = self.scheduler
        for service in self.services:
            for number in range(scheduler.chance.randint(1, MOST_CLIENTS)):
                client = Client(self.around, service, f"client {number} of {service.name}")
                self.clients.append(client)
                scheduler.spawn(client.name, None, client.run)
        scheduler.spawn("weather", None, self._weather)
        scheduler.befall = self._befall
        while scheduler.steps < steps:
            scheduler.step()

    def heal(self) -> None:
        """Nothing goes wrong any more and nobody asks for anything; returns when all have done what there was to do."""
        self.faults.heal()
        self.broker.away_until = 0.0
        for client in self.clients:
            client.stopping = True
        for service in self.services:
            if not service.mended:
                self._deploy(service, mended=True)
        end = self.scheduler.steps + HEALED_STEPS
        while behind := check.behind(self.around):
            if self.scheduler.steps >= end:
                raise Violation(f"I7: {HEALED_STEPS} steps after everything healed still behind: {behind}")
            for _ in range(LOOK_STEPS):
                self.scheduler.step()

    def judge(self) -> None:
        """Everything stops where it is, and every promise is held against the files."""
        self.scheduler.kill(lambda _: True)
        check.safety(self.around, self.clients)

    def close(self) -> None:
        self.scheduler.kill(lambda _: True)
        for service in self.services:
            service.outside.close()

    @contextmanager
    def patched_time(self) -> Iterator[None]:
        with patch.object(eventlog.sqlite, "time", self), patch.object(eventlog.subscriber, "time", self):
            yield

    def monotonic(self) -> float:
        """For ``time.monotonic``."""
        return self.scheduler.now

    def time_ns(self) -> int:
        """For ``time.time_ns``: what the clock of the running process says."""
        task = self.scheduler.current
        offset = task.owner.clock_offset if task is not None and isinstance(task.owner, Process) else 0.0
        return int((NOON.timestamp() + self.scheduler.now + offset) * 1e9)

    def _befall(self, task: Task) -> None:
        if isinstance(task.owner, Process) and self.faults.strike("process crashed"):
            task.owner.crash()
        elif self.faults.strike("task stalled"):
            self.scheduler.stall(task, self.scheduler.chance.random() * LONGEST_STALL_SECONDS)

    def _weather(self) -> None:
        """What does not wait for anybody to be at a port."""
        chance, scheduler = self.scheduler.chance, self.scheduler
        while True:
            scheduler.wait("weather", lambda: False, chance.random())
            if self.faults.strike("broker wiped"):
                self.broker.wipe()
            if self.faults.strike("broker away"):
                self.broker.away_until = scheduler.now + chance.random() * LONGEST_BROKER_OUTAGE_SECONDS
            service = chance.choice(self.services)
            if self.faults.strike("clock jumped"):
                chance.choice(service.processes).clock_offset += chance.uniform(-THREE_DAYS, THREE_DAYS)
            if self.faults.strike("other code deployed"):
                self._deploy(service, mended=chance.random() < 0.5)

    def _deploy(self, service: Service, *, mended: bool) -> None:
        """Newer code, or the one before again."""
        service.version += self.scheduler.chance.choice((1, 1, -1))
        service.mended = mended
        for process in service.processes:
            if process.log is None:
                process.crash()
            else:
                process.stop()
