"""One run: a seed decides the services, the work, the faults and every step.

Every run ends with a check of every promise. Nine seeds of ten are about safety: faults to the last step. The tenth
is about liveness: at some step everything heals, and within ``HEALED_STEPS`` all cursors must be at the heads.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import structlog

from tests.simulation import check
from tests.simulation.database import SimulatedStore, copy_database
from tests.simulation.scheduler import Scheduler
from tests.simulation.situations import REPORTED
from tests.simulation.stored import digest, leaves
from tests.simulation.vocabulary import HEARD
from tests.simulation.world import World

LOGS = ("north", "south", "east")
PROCESSES = 2
"""At most so many work on one log at once."""
FEWEST_STEPS, MOST_STEPS = 200, 2000
SHORTNESS = 40
"""Most runs are near the fewest steps: many short ones find more in the same time than few long ones."""


def is_about_liveness(seed: int) -> bool:
    return seed % 10 == 9


class FailingSeed(AssertionError):
    """Says how to see it again."""

    def __init__(self, seed: int, error: Exception, trace: list[str]) -> None:
        super().__init__(f"SEED={seed}: {error}\nmake simulate SEED={seed}\n" + "\n".join(trace))
        self.seed = seed


@dataclass
class Totals:
    """What one run or many came across. ``digest`` is of every step and every leaf."""

    seeds: int = 0
    steps: int = 0
    events: int = 0
    commands: int = 0
    acknowledged: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    situations: Counter[str] = field(default_factory=Counter)
    digest: str = ""

    def __iadd__(self, other: Totals) -> Self:
        self.seeds += other.seeds
        self.steps += other.steps
        self.events += other.events
        self.commands += other.commands
        self.acknowledged += other.acknowledged
        self.faults += other.faults
        self.situations += other.situations
        return self


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder of our own, in memory where the machine has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 -- a folder with an unguessable name is made in it
    with tempfile.TemporaryDirectory(prefix="biaobing-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


class Ground:
    """Where runs take place one after the other: databases in ``folder``, and a copy of each as it is when empty."""

    def __init__(self, folder: Path) -> None:
        self._files = {name: folder / f"{name}.sqlite3" for name in LOGS}
        self._empty = {name: folder / f"empty-{name}.sqlite3" for name in LOGS}
        self._stores = {name: [SimulatedStore(path) for _ in range(PROCESSES)] for name, path in self._files.items()}
        world = World(random.Random(0), self._stores)
        world.start()
        for stores in self._stores.values():
            with stores[0].writing() as connection:
                HEARD.create(connection)
        world.close()
        self._let_go()
        for name, path in self._files.items():
            path.rename(self._empty[name])

    def run(self, seed: int) -> Totals:
        """Raises :class:`FailingSeed`."""
        for name, path in self._files.items():
            copy_database(self._empty[name], path)
        chance = random.Random(seed)
        logs = LOGS[: chance.choice((2, 2, 2, 3))]
        world = World(chance, {name: self._stores[name][: chance.choice((1, 1, 1, PROCESSES))] for name in logs})
        steps = FEWEST_STEPS + int((MOST_STEPS - FEWEST_STEPS) * chance.random() ** SHORTNESS)
        try:
            with world.patched_time(), _counted(world.scheduler):
                world.start()
                world.work(steps)
                if is_about_liveness(seed):
                    world.heal()
                world.judge()
                if is_about_liveness(seed):
                    check.rebuilt(chance.choice(world.services))
                return _totals(world)
        except Exception as error:
            trace = [f"{step:5} {task}: {port}" for step, task, port in world.scheduler.trace]
            raise FailingSeed(seed, error, trace) from error
        finally:
            world.close()
            self._let_go()

    def _let_go(self) -> None:
        for stores in self._stores.values():
            for store in stores:
                store.ports = None
                store.close()


def _totals(world: World) -> Totals:
    logs = [leaves(service) for service in world.services]
    sent = [one for client in world.clients for one in client.sent]
    return Totals(
        seeds=1,
        steps=world.scheduler.steps,
        events=sum(len(log) for log in logs),
        commands=len(sent),
        acknowledged=sum(one.acknowledged is not None for one in sent),
        faults=world.scheduler.faults,
        situations=world.scheduler.seen,
        digest=digest(logs, world.scheduler.digest),
    )


@contextmanager
def _counted(scheduler: Scheduler) -> Iterator[None]:
    """What the product reports is counted instead of printed."""

    def count(_logger: object, _method: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
        scheduler.saw(REPORTED[said["event"]])
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[count])
    try:
        yield
    finally:
        structlog.configure(**before)
