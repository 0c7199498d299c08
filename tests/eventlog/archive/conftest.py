"""Logs of small partitions with everything that proves them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from tests.eventlog.archive.archiving import SPAN
from tests.eventlog.proof.proving import Proved, append
from tests.eventlog.sample import TYPES


def signed(folder: Path, store: Store) -> Proved:
    """Three partitions and the first event of the fourth, all of them signed."""
    one = Proved(folder, EventLog("sample", store, TYPES).open())
    for events in (1, SPAN - 7, SPAN, SPAN + 7):
        append(one.log, events)
    one.checkpointer.run_once()
    return one


@pytest.fixture(params=["sqlite", "postgresql"])
def proved(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proved]:
    store: Store
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "log.sqlite3", SPAN)
    else:
        store = PostgresqlStore(request.getfixturevalue("database"), span=SPAN)
    one = signed(tmp_path, store)
    yield one
    one.close()
    store.close()


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Proved]:
    """For promises that have nothing to do with the database."""
    store = SqliteStore(tmp_path / "log.sqlite3", SPAN)
    one = signed(tmp_path, store)
    yield one
    one.close()
    store.close()
