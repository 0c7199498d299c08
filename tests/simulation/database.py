"""The real SQLite store in memory-backed files, with every statement and every commit a port.

What is committed is in the file and survives a crash; what is not is rolled back when the connection is let go of.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from eventlog.sqlite import SqliteStore
from eventlog.store import Batch, Placed, WrongExpectedVersion
from tests.simulation.faults import Faults, database_error
from tests.simulation.scheduler import Scheduler, Turn


@dataclass(frozen=True)
class Ports:
    """What a run does at a database's ports."""

    scheduler: Scheduler
    faults: Faults
    turn: Turn


class SimulatedStore(SqliteStore):
    """One process's way to a database file. It outlives the runs, as making an engine costs more than a run; between
    runs nobody stands at its ports.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path
        self.ports: Ports | None = None
        # Not "before_cursor_execute": what is raised there makes SQLAlchemy drop the connection without a rollback.
        event.listen(self.engine, "before_execute", self._statement)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        ports = self.ports
        if ports is None:
            with super().writing() as connection:
                yield connection
            return
        ports.scheduler.reach("begin")
        with ports.turn:
            with super().writing() as connection:
                yield connection
                ports.scheduler.reach("commit")
                if ports.faults.strike("commit failed"):
                    raise database_error("not committed")
            if ports.faults.strike("commit unknown"):
                raise database_error("committed, but the answer was lost")
        ports.scheduler.reach("committed")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        if self.ports is not None:
            self.ports.scheduler.reach("read")
        with super().reading() as connection:
            yield connection

    def append(self, connection: Connection, batch: Batch) -> Placed:
        if self.ports is not None:
            self.ports.scheduler.reach("append")
            if self.ports.faults.strike("lost the race for a stream"):
                # As with PostgreSQL, where somebody may append between our reading of the stream and our lock.
                raise WrongExpectedVersion(batch.stream, batch.expected_version, batch.expected_version + 1)
        return super().append(connection, batch)

    def _statement(self, *_: Any) -> None:
        if self.ports is None:
            return
        self.ports.scheduler.reach("statement")
        if self.ports.faults.strike("database away"):
            raise database_error("database away")


def copy_database(source: Path, target: Path) -> None:
    """Nobody uses either; a connection somebody forgot stays with the old file."""
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(source, target)
