"""The event table of PostgreSQL is many tables, and nobody notices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from eventlog import log as log_module
from eventlog import postgresql as postgresql_module
from eventlog.log import EventLog
from eventlog.postgresql import PostgresqlStore
from eventlog.store import WrongExpectedVersion
from tests.eventlog.proof.proving import append
from tests.eventlog.sample import Counted, Noted, add, open_sample, provenance, stream, total
from tests.eventlog.test_continuation import begun

SPAN = 8


@pytest.fixture
def log(database: str) -> Iterator[EventLog]:
    store = PostgresqlStore(database, span=SPAN)
    yield open_sample(store)
    store.close()


def partitions(log: EventLog) -> dict[str, list[int]]:
    """The positions in each, by its name."""
    names = (
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY length(inhrelid"
        "::regclass::text), 1"
    )
    with log.store.reading() as connection:
        return {
            name: list(connection.execute(text(f"SELECT position FROM {name} ORDER BY position")).scalars())  # noqa: S608 -- our own names
            for name in connection.execute(text(names)).scalars()
        }


def looked_into(log: EventLog, asked: object) -> set[str]:
    """The partitions the database read to answer."""
    with log.store.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {asked}").scalars().all()
    return {found[1] for line in plan if (found := re.search(r" on (event_p\d+) ", line)) and "never" not in line}


def test_each_partition_holds_its_positions_and_the_next_is_there_half_a_partition_early(log: EventLog) -> None:
    assert partitions(log) == {"event_p0": []}
    append(log, 4)
    assert partitions(log) == {"event_p0": [0, 1, 2, 3]}
    append(log, 1)
    assert partitions(log) == {"event_p0": [0, 1, 2, 3, 4], "event_p1": []}
    append(log, 6)
    assert partitions(log) == {"event_p0": [*range(8)], "event_p1": [8, 9, 10]}


def test_a_command_may_have_more_events_than_a_partition(log: EventLog) -> None:
    append(log, 20)
    assert [len(found) for found in partitions(log).values()] == [8, 8, 4]
    assert [event.position for event in log.read()] == [*range(20)]


def test_a_version_cannot_stand_twice_in_two_partitions(log: EventLog) -> None:
    add(log, 1)
    append(log, 2 * SPAN)
    with pytest.raises(WrongExpectedVersion, match="is at 0, expected -1"), log.transaction() as tx:
        tx.append(stream(), [Counted(amount=2)], -1, provenance())
    assert add(log, 2)[0].version == 1
    with log.transaction() as tx:
        assert tx.load(stream(), total, 0) == (3, 1)


def test_what_is_published_is_read_across_partitions_in_order(log: EventLog) -> None:
    for number in range(30):
        with log.transaction() as tx:
            said = [Noted(text="a"), Counted(amount=number)]
            tx.append(stream(str(number)), said, -1, provenance())
    found = log.read_published(3, 20)
    assert [one.pub_seq for one in found] == [*range(3, 23)]
    assert all(one.position < other.position for one, other in pairwise(found))


def test_a_stream_is_looked_for_only_where_it_lies(log: EventLog) -> None:
    append(log, SPAN)
    add(log, 1)
    append(log, SPAN)
    add(log, 1)
    append(log, 3 * SPAN)
    query = log_module._STREAMS.bindparams(streams=[str(stream())])
    with log.store.reading() as connection:
        asked = query.compile(connection, compile_kwargs={"literal_binds": True})
    assert looked_into(log, asked) == {"event_p1", "event_p2"}


def test_a_relay_looks_into_no_partition_it_is_done_with(log: EventLog) -> None:
    append(log, 6 * SPAN)
    found = looked_into(log, postgresql_module._PUBLISHED % (4 * SPAN, 4 * SPAN, 500))
    assert found.isdisjoint({"event_p0", "event_p1", "event_p2", "event_p3"})


@pytest.mark.parametrize("table", ["event", "event_p0", "event_p1", "event_p2"])
@pytest.mark.parametrize("change", ["UPDATE {} SET type = 'X'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_partition_can_be_changed_not_even_by_a_replica(log: EventLog, table: str, change: str, role: str) -> None:
    append(log, 17)
    before = list(log.read_leaves())
    with pytest.raises(DBAPIError, match="append-only"), log.store.writing() as connection:
        connection.execute(text(f"SET LOCAL session_replication_role = {role}"))
        connection.execute(text(change.format(table)))
    assert list(log.read_leaves()) == before


def test_a_partition_is_made_while_others_read(log: EventLog) -> None:
    """Whoever reads may go on to append: were its lock waited for, each would wait for the other."""
    append(log, 3)
    with log.store.reading() as reader:
        reader.execute(text("SELECT * FROM event")).all()
        append(log, 2)
    assert [*partitions(log)] == ["event_p0", "event_p1"]


def test_an_append_does_not_wait_for_a_partition_while_it_has_room(log: EventLog) -> None:
    with log.store.writing() as busy:
        busy.execute(text("LOCK TABLE event IN SHARE UPDATE EXCLUSIVE MODE"))
        append(log, SPAN)
        assert [*partitions(log)] == ["event_p0"]
        with pytest.raises(OperationalError, match="could not obtain lock"):
            append(log, 1)
    append(log, 1)
    assert partitions(log) == {"event_p0": [*range(SPAN)], "event_p1": [SPAN]}


def test_a_partition_that_is_being_analysed_keeps_no_other_from_being_made(log: EventLog) -> None:
    with log.store.writing() as busy:
        busy.execute(text("LOCK TABLE event_p0 IN SHARE UPDATE EXCLUSIVE MODE"))
        append(log, SPAN)
        append(log, 1)
    assert partitions(log) == {"event_p0": [*range(SPAN)], "event_p1": [SPAN]}


def test_opening_a_log_again_makes_no_partition(log: EventLog) -> None:
    append(log, 2 * SPAN)
    before = partitions(log)
    open_sample(log.store)
    assert partitions(log) == before


def test_a_continued_log_has_partitions_again(log: EventLog) -> None:
    append(log, 4 * SPAN)
    add(log, 5)
    begun(log)
    assert [*partitions(log)] == [f"event_p{place}" for place in range(5)]
    assert add(log, 6)[0].version == 1
    append(log, SPAN)
    assert [event.position for event in log.read()] == [*range(5 * SPAN + 3)]
    with pytest.raises(DBAPIError, match="append-only"), log.store.writing() as connection:
        connection.execute(text("DELETE FROM event"))
