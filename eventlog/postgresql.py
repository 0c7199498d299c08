"""A log in PostgreSQL. Order comes from an advisory lock held to the commit; see ``postgresql.sql``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, LiteralString

from psycopg import Connection as DriverConnection
from psycopg import OperationalError as DriverError
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, Table, create_engine, text
from sqlalchemy.exc import OperationalError

from eventlog.store import SPAN, AlreadyRebuilding, Batch, CommandReused, NotScrubbed, Placed, WrongExpectedVersion

_APPEND = "SELECT * FROM append_events(%s, %s, %s, %s, %s, %s, %b, %s, %s, %s)"
"""Lists travel joined: arrays cost a third of an append. No type has a comma, no canonical JSON a newline."""
_LEAVES = "SELECT position, leaf FROM event WHERE position >= %s ORDER BY position LIMIT %s"
_PUBLISHED = (
    "SELECT pub_seq, position, leaf FROM event WHERE pub_seq >= %s AND position >= %s ORDER BY pub_seq LIMIT %s"
)
"""No event is published before as many are placed: earlier partitions are left alone."""
_MAKE_ROOM = text("SELECT make_room(:until, :span)")
_NO_ROOM = text("UPDATE log_head SET room = 0")
_POSITIONS = text("SELECT coalesce(max(position), -1) + 1 FROM event")
_LIMITS = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=15s "
    "-c default_transaction_isolation=read\\ committed -c timezone=UTC"
)
"""One stuck appender must end by itself: it holds the lock every other appender waits for."""

_LOCK_SHADOW = text("SELECT pg_try_advisory_lock(20260303)")
_UNLOCK_SHADOW = text("SELECT pg_advisory_unlock(20260303)")
_DISCARD_SHADOW = text("""
DO $$ BEGIN
  IF pg_try_advisory_xact_lock(20260303) THEN DROP SCHEMA IF EXISTS shadow CASCADE; END IF;
END $$""")
"""Whoever builds holds the lock as long as his connection lives; without him the tables are left over, and may name
somebody who is erased."""


_FIRST_NUMBER = re.compile("[0-9]+")
"""Of the detail of a VACUUM's report: how many dead rows it had to keep, in whatever language."""


class NotCommitted(Exception):
    """A statement of the transaction had failed, and nobody had said so."""


class PostgresqlStore:
    """``url`` is SQLAlchemy's, for example ``postgresql+psycopg://user@host:5432/biaobing_review``.

    ``span`` is how many positions a partition of the event table has, and always the same for the same database.
    """

    def __init__(self, url: str, pool_size: int = 8, span: int = SPAN) -> None:
        self.span = span
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"options": _LIMITS, "connect_timeout": 5},
            hide_parameters=True,
        )

    def create(self) -> None:
        with self.engine.begin() as connection:
            # Two processes that start together must not both create.
            connection.execute(text("SELECT pg_advisory_xact_lock(20260302)"))
            self._define(connection, self.span)
            connection.execute(_DISCARD_SHADOW)

    def _define(self, connection: Connection, positions: int) -> None:
        """What is missing of the tables, with room for so many positions at least."""
        script = files("eventlog").joinpath("postgresql.sql").read_text("utf-8")
        _driver(connection).execute(script.encode("utf-8"))  # the script has percent signs of its own
        connection.execute(_MAKE_ROOM, {"until": positions, "span": self.span})

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection
            if _driver(connection).info.transaction_status is TransactionStatus.INERROR:
                # Somebody caught an error that spoilt the transaction: COMMIT would roll back and not say so.
                raise NotCommitted

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        # A rollback, which is how SQLAlchemy ends what nobody committed, would make the driver forget what it prepared.
        with self.engine.begin() as connection:
            yield connection

    def append(self, connection: Connection, batch: Batch) -> Placed:
        arguments = (
            batch.stream,
            batch.expected_version,
            str(batch.command_id),
            batch.fingerprint,
            ",".join([event.type for event in batch.events]),
            "".join(["t" if event.published else "f" for event in batch.events]),
            b"\n".join([event.envelope for event in batch.events]),
            *batch.cause_hlc,
            self.span,
        )
        # Past SQLAlchemy, whose statement and result objects cost as much as all the rest of an append in Python.
        with _told_alike(_APPEND):
            row = _driver(connection).execute(_APPEND, arguments).fetchone()
        assert row is not None
        outcome, first_position, events, actual, ms, counter = row
        if outcome == "stale":
            raise WrongExpectedVersion(batch.stream, batch.expected_version, actual)
        if outcome == "reused":
            raise CommandReused(str(batch.command_id))
        return Placed(
            first_position=first_position, events=events, hlc=None if outcome == "duplicate" else (ms, counter)
        )

    def leaves(self, connection: Connection, first: int, limit: int) -> list[tuple[int, bytes]]:
        return _in_binary(connection, _LEAVES, first, limit)

    def published(self, connection: Connection, first: int, limit: int) -> list[tuple[int, int, bytes]]:
        return _in_binary(connection, _PUBLISHED, first, first, limit)

    def scrub(self, tables: Sequence[str]) -> None:
        """Writes the tables anew, without their dead rows."""
        try:
            with self.writing() as connection:
                connection.execute(_DISCARD_SHADOW)
            _write_anew(self.engine, [_quoted(table) for table in tables])
        except OperationalError as error:
            raise NotScrubbed(str(error).splitlines()[0]) from error

    @contextmanager
    def shadow(self, tables: Sequence[Table]) -> Iterator[_Shadow]:
        with self.engine.connect() as connection:
            if not connection.execute(_LOCK_SHADOW).scalar_one():
                raise AlreadyRebuilding
            home: str = connection.execute(text("SELECT current_schema()")).scalar_one()
            connection.commit()
            shadow = _Shadow(self.engine, connection, tables, home)
            try:
                shadow.create()
                yield shadow
            finally:
                connection.rollback()
                connection.execute(_UNLOCK_SHADOW)
                connection.execute(_DISCARD_SHADOW)
                connection.commit()

    def start_over(self, connection: Connection, number: int) -> None:
        for table in ("event", "command"):
            connection.exec_driver_sql(f"CREATE TABLE {table}_{number} AS TABLE {table}")
        positions: int = connection.execute(_POSITIONS).scalar_one()
        # The triggers of its partitions refuse to empty it; they go with it and come again with new ones.
        connection.exec_driver_sql("DROP TABLE event, command, stream")
        connection.execute(_NO_ROOM)
        self._define(connection, positions + 1)

    def close(self) -> None:
        self.engine.dispose()


