"""Whether anything slows down as a log grows from ten thousand events to a million, and what follows for more."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from bench.append import Measured, sample_event, sample_provenance
from bench.pairing import ROUNDS, rate
from bench.stock import EVENTS_A_STREAM, stock
from bench.verifying import make_copies, verify
from eventlog.codec import EventTypes
from eventlog.log import EventLog, Transaction
from eventlog.postgresql import PostgresqlStore
from eventlog.stream import StreamName
from tests.servers.postgresql import PostgreSQL

SIZES = (10_000, 100_000, 1_000_000)
SECONDS = 1.0
VERIFICATIONS = 3
_BYTES = text(
    "SELECT (SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables) AS size,"
    " sum(octet_length(leaf)) AS leaves FROM event"
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """Events a second by round; ``verify_seconds`` are what verifying takes beyond verifying empty logs, by round;
    ``bytes`` are those of an event on disk with its indexes, ``leaf_bytes`` its own.
    """

    events: int
    appends: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    verify_seconds: list[float] = field(default_factory=list)
    peak_megabytes: float
    bytes: float
    leaf_bytes: float


@dataclass(frozen=True)
class _Log:
    """``append`` places one event, ``read`` folds one stream of ten that chance names."""

    append: Callable[[], None]
    read: Callable[[], None]


def measure(postgresql: PostgreSQL, folder: Path) -> list[Size]:
    """All sizes in turn in every round."""
    stores = [PostgresqlStore(postgresql.fresh_database(f"size{events}")) for events in SIZES]
    logs = [_fill(store, events) for store, events in zip(stores, SIZES, strict=True)]
    sizes = [_weighed(store, events, folder) for store, events in zip(stores, SIZES, strict=True)]
    for round_number, (log, size) in itertools.product(range(ROUNDS + 1), zip(logs, sizes, strict=True)):
        appends, reads = rate(log.append, SECONDS), rate(log.read, SECONDS)
        if round_number:
            size.appends.append(appends)
            size.reads.append(reads)
    for store in stores:
        store.close()
    return sizes


def _fill(store: PostgresqlStore, events: int) -> _Log:
    log = EventLog("bench", store, EventTypes([], [Measured])).open()
    streams = stock(log, [sample_event() for _ in range(EVENTS_A_STREAM)], events)
    with store.writing() as connection:
        connection.execute(text("ANALYZE"))

    def one(tx: Transaction) -> None:
        tx.append(StreamName("case", uuid4()), [sample_event()], -1, sample_provenance())

    def read() -> None:
        with log.transaction() as tx:
            tx.load(random.choice(streams), _count, 0)  # noqa: S311 -- not a secret

    return _Log(lambda: log.run(one), read)


def _count(number: int, _event: object) -> int:
    return number + 1


def _weighed(store: PostgresqlStore, events: int, folder: Path) -> Size:
    empty, copies = make_copies(folder / "copies0", 0), make_copies(folder / f"copies{events}", events)
    rounds = [(verify(empty), verify(copies)) for _ in range(VERIFICATIONS)]
    with store.reading() as connection:
        row = connection.execute(_BYTES).one()
    shutil.rmtree(folder / "copies0")
    return Size(
        events=events,
        verify_seconds=[full.core_seconds - none.core_seconds for none, full in rounds],
        peak_megabytes=max(full.peak_megabytes for _, full in rounds),
        bytes=float(row.size) / events,
        leaf_bytes=float(row.leaves) / events,
    )
