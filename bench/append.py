"""Appending to PostgreSQL, against a plain INSERT of the same columns and indexes, and against a known library."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from sqlalchemy import make_url

from bench.pairing import Pair, pair
from eventlog.codec import EventTypes
from eventlog.event import Provenance
from eventlog.log import EventLog, Transaction
from eventlog.postgresql import PostgresqlStore
from eventlog.stream import StreamName

SECONDS = 2.0
WRITERS = 8
BURST = 25
"""Events of each writer in one call: so many that who is ready first waits little for the last."""
_RAW = """
CREATE TABLE raw_event (
  position bigint PRIMARY KEY, stream_id text NOT NULL, version bigint NOT NULL, type text NOT NULL, pub_seq bigint,
  leaf bytea NOT NULL, UNIQUE (stream_id, version));
CREATE UNIQUE INDEX raw_event_pub_seq ON raw_event (pub_seq) WHERE pub_seq IS NOT NULL;
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """About as large as a review's score."""

    nomination_id: UUID
    note: str
    points: tuple[int, ...]


def sample_event() -> Measured:
    return Measured(nomination_id=uuid4(), note="现场核对台账，所列数字属实。" * 4, points=(90, 85, 91, 88, 93))


def sample_provenance() -> Provenance:
    return Provenance(
        actor={"account": "reviewer01", "role": "评委"},
        command_id=uuid4(),
        correlation_id=uuid4(),
        occurred_at=datetime.now(UTC),
        fingerprint="0" * 64,
    )


@contextmanager
def _ours(url: str, each: int) -> Iterator[Callable[[], None]]:
    store = PostgresqlStore(url)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()

    def append() -> None:
        with log.transaction() as tx:
            tx.append(StreamName("case", uuid4()), [sample_event() for _ in range(each)], -1, sample_provenance())

    yield append
    store.close()


@contextmanager
def _raw(url: str, each: int) -> Iterator[Callable[[], None]]:
    _prepare_raw(url)
    with _raw_connection(url, each, itertools.count()) as insert:
        yield insert


def _prepare_raw(url: str) -> None:
    with psycopg.connect(_plain(url)) as connection:
        connection.execute(_RAW.encode())


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _raw_connection(url: str, each: int, numbers: Iterator[int]) -> Iterator[Callable[[], None]]:
    leaf = b"x" * 640
    with psycopg.connect(_plain(url)) as connection:

        def insert() -> None:
            taken = itertools.islice(numbers, each)
            rows = [(number, f"case-{uuid4()}", 0, "Measured", number, leaf) for number in taken]
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO raw_event VALUES (%s, %s, %s, %s, %s, %s)", rows)
            connection.commit()

        yield insert


@contextmanager
def _our_writers(url: str) -> Iterator[Callable[[], None]]:
    """Threads of one service, each with a command of its own at a time."""
    store = PostgresqlStore(url, pool_size=WRITERS)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()

    def one(tx: Transaction) -> None:
        tx.append(StreamName("case", uuid4()), [sample_event()], -1, sample_provenance())

    def burst(_writer: int) -> None:
        for _ in range(BURST):
            log.run(one)

    with ThreadPoolExecutor(WRITERS) as pool:
        yield lambda: _wait(pool.map(burst, range(WRITERS)))
    store.close()


@contextmanager
def _raw_writers(url: str) -> Iterator[Callable[[], None]]:
    """Threads with a connection each."""
    with ExitStack() as stack, ThreadPoolExecutor(WRITERS) as pool:
        numbers = itertools.count()
        _prepare_raw(url)
        inserts = [stack.enter_context(_raw_connection(url, 1, numbers)) for _ in range(WRITERS)]

        def burst(insert: Callable[[], None]) -> None:
            for _ in range(BURST):
                insert()

        yield lambda: _wait(pool.map(burst, inserts))


def _wait(results: Iterator[None]) -> None:
    for _ in results:
        pass


@contextmanager
def _library(url: str, each: int) -> Iterator[Callable[[], None]]:
    """The ordered recorder of the ``eventsourcing`` package: it too gives every event a place in one sequence."""
    parts = make_url(url)
    datastore = PostgresDatastore(
        dbname=parts.database or "", host=parts.host or "", port=str(parts.port), user=parts.username or "",
        password=parts.password or "",
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(datastore, events_table_name="library_events")
    recorder.create_table()
    state = b"x" * 420

    def insert() -> None:
        originator = uuid4()
        recorder.insert_events([StoredEvent(originator, version, "Measured", state) for version in range(each)])

    yield insert
    datastore.close()


def against_raw(url: str, each: int) -> Pair:
    with _ours(url, each) as ours, _raw(url, each) as raw:
        return pair(ours, raw, SECONDS, each)


def against_library(url: str, each: int) -> Pair:
    with _ours(url, each) as ours, _library(url, each) as library:
        return pair(ours, library, SECONDS, each)


def writers_against_raw(url: str) -> Pair:
    with _our_writers(url) as ours, _raw_writers(url) as raw:
        return pair(ours, raw, SECONDS, WRITERS * BURST)
