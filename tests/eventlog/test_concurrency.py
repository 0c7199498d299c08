"""Many writers at once, some of them changing their minds, and a reader who follows the tail."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from eventlog.log import EventLog, Transaction
from eventlog.postgresql import PostgresqlStore
from eventlog.sqlite import SqliteStore
from eventlog.store import NotScrubbed
from eventlog.stream import StreamName
from tests.eventlog.sample import TYPES, Counted, Noted, open_sample, provenance, stream, total
from tests.waiting import until

WRITERS = 6
ROLLED_BACK = 0.16
STREAMS = 2000
"""Few enough for writers to meet on one, enough for streams to stay short."""
LOOK_SECONDS = 0.01


class _ChangedMind(Exception):
    pass


@pytest.fixture(params=[("sqlite", 900), ("postgresql", 10_000)], ids=lambda param: f"{param[0]}-{param[1]}")
def load(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[EventLog, int]]:
    kind, appends = request.param
    if kind == "sqlite":
        store: SqliteStore | PostgresqlStore = SqliteStore(tmp_path / "log.sqlite3")
    else:
        store = PostgresqlStore(request.getfixturevalue("database"), pool_size=WRITERS + 2, span=1024)
    yield EventLog("sample", store, TYPES).open(), appends
    store.close()


def _write(log: EventLog, seed: int, appends: int) -> list[int]:
    """The amounts this writer was told are in the log."""
    chance = random.Random(seed)
    accepted: list[int] = []
    while len(accepted) < appends:
        amount = seed * 1_000_000 + len(accepted)
        target = stream(str(chance.randrange(STREAMS)))
        with suppress(_ChangedMind):

            def work(tx: Transaction, amount: int = amount, target: StreamName = target) -> None:
                by = provenance()
                tx.decide(target, total, 0, lambda _: [Noted(text="x"), Counted(amount=amount)], by)
                if chance.random() < ROLLED_BACK:
                    raise _ChangedMind

            log.run(work)
            accepted.append(amount)
    return accepted


def _tail(log: EventLog, finished: threading.Event) -> tuple[list[int], list[int]]:
    """(positions, pub_seqs) in the order in which a following reader saw them."""
    positions: list[int] = []
    pub_seqs: list[int] = []
    last_look = False
    while True:
        positions += [event.position for event in log.read(len(positions))]
        pub_seqs += [one.pub_seq for one in log.read_published(len(pub_seqs), 1000)]
        if last_look and len(pub_seqs) == log.head().next_pub_seq:
            return positions, pub_seqs
        last_look = finished.wait(LOOK_SECONDS)


@pytest.mark.timeout(400)
def test_no_gap_no_inversion_nothing_lost_nothing_doubled(load: tuple[EventLog, int]) -> None:
    log, appends = load
    finished = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(_tail, log, finished)
        writers = [pool.submit(_write, log, seed, appends // WRITERS) for seed in range(WRITERS)]
        accepted = [amount for writer in writers for amount in writer.result()]
        finished.set()
        positions, pub_seqs = reader.result()
    assert positions == list(range(2 * len(accepted)))
    assert pub_seqs == list(range(len(accepted)))
    stored = [event.data.amount for event in log.read() if isinstance(event.data, Counted)]
    assert sorted(stored) == sorted(accepted)


def test_two_processes_with_one_command_make_one_effect(load: tuple[EventLog, int]) -> None:
    log, _ = load
    by = provenance()
    start = threading.Barrier(WRITERS)

    def send() -> tuple[int, ...]:
        start.wait()
        appended = log.run(lambda tx: tx.decide(stream(), total, 0, lambda _: [Counted(amount=1)], by))
        return tuple(event.position for event in appended.events)

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = {future.result() for future in [pool.submit(send) for _ in range(WRITERS)]}
    assert answers == {(0,)}
    assert log.head().next_position == 1


def test_an_append_waits_for_another_that_is_not_committed_and_comes_after_it_m13(database: str) -> None:
    """Also on another stream: whoever read the same head would take the same position."""
    store = PostgresqlStore(database)
    log = EventLog("sample", store, TYPES).open()

    def append(tx: Transaction, name: str) -> int:
        return tx.append(stream(name), [Counted(amount=1)], -1, provenance()).events[0].position

    def append_alone() -> int:
        with log.transaction() as tx:
            return append(tx, "second")

    with ThreadPoolExecutor(1) as pool:
        with log.transaction() as tx:
            assert append(tx, "first") == 0
            second = pool.submit(append_alone)
            until(lambda: _waiting(store), within=10, what="the second append waiting for the first")
        assert second.result() == 1
    store.close()


def test_who_waits_too_long_for_another_append_is_told_to_try_again(database: str) -> None:
    store = PostgresqlStore(database)
    log = EventLog("sample", store, TYPES).open()
    with log.transaction() as first:
        first.append(stream("first"), [Counted(amount=1)], -1, provenance())
        with pytest.raises(OperationalError), log.transaction() as second:
            second.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            second.append(stream("second"), [Counted(amount=1)], -1, provenance())
    assert log.head().next_position == 1
    store.close()


def test_who_waits_too_long_to_read_for_a_subscriber_is_told_to_try_again(database: str) -> None:
    """A relay whose database said so in the driver's own words ended, and its service with it."""
    store = PostgresqlStore(database)
    log = EventLog("sample", store, TYPES).open()
    with store.writing() as connection:
        connection.execute(text("LOCK TABLE event IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(OperationalError):
            log.read_published(0, 10)
    assert log.read_published(0, 10) == []
    store.close()


def test_a_scrub_that_waits_too_long_leaves_the_limits_of_its_connection_as_they_were(database: str) -> None:
    store = PostgresqlStore(database, pool_size=2)
    log = open_sample(store)

    def limits() -> list[str]:
        with store.reading() as one, store.reading() as other:
            return [each.execute(text("SHOW statement_timeout")).scalar_one() for each in (one, other)]

    before = limits()
    with store.writing() as connection:
        connection.execute(text("LOCK TABLE counts IN ACCESS SHARE MODE"))
        with pytest.raises(NotScrubbed):
            log.store.scrub(["counts"])
    assert limits() == before
    store.close()


def _waiting(store: PostgresqlStore) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with store.reading() as connection:
        found: int = connection.execute(text(waiting)).scalar_one()
    return found
