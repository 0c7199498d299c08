"""One thread, many tasks: each runs to its next port call, then chance says who goes on.

A task is a greenlet around the product's own code. Whatever stands at a port (database, broker, another service's log,
a wait) calls :meth:`Scheduler.reach`; there the task may be crashed, and nowhere else can anything come in between.
Time is a number: it grows a little with every step, and jumps to the next waking when nobody can run.
"""

from __future__ import annotations

import random
import threading
import zlib
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol, TypeVar

from greenlet import getcurrent, greenlet

from tests.simulation.situations import SITUATIONS

T = TypeVar("T")

MEAN_STEP_SECONDS = 0.003
TRACED = 60
"""So many of the last steps are kept for whoever has to understand a violation."""


class Crash(BaseException):
    """The process is gone. No product code catches it: what stands around a port call only lets go of things."""


class Owner(Protocol):
    """What a task belongs to and dies with."""

    name: str

    def ended(self, task: Task, error: Exception | None) -> None:
        """One of its tasks came to its end, by itself."""


class Task(greenlet):  # type: ignore[misc]  # greenlet has no types
    def __init__(self, name: str, owner: Owner | None, work: Callable[[], object]) -> None:
        super().__init__(work)
        self.name = name if owner is None else f"{owner.name}.{name}"
        self.owner = owner
        self.asleep_until = 0.0
        self.awaited: Callable[[], bool] | None = None
        self.killed = False

    def ready(self, now: float) -> bool:
        return now >= self.asleep_until or (self.awaited is not None and self.awaited())


class Scheduler:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now = 0.0
        self.steps = 0
        self.faults: Counter[str] = Counter()
        """How often each kind was done."""
        self.seen: Counter[str] = Counter()
        """How often each of ``SITUATIONS`` came about."""
        self.trace: deque[tuple[int, str, str]] = deque(maxlen=TRACED)
        self.digest = 0
        """Of all steps so far: two runs of one seed have the same."""
        self.befall: Callable[[Task], None] = lambda _task: None
        """Called where a task arrives at a port; raises, delays or kills."""
        self._tasks: list[Task] = []

    @property
    def current(self) -> Task | None:
        running = getcurrent()
        return running if isinstance(running, Task) else None

    def saw(self, situation: str, times: int = 1) -> None:
        assert situation in SITUATIONS, situation
        self.seen[situation] += times

    def spawn(self, name: str, owner: Owner | None, work: Callable[[], object]) -> None:
        def guarded() -> None:
            error: Exception | None = None
            try:
                work()
            except Crash:
                return
            except Exception as raised:
                if owner is None:
                    raise
                error = raised
            finally:
                self._tasks.remove(task)
            if owner is not None:
                owner.ended(task, error)

        task = Task(name, owner, guarded)
        self._tasks.append(task)

    def step(self) -> None:
        """Runs one task to its next port call, or lets time pass until one can run."""
        task = self._somebody()
        if task is None:
            self.now = min(task.asleep_until for task in self._tasks)
            return
        self.steps += 1
        self.now += self.chance.expovariate(1 / MEAN_STEP_SECONDS)
        task.awaited, task.asleep_until = None, 0.0
        task.parent = getcurrent()
        task.switch()

    def reach(self, port: str) -> None:
        """The running task is at a port: others may go first. Outside a task nothing happens."""
        task = self.current
        if task is None:
            return
        self._pause(task, port)
        self.befall(task)
        if task.killed:
            raise Crash

    def wait(self, port: str, condition: Callable[[], bool], seconds: float) -> bool:
        """Until the condition holds or the time is over; whether it holds. Outside a task time just passes."""
        task = self.current
        if task is not None:
            task.awaited, task.asleep_until = condition, self.now + seconds
            self.reach(port)
        elif not condition():
            self.now += seconds
        return condition()

    def stall(self, task: Task, seconds: float) -> None:
        """The running task is not let on for some time."""
        task.asleep_until = self.now + seconds
        self._pause(task, "stalled")

    def kill(self, doomed: Callable[[Task], bool]) -> None:
        """Ends these tasks where they stand; the running one as soon as it is at a port."""
        for task in [task for task in self._tasks if doomed(task)]:
            task.killed = True
            if task is not self.current:
                self._throw(task)

    def _somebody(self) -> Task | None:
        """A task that can go on: the first one from a random place on."""
        tasks, number = self._tasks, len(self._tasks)
        start = int(self.chance.random() * number)
        for index in range(start, start + number):
            if (task := tasks[index % number]).ready(self.now):
                return task
        return None

    def _throw(self, task: Task) -> None:
        if not task:  # it never ran, so nothing of it has to be let go of
            self._tasks.remove(task)
        else:
            task.parent = getcurrent()  # it ends here, not in the main loop
            task.throw(Crash)

    def _pause(self, task: Task, port: str) -> None:
        if task.killed:
            raise Crash
        self.trace.append((self.steps, task.name, port))
        self.digest = zlib.crc32(f"{task.name} {port}".encode(), self.digest)
        task.parent.switch()


class SimulatedEvent(threading.Event):
    """Waits in the simulation's time; the product's loops are given it for ``threading.Event``."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        return self._scheduler.wait("wait", self.is_set, timeout)


class SimulatedCondition(threading.Condition):
    """Likewise for ``threading.Condition``; all tasks being of one thread, its lock keeps nobody out."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        assert timeout is None
        while not self._scheduler.wait("group", lambda: bool(predicate()), 1.0):
            pass
        return predicate()


class Turn:
    """A database's write lock: whoever has to wait for it waits in the simulation, not in the driver."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._taken = False

    def __enter__(self) -> None:
        while self._taken:
            self._scheduler.wait("write lock", lambda: not self._taken, 1.0)
        self._taken = True

    def __exit__(self, *_: object) -> None:
        self._taken = False
