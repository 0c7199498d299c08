"""A log in one SQLite file. Order comes from BEGIN IMMEDIATE: there is one writer at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection as DriverConnection
from sqlite3 import connect
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, event, text

from eventlog.canonical import leaf_bytes
from eventlog.event import Hlc
from eventlog.store import SPAN, Batch, CommandReused, NotScrubbed, Placed, WrongExpectedVersion

_TABLES = """
CREATE TABLE IF NOT EXISTS log_head (
  id INTEGER PRIMARY KEY CHECK (id = 1), next_position INTEGER NOT NULL, next_pub_seq INTEGER NOT NULL,
  hlc_ms INTEGER NOT NULL, hlc_counter INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO log_head VALUES (1, 0, 0, 0, 0);
CREATE TABLE IF NOT EXISTS event (
  position INTEGER PRIMARY KEY, stream_id TEXT NOT NULL, version INTEGER NOT NULL CHECK (version >= 0),
  type TEXT NOT NULL, pub_seq INTEGER, leaf BLOB NOT NULL CHECK (length(leaf) <= 65535),
  UNIQUE (stream_id, version)) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS event_pub_seq ON event (pub_seq) WHERE pub_seq IS NOT NULL;
CREATE TABLE IF NOT EXISTS stream (
  stream_id TEXT PRIMARY KEY, version INTEGER NOT NULL, first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS command (
  command_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, first_position INTEGER NOT NULL,
  events INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS event_no_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only: UPDATE refused'); END;
CREATE TRIGGER IF NOT EXISTS event_no_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only: DELETE refused'); END;
"""

_LEAVES = "SELECT position, leaf FROM event WHERE position >= ? ORDER BY position LIMIT ?"
_PUBLISHED = "SELECT pub_seq, position, leaf FROM event WHERE pub_seq >= ? ORDER BY pub_seq LIMIT ?"
_HEAD = text("SELECT * FROM log_head")
_COMMAND = text("SELECT fingerprint, first_position, events FROM command WHERE command_id = :id")
_VERSION = text("SELECT coalesce(max(version), -1) FROM stream WHERE stream_id = :stream")
_INSERT_EVENT = text("INSERT INTO event VALUES (:position, :stream, :version, :type, :pub_seq, :leaf)")
_MOVE_STREAM = text(
    "INSERT INTO stream VALUES (:stream, :version, :first, :last) ON CONFLICT (stream_id)"
    " DO UPDATE SET version = excluded.version, last_position = excluded.last_position"
)
_INSERT_COMMAND = text("INSERT INTO command VALUES (:id, :fingerprint, :first, :n)")
_MOVE_HEAD = text(
    "UPDATE log_head SET next_position = next_position + :n, next_pub_seq = :pub_seq, hlc_ms = :ms,"
    " hlc_counter = :counter"
)

_BUSY_SECONDS = 30
_SCRUB_MS = 1000
"""Shorter: the reader who is waited for may be a green thread of ours, which stands still meanwhile."""


class SqliteStore:
    """``path`` is the file; it is made when missing. A commit is on disk when it returns (synchronous=FULL).
    It has no partitions: ``span`` only says which positions are archived together.
    """

    def __init__(self, path: Path, span: int = SPAN) -> None:
        self.span = span
        self.engine: Engine = create_engine(
            f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True
        )
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        self._writers = self.engine.execution_options(writes=True)
        # Without it two green threads of one process would meet in BEGIN IMMEDIATE, and SQLite's wait would
        # stop the thread that has to finish first.
        self._one_writer = threading.Lock()

    def create(self) -> None:
        with self.writing() as connection:
            for statement in _statements(_TABLES):
                _driver(connection).execute(statement)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._one_writer, self._writers.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def append(self, connection: Connection, batch: Batch) -> Placed:
        earlier = connection.execute(_COMMAND, {"id": str(batch.command_id)}).one_or_none()
        if earlier is not None:
            if earlier.fingerprint != batch.fingerprint:
                raise CommandReused(str(batch.command_id))
            return Placed(first_position=earlier.first_position, events=earlier.events, hlc=None)
        reached = connection.execute(_VERSION, {"stream": batch.stream}).scalar_one()
        if reached != batch.expected_version:
            raise WrongExpectedVersion(batch.stream, batch.expected_version, reached)
        return self._place(connection, batch)

    def _place(self, connection: Connection, batch: Batch) -> Placed:
        head = connection.execute(_HEAD).one()
        ms, counter = next_hlc((head.hlc_ms, head.hlc_counter), batch.cause_hlc, time.time_ns() // 1_000_000)
        rows: list[dict[str, Any]] = []
        pub_seq: int = head.next_pub_seq
        for index, sealed in enumerate(batch.events):
            position = head.next_position + index
            rows.append(
                {
                    "position": position,
                    "stream": batch.stream,
                    "version": batch.expected_version + 1 + index,
                    "type": sealed.type,
                    "pub_seq": pub_seq if sealed.published else None,
                    "leaf": leaf_bytes(sealed.envelope, (ms, counter + index), position),
                }
            )
            pub_seq += sealed.published
        connection.execute(_INSERT_EVENT, rows)
        first, last = rows[0]["position"], rows[-1]["position"]
        connection.execute(
            _MOVE_STREAM,
            {"stream": batch.stream, "version": rows[-1]["version"], "first": first, "last": last},
        )
        connection.execute(
            _MOVE_HEAD,
            {"n": len(rows), "pub_seq": pub_seq, "ms": ms, "counter": counter + len(rows) - 1},
        )
        connection.execute(
            _INSERT_COMMAND,
            {
                "id": str(batch.command_id),
                "fingerprint": batch.fingerprint,
                "first": head.next_position,
                "n": len(rows),
            },
        )
        return Placed(first_position=head.next_position, events=len(rows), hlc=(ms, counter))

    def leaves(self, connection: Connection, first: int, limit: int) -> list[tuple[int, bytes]]:
        rows: list[tuple[int, bytes]] = _driver(connection).execute(_LEAVES, (first, limit)).fetchall()
        return rows

    def published(self, connection: Connection, first: int, limit: int) -> list[tuple[int, int, bytes]]:
        rows: list[tuple[int, int, bytes]] = _driver(connection).execute(_PUBLISHED, (first, limit)).fetchall()
        return rows

    def scrub(self, tables: Sequence[str]) -> None:
        """Freed pages are overwritten as they are freed (secure_delete); the log of writes still has the old ones."""
        del tables
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {_SCRUB_MS}")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        if busy:
            raise NotScrubbed("somebody reads what was before")

    @contextmanager
    def shadow(self, tables: Sequence[Table]) -> Iterator[_Shadow]:
        # A file without a name: nobody else can open it, and it is gone with its connection, however that ends.
        scratch = create_engine("sqlite://", creator=lambda: connect("", check_same_thread=False), poolclass=StaticPool)
        try:
            with scratch.begin() as connection:
                for table in tables:
                    table.create(connection)
            yield _Shadow(self, scratch, tables)
        finally:
            scratch.dispose()

    def start_over(self, connection: Connection, number: int) -> None:
        """Its triggers refuse that, so they are away meanwhile."""
        query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
        triggers = connection.execute(query).all()
        for table in ("event", "command"):
            connection.exec_driver_sql(f"CREATE TABLE {table}_{number} AS SELECT * FROM {table}")  # noqa: S608 -- our own names
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
        for table in ("event", "command", "stream"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 -- our own names
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)

    def close(self) -> None:
        self.engine.dispose()


class _Shadow:
    """In a database of its own. Its rows are copied at the end: a log in one file is a small one."""

    def __init__(self, store: SqliteStore, scratch: Engine, tables: Sequence[Table]) -> None:
        self._store = store
        self._scratch = scratch
        self._tables = tables

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._scratch.begin() as connection:
            yield connection

    @contextmanager
    def cutting_over(self) -> Iterator[tuple[Connection, Connection]]:
        with self._store.writing() as log, self.writing() as shadow:
            yield shadow, log
            for table in self._tables:
                # Another version of the code may have made it of another form.
                table.drop(log)
                table.create(log)
                rows = _driver(shadow).execute(f"SELECT * FROM {table.name}")  # noqa: S608 -- our own names
                places = ", ".join("?" for _ in table.columns)
                _driver(log).executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)  # noqa: S608 -- as above

    def scrub(self) -> None:
        """What was dropped is not copied."""


def _driver(connection: Connection) -> DriverConnection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)
    return driver


def next_hlc(head: Hlc, cause: Hlc, now_ms: int) -> Hlc:
    """The clock of the next event: after the head of the log and after the event that caused it."""
    ms = max(head[0], cause[0], now_ms)
    return ms, max(head[1] + 1 if ms == head[0] else 0, cause[1] + 1 if ms == cause[0] else 0)


def _prepare(connection: DriverConnection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _statements(script: str) -> Iterator[str]:
    """A trigger's body ends in ``END;``, everything else in ``;`` at a line's end."""
    pending = ""
    for line in script.strip().splitlines():
        pending += line + "\n"
        opened = "CREATE TRIGGER" in pending
        if line.rstrip().endswith("END;" if opened else ";"):
            yield pending
            pending = ""
