"""Somebody who guesses a password, with many hands at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher

from contracts.actor import Role
from eventlog.store import Store
from gateway.accounts import Accounts
from gateway.events import Means
from gateway.problems import TooManyTries, Unauthenticated
from gateway.store import open_log
from tests.gateway.conftest import PASSWORD, Clocks

HANDS = 8


def guessed_at_once(store: Store, clocks: Clocks) -> int:
    """How many of the guesses were looked at. Each takes long enough for the others to come meanwhile."""
    slow = PasswordHasher(time_cost=40, memory_cost=1024, parallelism=1)
    accounts = Accounts(open_log(store), clocks, hasher=slow, wall=clocks.wall)
    accounts.open_account("office", PASSWORD, Role.OFFICE, None)
    together = threading.Barrier(HANDS)

    def looked_at(number: int) -> bool:
        together.wait()
        try:
            accounts.sign_in("office", f"guess-guess-{number}", Means.FORM)
        except Unauthenticated:
            return True
        except TooManyTries:
            return False
        raise AssertionError("a guess was right")

    with ThreadPoolExecutor(HANDS) as pool:
        found = sum(pool.map(looked_at, range(HANDS)))
    store.close()
    return found
