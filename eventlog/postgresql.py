"""A log in PostgreSQL. Order comes from an advisory lock held to the commit; see ``postgresql.sql``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from psycopg import Connection as DriverConnection
from sqlalchemy import Connection, Engine, create_engine, text

from eventlog.store import Batch, CommandReused, Placed, WrongExpectedVersion

_APPEND = (
    "SELECT outcome, first_position, events, actual, ms, counter FROM append_events("
    "%(stream)s, %(expected)s, %(command)s, %(fingerprint)s, %(types)s, %(published)s, %(envelopes)s, %(cause_ms)s, "
    "%(cause_counter)s)"
)
_LIMITS = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=15s "
    "-c default_transaction_isolation=read\\ committed -c timezone=UTC"
)
"""One stuck appender must end by itself: it holds the lock every other appender waits for."""


class PostgresqlStore:
    """``url`` is SQLAlchemy's, for example ``postgresql+psycopg://user@host:5432/biaobing_review``."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"options": _LIMITS, "connect_timeout": 5},
        )

    def create(self) -> None:
        script = files("eventlog").joinpath("postgresql.sql").read_text("utf-8")
        with self.engine.begin() as connection:
            # Two processes that start together must not both create.
            connection.execute(text("SELECT pg_advisory_xact_lock(20260302)"))
            driver = connection.connection.driver_connection
            assert isinstance(driver, DriverConnection)
            driver.execute(script.encode("utf-8"))  # past SQLAlchemy: the script has percent signs of its own

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def append(self, connection: Connection, batch: Batch) -> Placed:
        row = connection.exec_driver_sql(
            _APPEND,
            {
                "stream": batch.stream,
                "expected": batch.expected_version,
                "command": str(batch.command_id),
                "fingerprint": batch.fingerprint,
                "types": [event.type for event in batch.events],
                "published": [event.published for event in batch.events],
                "envelopes": [event.envelope for event in batch.events],
                "cause_ms": batch.cause_hlc[0],
                "cause_counter": batch.cause_hlc[1],
            },
        ).one()
        outcome, first_position, events, actual, ms, counter = row
        if outcome == "stale":
            raise WrongExpectedVersion(batch.stream, batch.expected_version, actual)
        if outcome == "reused":
            raise CommandReused(str(batch.command_id))
        return Placed(
            first_position=first_position, events=events, hlc=None if outcome == "duplicate" else (ms, counter)
        )

    def close(self) -> None:
        self.engine.dispose()
