"""What every store must keep: order, versions, idempotence, immutability."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eventlog import canonical
from eventlog.event import Cause, EventTooLarge
from eventlog.log import EventLog
from eventlog.postgresql import NotCommitted, PostgresqlStore
from eventlog.projection import rows
from eventlog.store import CommandReused, SeenVersionIsOld, WrongExpectedVersion
from eventlog.timeline import positions_of
from tests.eventlog.sample import COUNTS, NOON, Counted, Noted, add, open_sample, provenance, stream, total


def test_positions_are_dense_and_start_at_zero(log: EventLog) -> None:
    for amount in range(5):
        add(log, amount, name=str(amount % 2))
    assert [event.position for event in log.read()] == [0, 1, 2, 3, 4]


def test_versions_count_within_a_stream(log: EventLog) -> None:
    for name in ("a", "b", "a", "a"):
        add(log, 1, name=name)
    assert [(event.stream, event.version) for event in log.read()] == [
        (stream("a"), 0), (stream("b"), 0), (stream("a"), 1), (stream("a"), 2),
    ]  # fmt: skip


def test_an_append_to_another_version_than_expected_is_refused(log: EventLog) -> None:
    add(log, 1)
    with pytest.raises(WrongExpectedVersion, match="is at 0, expected -1"), log.transaction() as tx:
        tx.append(stream(), [Counted(amount=2)], -1, provenance())
    assert [event.data for event in log.read()] == [Counted(amount=1)]


def test_the_same_command_acts_once_and_answers_the_same(log: EventLog) -> None:
    by = provenance()
    first = add(log, 3, by=by)
    again = add(log, 3, by=by)
    assert again == first
    assert list(log.read()) == list(first)


def test_one_command_id_cannot_stand_for_two_contents(log: EventLog) -> None:
    command = uuid4()
    add(log, 3, by=provenance(command, fingerprint="three"))
    with pytest.raises(CommandReused):
        add(log, 4, by=provenance(command, fingerprint="four"))
    with pytest.raises(CommandReused), log.transaction() as tx:
        tx.append(stream("other"), [Counted(amount=4)], -1, provenance(command, fingerprint="four"))
    assert [event.data for event in log.read()] == [Counted(amount=3)]


def test_a_rolled_back_append_leaves_no_gap(log: EventLog) -> None:
    add(log, 1)
    with pytest.raises(RuntimeError, match="changed my mind"), log.transaction() as tx:
        tx.append(stream("lost"), [Counted(amount=9)], -1, provenance())
        raise RuntimeError("changed my mind")
    add(log, 2, name="kept")
    assert [(event.position, event.data) for event in log.read()] == [(0, Counted(amount=1)), (1, Counted(amount=2))]
    assert [one.pub_seq for one in log.read_published(0, 10)] == [0, 1]


def test_several_streams_change_in_one_transaction_or_not_at_all(log: EventLog) -> None:
    add(log, 1, name="b")
    with pytest.raises(WrongExpectedVersion), log.transaction() as tx:
        tx.append(stream("a"), [Counted(amount=1)], -1, provenance())
        tx.append(stream("b"), [Counted(amount=1)], -1, provenance())
    assert [event.stream for event in log.read()] == [stream("b")]


def test_only_published_events_are_numbered_for_publication(log: EventLog) -> None:
    with log.transaction() as tx:
        events = [Noted(text="a"), Counted(amount=1), Noted(text="b"), Counted(amount=2)]
        tx.append(stream(), events, -1, provenance())
    assert [(one.pub_seq, one.position) for one in log.read_published(0, 10)] == [(0, 1), (1, 3)]
    assert log.head().next_pub_seq == 2


def test_no_event_is_no_append(log: EventLog) -> None:
    by = provenance()
    with log.transaction() as tx:
        assert tx.decide(stream(), total, 0, lambda _: [], by).events == ()
        assert tx.outcome(by) is None
    assert log.head().next_position == 0


def test_a_caller_who_saw_an_older_version_is_told(log: EventLog) -> None:
    add(log, 1)
    add(log, 1)
    with pytest.raises(SeenVersionIsOld) as caught:
        add(log, 1, by=provenance(expected_version=0))
    assert (caught.value.expected, caught.value.actual) == (0, 1)
    assert add(log, 1, by=provenance(expected_version=1))[0].version == 2


def test_state_is_the_fold_of_the_stream(log: EventLog) -> None:
    for amount in (1, 2, 4):
        add(log, amount)
    add(log, 100, name="other")
    with log.transaction() as tx:
        assert tx.load(stream(), total, 0) == (7, 2)
        assert tx.load(stream("none"), total, 0) == (0, -1)


def test_streams_read_in_one_go_are_as_if_read_one_by_one(log: EventLog) -> None:
    for amount in (1, 2):
        add(log, amount, name="a")
    add(log, 5, name="b")
    with log.transaction() as tx:
        tx.fetch(stream("a"), stream("none"), stream("b"))
        tx.append(stream("b"), [Counted(amount=10)], 0, provenance())
        assert tx.load(stream("a"), total, 0) == (3, 1)
        assert tx.load(stream("b"), total, 0) == (15, 1)
        assert tx.load(stream("none"), total, 0) == (0, -1)


def test_a_stream_is_extended_after_what_this_transaction_made_of_it(log: EventLog) -> None:
    add(log, 1)
    with log.transaction() as tx:
        tx.extend(stream(), Counted(amount=2), provenance())
        tx.extend(stream(), Counted(amount=4), provenance())
        assert tx.extend(stream("new"), Noted(text="x"), provenance()).events[0].version == 0
        assert tx.load(stream(), total, 0) == (7, 2)


def test_work_is_done_again_when_somebody_was_faster(log: EventLog) -> None:
    seen: list[int] = []

    def work(tx: object) -> None:
        seen.append(len(seen))
        if len(seen) < 3:
            raise WrongExpectedVersion("thing", 0, 1)

    log.run(work)
    assert seen == [0, 1, 2]


def test_an_event_too_large_for_a_leaf_is_refused_before_the_database_sees_it(log: EventLog) -> None:
    largest = "x" * 65_000
    with log.transaction() as tx:
        tx.append(stream("large"), [Noted(text=largest)], -1, provenance())
    with pytest.raises(EventTooLarge, match="Noted takes 65999 bytes"), log.transaction() as tx:
        tx.append(stream("too large"), [Noted(text=largest + "x" * 600)], -1, provenance())
    assert log.head().next_position == 1


def test_stored_bytes_are_canonical_and_are_what_is_hashed(log: EventLog) -> None:
    recorded = add(log, 5)[0]
    leaf = next(log.read_leaves())
    assert canonical.dumps(canonical.loads(leaf)) == leaf
    assert canonical.leaf_hash(leaf) == recorded.leafhash
    assert next(iter(log.read())) == recorded


def test_an_envelope_says_who_what_when_and_why(log: EventLog) -> None:
    cause = Cause(source="elsewhere", position=7, leafhash="aGFzaA==", hlc=(1, 0))
    add(log, 5, by=provenance(cause=cause))
    envelope = canonical.loads(next(log.read_leaves()))["e"]
    assert envelope["actor"] == {"account": "tester", "role": "测试"}
    assert envelope["cause"] == {"source": "elsewhere", "position": 7, "leafhash": "aGFzaA=="}
    assert envelope["time"] == NOON.isoformat()
    assert (envelope["source"], envelope["type"], envelope["dataschema"]) == ("sample", "Counted", "Counted/1")
    assert (envelope["subject"], envelope["streamversion"]) == (str(stream()), 0)


def test_the_logical_clock_grows_with_the_position(log: EventLog) -> None:
    for amount in range(20):
        add(log, amount, name=str(amount))
    clocks = [event.hlc for event in log.read()]
    assert all(earlier < later for earlier, later in pairwise(clocks))


def test_an_effect_is_later_on_the_logical_clock_than_its_cause(log: EventLog) -> None:
    ahead = add(log, 1)[0].hlc[0] + 3_600_000
    cause = Cause(source="fast", position=0, leafhash="x", hlc=(ahead, 41))
    assert add(log, 1, name="two", by=provenance(cause=cause))[0].hlc == (ahead, 42)
    assert add(log, 1, name="three")[0].hlc == (ahead, 43)


@pytest.mark.parametrize("change", ["UPDATE event SET type = 'X'", "DELETE FROM event"])
def test_the_log_cannot_be_changed(log: EventLog, change: str) -> None:
    add(log, 1)
    with pytest.raises(DBAPIError, match="append-only"), log.store.writing() as connection:
        connection.execute(text(change))
    assert [event.data for event in log.read()] == [Counted(amount=1)]


def test_own_read_models_show_at_once_what_was_appended(log: EventLog) -> None:
    with log.transaction() as tx:
        tx.append(stream(), [Counted(amount=4), Counted(amount=5)], -1, provenance())
        assert rows(tx.connection, COUNTS) == [(str(stream()), 9, 1)]


def test_a_read_model_of_an_older_code_is_rebuilt_when_the_log_opens(log: EventLog) -> None:
    for amount in (1, 2, 3):
        add(log, amount)
    with log.store.writing() as connection:
        connection.execute(text("UPDATE counts SET total = 999"))
        connection.execute(text("UPDATE projection SET version = 0 WHERE name = 'counts'"))
    reopened = open_sample(log.store)
    with reopened.store.reading() as connection:
        assert rows(connection, COUNTS) == [(str(stream()), 6, 2)]


def test_what_speaks_of_a_thing_is_found_by_its_id(log: EventLog) -> None:
    thing = uuid4()
    add(log, 1, name="before")
    with log.transaction() as tx:
        tx.append(stream("note"), [Noted(text=str(thing))], -1, provenance())
    with log.store.reading() as connection:
        assert positions_of(connection, str(thing)) == [1]
        assert positions_of(connection, str(stream("before").id)) == [0]
        assert positions_of(connection, str(provenance().correlation_id)) == [0, 1]


def test_what_a_statement_was_given_is_in_no_error(log: EventLog) -> None:
    """Errors are logged, and what is given may be a person's file."""
    with pytest.raises(DBAPIError) as caught, log.store.writing() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "不外传"})
    assert "不外传" not in str(caught.value)


def test_who_hides_an_error_of_postgresql_is_not_told_that_it_was_committed(database: str) -> None:
    """After such an error its COMMIT rolls back, and reports no error of its own."""
    store = PostgresqlStore(database)
    log = open_sample(store)
    with pytest.raises(NotCommitted), log.transaction() as tx:
        tx.append(stream(), [Counted(amount=1)], -1, provenance())
        with suppress(DBAPIError):
            tx.connection.execute(text("SELECT nothing FROM nowhere"))
    assert log.head().next_position == 0
    store.close()


def test_what_a_connection_to_postgresql_has_prepared_outlives_a_read(database: str) -> None:
    """A driver that forgets it has every statement planned anew; that cost a service a third of what it could do."""
    store = PostgresqlStore(database, pool_size=1)
    log = open_sample(store)
    for amount in range(8):
        add(log, amount)
        log.head()
    with store.reading() as connection:
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
        assert any("append_events" in statement for statement in prepared)
    store.close()
