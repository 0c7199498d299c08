"""A log in PostgreSQL. Order comes from an advisory lock held to the commit; see ``postgresql.sql``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from psycopg import Connection as DriverConnection
from psycopg import OperationalError as DriverError
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from eventlog.store import SPAN, Batch, CommandReused, Placed, WrongExpectedVersion

_APPEND = "SELECT * FROM append_events(%s, %s, %s, %s, %s, %s, %b, %s, %s, %s)"
"""Lists travel joined: arrays cost a third of an append. No type has a comma, no canonical JSON a newline."""
_LEAVES = "SELECT position, leaf FROM event WHERE position >= %s ORDER BY position LIMIT %s"
_MAKE_ROOM = text("SELECT make_room(:until, :span)")
_NO_ROOM = text("UPDATE log_head SET room = 0")
_POSITIONS = text("SELECT coalesce(max(position), -1) + 1 FROM event")
_LIMITS = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=15s "
    "-c default_transaction_isolation=read\\ committed -c timezone=UTC"
)
"""One stuck appender must end by itself: it holds the lock every other appender waits for."""


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
        )

    def create(self) -> None:
        with self.engine.begin() as connection:
            # Two processes that start together must not both create.
            connection.execute(text("SELECT pg_advisory_xact_lock(20260302)"))
            self._define(connection, self.span)

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
        try:
            row = _driver(connection).execute(_APPEND, arguments).fetchone()
        except DriverError as error:
            # As SQLAlchemy would have told it: who waited for the lock too long may try again.
            raise OperationalError(_APPEND, None, error) from error
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
        """In binary: as text every byte of a leaf comes as two digits."""
        with _driver(connection).cursor(binary=True) as cursor:
            rows: list[Any] = cursor.execute(_LEAVES, (first, limit)).fetchall()
        return rows

    def scrub(self, tables: Sequence[str]) -> None:
        """Writes the tables anew, without their dead rows."""
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            quote = connection.dialect.identifier_preparer.quote
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (FULL) {quote(table)}")

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


def _driver(connection: Connection) -> DriverConnection[tuple[Any, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)
    return driver
