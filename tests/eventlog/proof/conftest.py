"""Logs that prove themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventlog.log import EventLog
from eventlog.sqlite import SqliteStore
from tests.eventlog.proof.proving import Proved
from tests.eventlog.sample import open_sample


@pytest.fixture
def proved(log: EventLog, tmp_path: Path) -> Iterator[Proved]:
    """On SQLite and on PostgreSQL."""
    one = Proved(tmp_path, log)
    yield one
    one.close()


@pytest.fixture
def filed(file_log: EventLog, tmp_path: Path) -> Iterator[Proved]:
    """For promises that have nothing to do with the database: SQLite only."""
    one = Proved(tmp_path, file_log)
    yield one
    one.close()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[dict[str, Proved]]:
    """Three logs that know each other, on SQLite."""
    found = {}
    for name in ("one", "two", "three"):
        store = SqliteStore(tmp_path / f"{name}.sqlite3")
        found[name] = Proved(tmp_path, open_sample(store, name))
    yield found
    for one in found.values():
        one.close()
        one.log.store.close()
