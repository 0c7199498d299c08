"""A log that lost signed events goes on under a new name, with all that is left and nothing signed twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eventlog import canonical
from eventlog.codec import EventTypes
from eventlog.continuation import CannotContinue, continue_log
from eventlog.event import Published, Recorded
from eventlog.kernel_events import LogContinued
from eventlog.log import EventLog
from eventlog.projection import rows
from eventlog.proof.checkpoint import Checkpoint
from eventlog.receiver import Receiver, step_back
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from eventlog.stream import StreamName
from eventlog.vault import PersonalKeys
from tests.eventlog.sample import COUNTS, Counted, Noted, add, open_sample, provenance, stream
from tests.eventlog.test_receiver import Archive
from tests.eventlog.test_vault import TYPES as PERSONAL
from tests.eventlog.test_vault import erase, file, filed

LOST = Checkpoint("proof.example/sample", 9, bytes(range(32)))
ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def begun(log: EventLog, previous: Checkpoint = LOST, number: int = 1) -> LogContinued:
    return continue_log(log, previous, number, "磁盘损坏，昨日以后的事件找不回来", provenance())


def lived(log: EventLog) -> list[Recorded]:
    """Seven events, four of them published."""
    for amount in (1, 2, 4):
        add(log, amount)
    with log.transaction() as tx:
        tx.append(stream("two"), [Noted(text="a"), Counted(amount=8), Noted(text="b")], -1, provenance())
        tx.append(stream("three"), [Noted(text="c")], -1, provenance())
    return list(log.read())


def test_the_first_event_tells_what_is_continued_and_why(log: EventLog) -> None:
    lived(log)
    begun(log)
    first = next(iter(log.read()))
    assert first.data == LogContinued(
        previous_origin="proof.example/sample",
        previous_size=9,
        previous_root=ROOT,
        carried=7,
        reason="磁盘损坏，昨日以后的事件找不回来",
    )
    assert (first.position, first.actor["account"]) == (0, "tester")


def test_what_is_left_is_carried_over_as_it_was_one_position_further_on(log: EventLog) -> None:
    before = lived(log)
    envelopes = [canonical.loads(leaf)["e"] for leaf in log.read_leaves()]
    begun(log)
    carried = list(log.read(1))
    assert [canonical.loads(leaf)["e"] for leaf in log.read_leaves(1)] == envelopes
    assert [(one.position, one.hlc, one.stream, one.version) for one in carried] == [
        (one.position + 1, one.hlc, one.stream, one.version) for one in before
    ]
    assert all(canonical.dumps(canonical.loads(leaf)) == leaf for leaf in log.read_leaves())
    clocks = [one.hlc for one in (*log.read(), *add(log, 1))]
    assert all(earlier < later for earlier, later in pairwise(clocks))


def test_published_events_keep_their_numbers(log: EventLog) -> None:
    lived(log)
    before = [(one.pub_seq, one.position) for one in log.read_published(0, 10)]
    begun(log)
    assert [(one.pub_seq, one.position - 1) for one in log.read_published(0, 10)] == before
    assert add(log, 1)[0].position == 8
    assert [one.pub_seq for one in log.read_published(0, 10)] == [0, 1, 2, 3, 4]


def test_read_models_are_built_again_and_are_the_same(log: EventLog) -> None:
    lived(log)
    with log.store.reading() as connection:
        before = rows(connection, COUNTS)
    begun(log)
    with log.store.writing() as connection:
        connection.execute(text("DELETE FROM counts"))
    with open_sample(log.store).store.reading() as connection:
        assert rows(connection, COUNTS) == before


def test_a_command_that_was_carried_over_does_not_act_again(log: EventLog) -> None:
    by = provenance()
    add(log, 3, by=by)
    begun(log)
    again = add(log, 3, by=by)
    assert [one.position for one in again] == [1]
    assert log.head().next_position == 2


@pytest.mark.parametrize("change", ["UPDATE event SET type = 'X'", "DELETE FROM event"])
def test_the_log_is_append_only_again(log: EventLog, change: str) -> None:
    lived(log)
    begun(log)
    with pytest.raises(DBAPIError, match="append-only"), log.store.writing() as connection:
        connection.execute(text(change))


def test_the_rows_as_they_were_stay_for_whoever_looks_into_it(log: EventLog) -> None:
    lived(log)
    leaves = list(log.read_leaves())
    begun(log)
    with log.store.reading() as connection:
        kept = connection.execute(text("SELECT leaf FROM event_1 ORDER BY position")).scalars().all()
    assert [bytes(leaf) for leaf in kept] == leaves


def test_a_second_call_for_the_same_loss_changes_nothing(log: EventLog) -> None:
    lived(log)
    first = begun(log)
    leaves = list(log.read_leaves())
    assert begun(log) == first
    assert list(log.read_leaves()) == leaves


def test_a_log_may_lose_events_again(log: EventLog) -> None:
    lived(log)
    begun(log)
    second = begun(log, Checkpoint("proof.example/sample/2", 12, bytes(32)), 2)
    assert second.carried == 8
    assert [one.type for one in log.read()][:3] == ["LogContinued", "LogContinued", "Counted"]
    assert all(earlier.hlc < later.hlc for earlier, later in pairwise(log.read()))


def test_a_log_of_which_nothing_is_left_goes_on_too(log: EventLog) -> None:
    assert begun(log).carried == 0
    assert [one.position for one in add(log, 1)] == [1]


def test_a_log_with_a_hole_is_not_continued_and_stays_as_it_is(log: EventLog) -> None:
    lived(log)
    with log.store.writing() as connection:
        if isinstance(log.store, SqliteStore):
            connection.execute(text("DROP TRIGGER event_no_delete"))
        else:
            connection.execute(text("ALTER TABLE event_p0 DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM event WHERE position = 3"))
    with pytest.raises(CannotContinue, match="缺第 3 号"):
        begun(log)
    assert [one.position for one in log.read()] == [0, 1, 2, 4, 5, 6]


def test_personal_data_opens_in_its_new_place_and_what_was_erased_stays_erased(store: Store, tmp_path: Path) -> None:
    keys = PersonalKeys(tmp_path / "keys.sqlite3")
    log = EventLog("sample", store, PERSONAL, keys=keys).open()
    kept, erased = uuid4(), uuid4()
    file(log, erased)
    file(log, kept)
    erase(log, erased)
    begun(log)
    assert [one.data for one in log.read(2)] == [filed(kept)]
    assert next(iter(log.read(1))).stream == StreamName("card", erased)
    keys.close()


def test_every_vocabulary_has_the_kernels_own_event() -> None:
    assert EventTypes([], []).knows("LogContinued")


def test_a_subscriber_steps_back_and_hears_what_the_continued_log_says_next(tmp_path: Path) -> None:
    """It had heard ten events, of which the source has seven left."""
    source = open_sample(SqliteStore(tmp_path / "source.sqlite3"), "source")
    for amount in range(10):
        add(source, amount)
    heard: list[int] = []
    store = SqliteStore(tmp_path / "own.sqlite3")
    own = EventLog("own", store, EventTypes([], [])).open()
    archive = Archive(source.read_published(0, 10))
    receiver = Receiver(
        "source", own, source.types, {Counted: lambda event, _: heard.append(event.data.amount)}, archive
    )
    receiver.catch_up()
    step_back(store, "source", 7)
    step_back(store, "elsewhere", 0)
    assert receiver.next_pub_seq() == 7
    anew = archive.published[8]
    archive.published = [*archive.published[:7], Published(source="source", pub_seq=7, position=8, leaf=anew.leaf)]
    receiver.catch_up()
    assert heard == [*range(10), 8]
    source.store.close()
    store.close()
