"""The supervisor: a process that dies is started again, one that keeps dying is given time, all end together."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.processes import LONGEST_WAIT_SECONDS, NAMES, Child, Supervisor, create_databases
from deploy.settings import Settings
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from tests.servers.postgresql import PostgreSQL
from tests.waiting import until

ALONE = Settings(
    data=Path("data"),
    broker_url=None,
    database_url=None,
    http_host="127.0.0.1",
    http_port=8600,
    clock_file=None,
    https=False,
    origin="biaobing.test",
)
LIVES = "import signal; print('up', flush=True); signal.pause()"
DIES = "raise SystemExit(3)"


def child(folder: Path, program: str) -> Child:
    return Child("child", [sys.executable, "-c", program], {}, folder / "child.log")


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(replace(ALONE, data=tmp_path))


@pytest.fixture
def running(supervisor: Supervisor, tmp_path: Path) -> Iterator[Child]:
    """A child under a running supervisor."""
    one = child(tmp_path, LIVES)
    supervisor.children["child"] = one
    one.start()
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    yield one
    supervisor.stopping.set()
    thread.join()


def _starts(one: Child) -> int:
    return one.log.read_text("utf-8").count("up") if one.log.exists() else 0


def test_a_killed_child_is_started_again(running: Child) -> None:
    for starts in (1, 2):
        until(lambda starts=starts: _starts(running) == starts, within=20, what="the child is up")  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert running.process is not None
        running.process.kill()
    until(lambda: _starts(running) == 3, within=20, what="the child is up again")


def test_all_children_end_with_the_supervisor(supervisor: Supervisor, tmp_path: Path) -> None:
    one = child(tmp_path, LIVES)
    supervisor.children["child"] = one
    one.start()
    process = one.process
    assert process is not None
    until(lambda: _starts(one) == 1, within=20, what="the child is up")
    supervisor.stopping.set()
    supervisor.run()
    assert process.returncode == -15


def test_a_child_that_keeps_dying_is_given_more_time_each_time(tmp_path: Path) -> None:
    one = child(tmp_path, DIES)
    waits = []
    for _ in range(7):
        one.start()
        assert one.process is not None
        one.process.wait()
        one.look()
        waits.append(one.wait)
    assert waits == [0.4, 0.8, 1.6, 3.2, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]


def test_a_child_that_waits_is_not_started_before_its_time(tmp_path: Path) -> None:
    one = child(tmp_path, DIES)
    one.start()
    assert one.process is not None
    one.process.wait()
    one.look()
    one.look()
    assert one.process is None


def test_missing_databases_are_made_and_those_there_are_kept(killable_postgresql: PostgreSQL, tmp_path: Path) -> None:
    """On a server of our own: what is dropped at the end bears the names of the real databases."""
    url = killable_postgresql.fresh_database("processes_probe")
    settings = replace(ALONE, data=tmp_path, database_url=url.rpartition("/")[0])
    names = [f"biaobing_{name}" for name in NAMES]
    try:
        create_databases(settings)
        logs = [
            EventLog(name, PostgresqlStore(f"{settings.database_url}/{name}"), EventTypes([], [])) for name in names
        ]
        for log in logs:
            log.open()
        create_databases(settings)
        assert [log.head().next_position for log in logs] == [0] * len(names)
        for log in logs:
            log.store.close()
    finally:
        for name in (*names, "processes_probe"):
            killable_postgresql.drop_database(name)
