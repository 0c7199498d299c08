"""What goes wrong in one run: each kind of fault has a rate of its own, drawn from the seed, and often none (swarm)."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from eventlog.relay import BrokerUnavailable
from tests.simulation.scheduler import Scheduler

RATES = {
    "process crashed": 0.01,
    "task stalled": 0.01,
    "clock jumped": 0.1,
    "other code deployed": 0.05,
    "database away": 0.004,
    "commit failed": 0.05,
    "commit unknown": 0.05,
    "lost the race for a stream": 0.05,
    "reply lost": 0.1,
    "broker wiped": 0.05,
    "broker away": 0.1,
    "confirm lost": 0.3,
    "answer to the broker lost": 0.1,
    "message dropped": 0.3,
    "message duplicated": 0.3,
    "message delayed": 0.3,
    "message out of order": 0.3,
    "source away": 0.15,
    "follower not now": 0.1,
}
"""The highest rate of each kind, per occasion: a port call, a commit, a message, a look at the weather."""
NEVER = 0.4
"""Share of the kinds that a run does without."""


class Faults:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        chance = scheduler.chance
        self._rates = {kind: 0.0 if chance.random() < NEVER else chance.random() * top for kind, top in RATES.items()}

    def strike(self, kind: str) -> bool:
        """Whether it happens now."""
        rate = self._rates[kind]
        if rate == 0.0 or self._scheduler.current is None or self._scheduler.chance.random() >= rate:
            return False
        self._scheduler.faults[kind] += 1
        return True

    def heal(self) -> None:
        self._rates = dict.fromkeys(RATES, 0.0)


def database_error(what: str) -> OperationalError:
    return OperationalError(what, {}, ConnectionError(f"simulated: {what}"))


def broker_error(what: str) -> BrokerUnavailable:
    return BrokerUnavailable(f"simulated: {what}")
