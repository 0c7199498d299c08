"""Reading a whole log in PostgreSQL, against a bare binary cursor over the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson
import psycopg
from sqlalchemy import make_url

from bench.append import Measured, sample_event
from bench.pairing import Pair, pair
from bench.stock import EVENTS_A_STREAM, stock
from eventlog.codec import EventTypes
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.proof.tree import leaf_hash

EVENTS = 200_000
SECONDS = 0.1
"""One reading of the whole log each time, however long it takes."""


@dataclass(frozen=True)
class Replays:
    raw: Pair
    hashed: Pair
    events: Pair


def against_cursor(url: str) -> Replays:
    store = PostgresqlStore(url)
    log = EventLog("bench", store, EventTypes([], [Measured])).open()
    stock(log, [sample_event() for _ in range(EVENTS_A_STREAM)], EVENTS)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:

        def bare() -> None:
            with connection.transaction(), connection.cursor("bare", binary=True) as cursor:
                cursor.itersize = 1000  # a page of ours
                cursor.execute("SELECT position, leaf FROM event ORDER BY position")
                _exhaust(lambda: sum(1 for _ in cursor))

        raw = pair(lambda: _exhaust(lambda: sum(1 for _ in log.read_leaves())), bare, SECONDS, EVENTS)
        hashed = pair(lambda: _exhaust(lambda: sum(_hashed(leaf) for leaf in log.read_leaves())), bare, SECONDS, EVENTS)
        events = pair(lambda: _exhaust(lambda: sum(1 for _ in log.read())), bare, SECONDS, EVENTS)
    store.close()
    return Replays(raw, hashed, events)


def _hashed(leaf: bytes) -> int:
    """What an auditor needs of every event: its hash, and its JSON."""
    leaf_hash(leaf)
    orjson.loads(leaf)
    return 1


def _exhaust(count: Callable[[], int]) -> None:
    if (read := count()) != EVENTS:
        raise RuntimeError(f"read {read} of {EVENTS} events")
