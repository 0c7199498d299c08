"""The kernel's fixtures: every test that asks for ``store`` runs on SQLite and on PostgreSQL, with small partitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from tests.eventlog.sample import open_sample

SMALL = 16


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store
    if request.param == "sqlite":
        opened = SqliteStore(tmp_path / "log.sqlite3")
    else:
        opened = PostgresqlStore(request.getfixturevalue("database"), span=SMALL)
    yield opened
    opened.close()


@pytest.fixture
def log(store: Store) -> EventLog:
    return open_sample(store)


@pytest.fixture
def file_log(tmp_path: Path) -> Iterator[EventLog]:
    """For promises that have nothing to do with the database: SQLite only."""
    opened = SqliteStore(tmp_path / "file-log.sqlite3")
    yield open_sample(opened)
    opened.close()
