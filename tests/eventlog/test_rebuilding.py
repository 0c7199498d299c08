"""Read models are built again while they are in use."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, text, update

from eventlog.codec import EventTypes
from eventlog.event import Recorded
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.projection import Projection, rows
from eventlog.sqlite import SqliteStore
from eventlog.store import AlreadyRebuilding, Store
from eventlog.stream import StreamName
from eventlog.timeline import MENTION, mentioned
from eventlog.vault import PersonalKeys
from tests.eventlog.sample import COUNTS, PROJECTIONS, TYPES, Counted, add, open_sample, provenance, stream
from tests.eventlog.test_vault import Secret, Withheld
from tests.waiting import until

WRITERS = 4


def told(log: EventLog) -> tuple[Counter[str], set[tuple[str, int]]]:
    """What the read models must say, from the log alone: totals by stream, and who is mentioned where."""
    totals: Counter[str] = Counter()
    mentions: set[tuple[str, int]] = set()
    for event in log.read():
        totals[str(event.stream)] += event.data.amount
        mentions |= {(thing, event.position) for thing in mentioned(event)}
    return totals, mentions


def shown(log: EventLog) -> tuple[Counter[str], set[tuple[str, int]]]:
    with log.store.reading() as connection:
        totals = Counter({name: total for name, total, _ in rows(connection, COUNTS)})
        return totals, {(thing, position) for thing, position in rows(connection, MENTION)}


def _write(log: EventLog, seed: int, enough: threading.Event) -> int:
    written = 0
    while not enough.is_set():
        add(log, 1, name=f"{seed} {written % 50}")
        written += 1
    return written


def _has_grown(log: EventLog, before: int) -> bool:
    return log.head().next_position > before + 100


@pytest.mark.timeout(300)
def test_nobody_who_writes_or_reads_notices_and_the_rows_are_those_of_a_replay(log: EventLog) -> None:
    add(log, 7, name="wrong")
    enough = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not enough.is_set():
            seen.append(shown(log)[0].total())

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writers = [pool.submit(_write, log, seed, enough) for seed in range(WRITERS)]
        reader = pool.submit(read)
        try:
            for _ in range(4):
                before = log.head().next_position
                until(partial(_has_grown, log, before), within=60, what="appends between rebuilds")
                with log.store.writing() as connection:
                    connection.execute(update(COUNTS).where(COUNTS.c.stream_id == str(stream("wrong"))).values(total=6))
                rebuilt = log.rebuild(PROJECTIONS)
                assert rebuilt.events > before
        finally:
            enough.set()
        written = sum(writer.result() for writer in writers)
        reader.result()
    assert shown(log) == told(log)
    assert shown(log)[0].total() == written + 7
    assert all(later >= earlier - 1 for earlier, later in pairwise(seen)), "but for the row that was made wrong"


def test_a_rebuild_that_fails_changes_nothing_and_leaves_nothing(log: EventLog) -> None:
    def fail(_connection: Connection, _data: Counted, _event: Recorded) -> None:
        raise RuntimeError("no room")

    add(log, 5)
    before = shown(log)
    with pytest.raises(RuntimeError, match="no room"):
        log.rebuild([Projection("counts", 2, [COUNTS], {Counted: fail})])
    assert shown(log) == before
    add(log, 1)
    log.rebuild(PROJECTIONS)
    assert shown(log) == told(log)


def test_a_read_model_of_another_form_takes_the_place_of_the_old_one(log: EventLog) -> None:
    names = Table("counts", MetaData(), Column("stream_id", Text, primary_key=True), Column("says", Text))

    def say(connection: Connection, counted: Counted, event: Recorded) -> None:
        connection.execute(insert(names).values(stream_id=str(event.stream), says=f"{counted.amount}!"))

    add(log, 5)
    newer = EventLog("sample", log.store, TYPES, [Projection("counts", 2, [names], {Counted: say})])
    for _ in range(2):
        with newer.open().store.reading() as connection:
            assert rows(connection, names) == [(str(stream()), "5!")]
    add(newer, 6, name="two")
    with newer.store.reading() as connection:
        assert len(rows(connection, names)) == 2


@pytest.fixture
def shared(database: str) -> Iterator[PostgresqlStore]:
    store = PostgresqlStore(database)
    yield store
    store.close()


def _shadow_tables(store: Store) -> list[str]:
    with store.reading() as connection:
        query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'shadow'")
        return list(connection.execute(query).scalars())


def test_whoever_stays_at_a_table_keeps_nobody_from_appending(shared: PostgresqlStore) -> None:
    log = open_sample(shared)
    add(log, 1)
    with ThreadPoolExecutor(1) as pool:
        with shared.reading() as reader:
            assert rows(reader, COUNTS) == [(str(stream()), 1, 0)]
            rebuilding = pool.submit(log.rebuild, PROJECTIONS)
            for amount in range(20):
                add(log, amount, name="meanwhile")
            until(lambda: _waits_for(shared, "counts"), within=20, what="a rebuild that wants the table")
        assert rebuilding.result().attempts > 1
    assert shown(log) == told(log)


def _waits_for(store: Store, table: str) -> bool:
    with store.reading() as connection:
        query = text("SELECT count(*) FROM pg_locks WHERE relation = CAST(:table AS regclass) AND NOT granted")
        return bool(connection.execute(query, {"table": table}).scalar_one())


def test_only_one_rebuilds_a_log_at_a_time(shared: PostgresqlStore) -> None:
    log = open_sample(shared)
    add(log, 1)
    with shared.shadow([COUNTS]), pytest.raises(AlreadyRebuilding):
        log.rebuild(PROJECTIONS)
    log.rebuild(PROJECTIONS)


@pytest.mark.parametrize("next_event", ["the next start", "the next erasure"])
def test_what_a_killed_rebuild_leaves_is_gone_with(shared: PostgresqlStore, next_event: str) -> None:
    """It may name the person who is being erased."""
    open_sample(shared)
    with shared.writing() as connection:
        connection.execute(text("CREATE SCHEMA shadow"))
        connection.execute(text("CREATE TABLE shadow.counts AS SELECT 'a name'"))
    if next_event == "the next start":
        open_sample(shared)
    else:
        shared.scrub([])
    assert _shadow_tables(shared) == []


def test_an_erasure_leaves_a_rebuild_alone_that_is_still_going_on(shared: PostgresqlStore) -> None:
    open_sample(shared)
    with shared.shadow([COUNTS]):
        shared.scrub([])
        assert _shadow_tables(shared) == ["counts"]
    assert _shadow_tables(shared) == []


@dataclass(frozen=True, kw_only=True)
class CardFiled:
    whose: ClassVar = "person"
    person: UUID
    name: Annotated[str | Withheld, Secret()]


@dataclass(frozen=True, kw_only=True)
class CardShredded:
    person: UUID


CARDS = Table("cards", MetaData(), Column("person", Text, primary_key=True), Column("name", Text))
CARD_TYPES = EventTypes([CardFiled, CardShredded], [])
NAME = "\U00030edd\U00030edd面·阿不都"


def _filed(connection: Connection, card: CardFiled, _: Recorded) -> None:
    connection.execute(
        insert(CARDS).values(person=str(card.person), name=None if card.name is Withheld.ERASED else card.name)
    )


def _shredded(connection: Connection, shredded: CardShredded, _: Recorded) -> None:
    connection.execute(update(CARDS).where(CARDS.c.person == str(shredded.person)).values(name=None))


CARD_MODEL = Projection("cards", 1, [CARDS], {CardFiled: _filed, CardShredded: _shredded})


def test_who_is_erased_during_a_rebuild_is_in_no_byte_of_the_rows(store: Store, tmp_path: Path) -> None:
    log = EventLog("sample", store, CARD_TYPES, [CARD_MODEL], PersonalKeys(tmp_path / "keys.sqlite3")).open()
    person = uuid4()
    card = StreamName("card", person)
    with log.transaction() as tx:
        tx.append(card, [CardFiled(person=person, name=NAME)], -1, provenance())
    reports: list[int] = []

    def erase_once(reached: int) -> None:
        if not reports:
            with log.transaction() as tx:
                tx.erase(person)
                tx.append(card, [CardShredded(person=person)], 0, provenance())
        reports.append(reached)

    log.rebuild([CARD_MODEL], erase_once)
    assert len(reports) > 1
    with store.reading() as connection:
        assert rows(connection, CARDS) == [(str(person), None)]
    assert NAME.encode() not in _bytes(store, "cards")


def _bytes(store: Store, table: str) -> bytes:
    """All the database keeps of a table, live rows or not."""
    if isinstance(store, SqliteStore):
        path = Path(str(store.engine.url.database))
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert isinstance(store, PostgresqlStore)
    with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        query = text("SELECT pg_read_binary_file(pg_relation_filepath(:table))")
        return bytes(connection.execute(query, {"table": table}).scalar_one())
