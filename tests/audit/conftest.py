"""All five logs of a small campaign, as an auditor receives them; each test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.actor import Role
from eventlog.sqlite import SqliteStore
from gateway.accounts import Accounts
from gateway.store import open_log
from tests.audit.campaign import CHEAP, PASSWORD, play
from tests.audit.signing import hand_over, prove
from tests.services.county import County


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    play(folder)
    prove(folder)
    return folder / "logs"


@pytest.fixture
def copy(played: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played, tmp_path / "copy"))


@pytest.fixture
def personal_keys(played: Path, tmp_path: Path) -> Path:
    """The keys to the campaign's personal data, as an auditor is given them for a day."""
    return Path(shutil.copytree(played.parent / "personal-keys", tmp_path / "personal-keys"))


@pytest.fixture
def live_copy(copy: Path, tmp_path: Path) -> Iterator[Path]:
    """Copied while the services run: the last commits are in the write-ahead log only."""
    store = SqliteStore(copy / "gateway.sqlite3")
    accounts = Accounts(open_log(store), County(tmp_path).clock, hasher=CHEAP)
    accounts.open_account("late leader", PASSWORD, Role.LEADER, None)
    yield Path(shutil.copytree(copy, tmp_path / "live"))
    store.close()


@pytest.fixture(scope="session")
def signed(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign's data directory with a cosigned checkpoint of every log, to be read only."""
    return hand_over(played.parent, tmp_path_factory.mktemp("signed") / "data")


@pytest.fixture
def data(signed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(signed, tmp_path / "data"))
