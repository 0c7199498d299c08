"""All five logs of a small campaign, as an auditor receives them; each test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from contracts.actor import Role
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from gateway.accounts import Accounts
from gateway.store import open_log
from tests.services.county import County, awarded, drawn, sqlite_store
from tests.services.sample import OPEN_SEASON, register


def play(folder: Path, open_store: Callable[[Path, str], Store] = sqlite_store) -> None:
    """A season from its opening to the draw; every log is closed afterwards."""
    county = County(folder, open_store).open()
    county.do("nomination", OPEN_SEASON)
    for number in range(1, 5):
        county.do("nomination", register(number))
    county.settle()
    awarded(county)
    drawn(county)
    county.settle()
    county.close()
    store = open_store(folder / "logs", "gateway")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Accounts(open_log(store), county.clock, hasher=cheap).open_account("office", "演示口令 2026", Role.OFFICE, None)
    store.close()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    play(folder)
    return folder / "logs"


@pytest.fixture
def copy(played: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played, tmp_path / "copy"))


@pytest.fixture
def live_copy(tmp_path: Path) -> Iterator[Path]:
    """Copied while the services run: the last commits are in the write-ahead log only."""
    play(tmp_path / "running")
    store = SqliteStore(tmp_path / "running" / "logs" / "gateway.sqlite3")
    log = open_log(store)
    Accounts(
        log, County(tmp_path).clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    ).open_account("leader", "演示口令 2026", Role.LEADER, None)
    yield Path(shutil.copytree(tmp_path / "running" / "logs", tmp_path / "copy"))
    store.close()
