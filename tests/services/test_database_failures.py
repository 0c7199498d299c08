"""What a service says when its database fails: nothing was done, or nobody knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors as told_by_postgresql
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from contracts.errors import Conflict, Uncertain
from contracts.nomination import ListUnits
from eventlog.sqlite import SqliteStore
from tests.services.county import County, sqlite_store
from tests.services.sample import register


class Failing(SqliteStore):
    """``before`` and ``after`` are raised where a transaction would be, or was just, committed; while they are set."""

    before: Exception | None = None
    after: Exception | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
            if self.before:
                raise self.before
        if self.after:
            raise self.after

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        if self.before:
            raise self.before
        with super().reading() as connection:
            yield connection


@pytest.fixture
def failing(tmp_path: Path) -> Failing:
    return Failing(tmp_path / "nomination.sqlite3")


@pytest.fixture
def county(tmp_path: Path, failing: Failing) -> Iterator[County]:
    opened = County(
        tmp_path, open_store=lambda folder, name: failing if name == "nomination" else sqlite_store(folder, name)
    ).open()
    yield opened
    failing.before = failing.after = None
    opened.close()


def locked_by_another() -> sqlite3.OperationalError:
    """As SQLite tells who comes second."""
    with (
        closing(sqlite3.connect("file:locked?mode=memory&cache=shared", uri=True)) as first,
        closing(sqlite3.connect("file:locked?mode=memory&cache=shared", uri=True, timeout=0)) as second,
    ):
        first.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as told:
            second.execute("BEGIN IMMEDIATE")
    return told.value


LOST = [
    psycopg.OperationalError("server closed the connection unexpectedly"),
    told_by_postgresql.AdminShutdown("terminating connection due to administrator command"),
    sqlite3.OperationalError("disk I/O error"),
]
HELD = [
    told_by_postgresql.LockNotAvailable("canceling statement due to lock timeout"),
    told_by_postgresql.DeadlockDetected("deadlock detected"),
    told_by_postgresql.QueryCanceled("canceling statement due to statement timeout"),
    locked_by_another(),
]


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_a_connection_lost_at_the_commit_is_told_as_unknown_and_the_same_key_finds_it_done(
    county: County, failing: Failing, error: Exception
) -> None:
    key, command = uuid4(), register(1)
    failing.after = OperationalError("COMMIT", None, error)
    with pytest.raises(Uncertain, match=r"request\.outcome_unknown") as told:
        county.do("nomination", command, command_id=key)
    assert "同一个键重试" in told.value.message
    failing.after = None
    assert county.do("nomination", command, command_id=key).version == 0
    assert county.types("nomination") == ["UnitRegistered"]


def test_a_driver_that_finds_its_connection_closed_is_told_as_unknown(county: County, failing: Failing) -> None:
    failing.before = InterfaceError("SELECT", None, psycopg.InterfaceError("the connection is closed"))
    with pytest.raises(Uncertain, match=r"request\.outcome_unknown"):
        county.do("nomination", register(1))
    with pytest.raises(Uncertain, match=r"request\.outcome_unknown"):
        county.ask("nomination", ListUnits())


@pytest.mark.parametrize("error", HELD, ids=repr)
def test_who_waited_for_others_in_vain_is_told_that_it_is_busy_and_nothing_is_done(
    county: County, failing: Failing, error: Exception
) -> None:
    failing.before = OperationalError("INSERT", None, error)
    with pytest.raises(Conflict, match=r"request\.busy"):
        county.do("nomination", register(1))
    failing.before = None
    assert county.types("nomination") == []
