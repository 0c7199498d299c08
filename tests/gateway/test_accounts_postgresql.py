from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from eventlog.postgresql import PostgresqlStore
from gateway.accounts import Accounts
from gateway.events import Means
from gateway.problems import Unauthenticated
from gateway.store import open_log
from gateway.throttle import FREE_TRIES
from tests.gateway.conftest import Clocks
from tests.gateway.guessing import guessed_at_once


def test_a_name_postgresql_cannot_hold_is_a_name_that_no_account_has(database: str, clocks: Clocks) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(open_log(PostgresqlStore(database)), clocks, hasher=cheap, wall=clocks.wall)
    with pytest.raises(Unauthenticated, match=r"identity\.wrong_password"):
        accounts.sign_in("off\x00ice", "eight-characters-or-more", Means.BASIC)
    accounts.log.store.close()


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(database: str, clocks: Clocks) -> None:
    assert guessed_at_once(PostgresqlStore(database), clocks) == FREE_TRIES
