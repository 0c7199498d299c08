from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from eventlog.postgresql import PostgresqlStore
from gateway.accounts import Accounts
from gateway.events import Means
from gateway.problems import Unauthenticated
from gateway.store import open_log
from tests.gateway.conftest import Clocks


def test_a_name_postgresql_cannot_hold_is_a_name_that_no_account_has(database: str, clocks: Clocks) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(open_log(PostgresqlStore(database)), clocks, hasher=cheap, wall=clocks.wall)
    with pytest.raises(Unauthenticated, match=r"identity\.wrong_password"):
        accounts.sign_in("off\x00ice", "eight-characters-or-more", Means.BASIC)
    accounts.log.store.close()