class _Shadow:
    """In a schema of its own, which only this connection looks into."""

    def __init__(self, engine: Engine, connection: Connection, tables: Sequence[Table], home: str) -> None:
        self._engine = engine
        self._connection = connection
        self._tables = tables
        self._names = [_quoted(table.name) for table in tables]
        self._home = _quoted(home)

    def create(self) -> None:
        with self._connection.begin():
            self._connection.exec_driver_sql("DROP SCHEMA IF EXISTS shadow CASCADE")
            self._connection.exec_driver_sql("CREATE SCHEMA shadow")
        with self.writing() as connection:
            for table in self._tables:
                table.create(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._connection.begin():
            self._connection.exec_driver_sql(f"SET LOCAL search_path = shadow, {self._home}")
            yield self._connection

    @contextmanager
    def cutting_over(self) -> Iterator[tuple[Connection, Connection]]:
        """Waits for nothing long: who reads a table now may want to append next, which it cannot while we hold that."""
        with self.writing() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20260301)")
            yield connection, connection
            in_use = ", ".join(f"{self._home}.{name}" for name in self._names)
            connection.exec_driver_sql(f"LOCK TABLE {in_use} IN ACCESS EXCLUSIVE MODE")
            connection.exec_driver_sql(f"DROP TABLE {in_use}")
            for name in self._names:
                connection.exec_driver_sql(f"ALTER TABLE shadow.{name} SET SCHEMA {self._home}")

    def scrub(self) -> None:
        _write_anew(self._engine, [f"shadow.{name}" for name in self._names])


def _write_anew(engine: Engine, tables: Sequence[str]) -> None:
    """Outside a transaction, as VACUUM asks; a large table takes longer than a statement may elsewhere.

    Raises :class:`NotScrubbed` when dead rows were carried over: it does that for any older snapshot in the database, a
    dump of another table say, and only its report tells.
    """
    carried: list[str] = []

    def hear(report: Diagnostic) -> None:
        counted = _FIRST_NUMBER.search(report.message_detail or "")
        if counted is not None and int(counted[0]):
            carried.append(report.message_detail or "")

    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        driver = _driver(connection)
        connection.exec_driver_sql("SET statement_timeout = 0")
        driver.add_notice_handler(hear)
        try:
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {table}")
        finally:
            driver.remove_notice_handler(hear)
            connection.exec_driver_sql("RESET statement_timeout")
    if carried:
        raise NotScrubbed(carried[0].splitlines()[0])


def _in_binary(connection: Connection, query: LiteralString, *arguments: int) -> list[Any]:
    """As text every byte of a leaf would come as two digits."""
    with _told_alike(query), _driver(connection).cursor(binary=True) as cursor:
        return cursor.execute(query, arguments).fetchall()


@contextmanager
def _told_alike(statement: str) -> Iterator[None]:
    """What the driver raises, as SQLAlchemy would have told it: who waited for a lock too long may try again."""
    try:
        yield
    except DriverError as error:
        raise OperationalError(statement, None, error) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _driver(connection: Connection) -> DriverConnection[tuple[Any, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)
    return driver
