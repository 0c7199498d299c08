"""The receiver: every event of the source exactly once and in order, whatever the broker does to the messages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from eventlog.canonical import leaf_hash
from eventlog.event import Published, Recorded
from eventlog.log import EventLog, Transaction
from eventlog.receiver import Receiver, SourceUnavailable
from eventlog.sqlite import SqliteStore
from eventlog.vault import PersonalKeys
from tests.eventlog.sample import TYPES, Counted, add, open_sample, provenance, stream

EFFECT = Table(
    "effect",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("amount", Integer, nullable=False),
)
EVENTS = 12
SCHEDULES = 1000


@dataclass
class Archive:
    """The source's log, which may be away."""

    published: Sequence[Published]
    away: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)

    def read_published(self, first: int, limit: int) -> Sequence[Published]:
        self.asked.append((first, limit))
        if self.away:
            raise SourceUnavailable("planned")
        return [one for one in self.published if one.pub_seq >= first][:limit]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Published]:
    """Twelve events of three streams, amounts 0 to 11."""
    store = SqliteStore(tmp_path_factory.mktemp("source") / "source.sqlite3")
    log = open_sample(store, "source")
    for amount in range(EVENTS):
        add(log, amount, name=f"stream {amount % 3}")
    found = log.read_published(0, EVENTS)
    store.close()
    return found


@pytest.fixture(scope="module")
def subscriber_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventLog]:
    store = SqliteStore(tmp_path_factory.mktemp("subscriber") / "log.sqlite3")
    log = EventLog("subscriber", store, TYPES).open()
    with store.writing() as connection:
        EFFECT.create(connection)
    yield log
    store.close()


@pytest.fixture
def own_log(tmp_path: Path) -> Iterator[EventLog]:
    store = SqliteStore(tmp_path / "own.sqlite3")
    log = EventLog("subscriber", store, TYPES).open()
    with store.writing() as connection:
        EFFECT.create(connection)
    yield log
    store.close()


def effects(log: EventLog, source: str = "source") -> list[int]:
    with log.store.reading() as connection:
        query = select(EFFECT.c.amount).where(EFFECT.c.source == source).order_by(EFFECT.c.number)
        return list(connection.execute(query).scalars())


def receiver(log: EventLog, source: Archive, name: str = "source", broken: Sequence[int] = ()) -> Receiver:
    """``broken``: amounts the reaction cannot take."""

    def react(event: Recorded, tx: Transaction) -> None:
        if event.data.amount in broken:
            raise ValueError(f"cannot take {event.data.amount}")
        tx.connection.execute(insert(EFFECT).values(source=name, amount=event.data.amount))

    return Receiver(name, log, TYPES, {Counted: react}, source)


def schedule(chance: random.Random, published: Sequence[Published]) -> list[list[Published]]:
    """Batches in which messages are dropped, doubled and out of order."""
    kept = [one for one in published if chance.random() > 0.3]
    doubled = kept + [one for one in kept if chance.random() < 0.3]
    if chance.random() < 0.7:
        chance.shuffle(doubled)
    batches: list[list[Published]] = []
    while doubled:
        size = chance.randint(1, 5)
        batches.append(doubled[:size])
        doubled = doubled[size:]
    return batches


@pytest.mark.timeout(240)
def test_a_thousand_random_schedules_all_apply_every_event_once_in_order(
    subscriber_log: EventLog, published: Sequence[Published]
) -> None:
    saw_gap = saw_duplicate = 0
    for seed in range(SCHEDULES):
        chance = random.Random(seed)
        name = f"source {seed}"
        archive = Archive(published)
        one = receiver(subscriber_log, archive, name)
        for batch in schedule(chance, published):
            before = one.next_pub_seq()
            archive.away = chance.random() < 0.1
            try:
                one.receive(batch)
            except SourceUnavailable:
                archive.away = False
                one.receive(batch)  # the broker delivers it again
            saw_duplicate += any(message.pub_seq < before for message in batch)
        archive.away = False
        saw_gap += bool(archive.asked)
        one.catch_up()
        assert effects(subscriber_log, name) == list(range(EVENTS)), f"SEED={seed}"
        assert one.next_pub_seq() == EVENTS, f"SEED={seed}"
    assert saw_gap > SCHEDULES // 2
    assert saw_duplicate > SCHEDULES // 2


def test_a_lost_last_message_is_found_by_looking_at_the_source(
    own_log: EventLog, published: Sequence[Published]
) -> None:
    one = receiver(own_log, Archive(published))
    one.receive(published[:10])
    assert one.catch_up() == 2
    assert effects(own_log) == list(range(EVENTS))


def test_a_poison_event_parks_its_stream_and_no_other(own_log: EventLog, published: Sequence[Published]) -> None:
    one = receiver(own_log, Archive(published), broken=[4])
    one.receive(published)
    assert effects(own_log) == [0, 1, 2, 3, 5, 6, 8, 9, 11]
    assert [(parked.pub_seq, parked.reason) for parked in one.parked()] == [
        (4, "ValueError: cannot take 4"),
        (7, "an earlier event of this stream is parked"),
        (10, "an earlier event of this stream is parked"),
    ]
    assert len({parked.stream for parked in one.parked()}) == 1


def test_parked_events_go_through_in_order_once_the_cause_is_mended(
    own_log: EventLog, published: Sequence[Published]
) -> None:
    archive = Archive(published)
    receiver(own_log, archive, broken=[4]).receive(published)
    still_broken = receiver(own_log, archive, broken=[7])
    assert still_broken.retry_parked() == 1
    assert [parked.pub_seq for parked in still_broken.parked()] == [7, 10]
    mended = receiver(own_log, archive)
    assert mended.retry_parked() == 2
    assert mended.parked() == []
    assert effects(own_log)[-3:] == [4, 7, 10]


def test_an_effect_that_fails_half_way_leaves_nothing_behind(own_log: EventLog, published: Sequence[Published]) -> None:
    def react(event: Recorded, tx: Transaction) -> None:
        tx.connection.execute(insert(EFFECT).values(source="source", amount=event.data.amount))
        if event.data.amount == 1:
            raise ValueError("half way")

    Receiver("source", own_log, TYPES, {Counted: react}, Archive(published)).receive(published[:3])
    assert effects(own_log) == [0, 2]


def test_what_a_parked_event_wrote_to_a_stream_does_not_hold_up_the_next_that_writes_to_it(
    own_log: EventLog, published: Sequence[Published]
) -> None:
    """Both in one transaction: what was taken back must be forgotten too."""

    def react(event: Recorded, tx: Transaction) -> None:
        tx.extend(stream("of all"), event.data, provenance())
        if event.data.amount == 1:
            raise ValueError("after it was written")

    one = Receiver("source", own_log, TYPES, {Counted: react}, Archive(published))
    one.receive(published[:3])
    assert [event.data.amount for event in own_log.read()] == [0, 2]
    assert [parked.pub_seq for parked in one.parked()] == [1]


def test_an_erasure_that_was_taken_back_destroys_no_key(tmp_path: Path, published: Sequence[Published]) -> None:
    person = uuid4()
    keys = PersonalKeys(tmp_path / "keys.sqlite3")
    store = SqliteStore(tmp_path / "with-keys.sqlite3")
    log = EventLog("subscriber", store, TYPES, keys=keys).open()

    def react(_event: Recorded, tx: Transaction) -> None:
        tx.erase(person)
        raise ValueError("after it was erased")

    key = keys.make(person)
    Receiver("source", log, TYPES, {Counted: react}, Archive(published)).receive(published[:1])
    assert keys.find(str(person)) == key
    store.close()


def test_an_effect_and_the_cursor_move_together_or_not_at_all(
    own_log: EventLog, published: Sequence[Published]
) -> None:
    away = SourceUnavailable("planned")

    def react(event: Recorded, tx: Transaction) -> None:
        tx.connection.execute(insert(EFFECT).values(source="source", amount=event.data.amount))
        if event.data.amount == 2 and away is not None:
            raise away

    one = Receiver("source", own_log, TYPES, {Counted: react}, Archive(published))
    with pytest.raises(SourceUnavailable):
        one.receive(published[:4])
    assert (effects(own_log), one.next_pub_seq()) == ([], 0)
    away = None  # type: ignore[assignment]  # the trouble is over
    one.receive(published[:4])
    assert (effects(own_log), one.next_pub_seq()) == ([0, 1, 2, 3], 4)


def test_events_nobody_reacts_to_only_move_the_cursor(own_log: EventLog, published: Sequence[Published]) -> None:
    one = Receiver("source", own_log, TYPES, {}, Archive(published))
    one.receive(published)
    assert (effects(own_log), one.next_pub_seq(), one.parked()) == ([], EVENTS, [])


@pytest.mark.parametrize("leaf", [b"not json", b"{}", b'{"e":{}}'], ids=["no json", "no envelope", "empty envelope"])
def test_bytes_that_are_no_event_are_parked_by_themselves(
    own_log: EventLog, published: Sequence[Published], leaf: bytes
) -> None:
    torn = [Published(source="source", pub_seq=0, position=0, leaf=leaf), *published[1:3]]
    one = receiver(own_log, Archive(torn))
    one.catch_up()
    assert effects(own_log) == [1, 2]
    assert [(parked.pub_seq, parked.stream) for parked in one.parked()] == [(0, "unreadable-0")]


def test_an_event_of_a_newer_version_is_parked_not_guessed(own_log: EventLog, published: Sequence[Published]) -> None:
    newer = published[0].leaf.replace(b'"Counted/1"', b'"Counted/2"')
    one = receiver(own_log, Archive([]))
    one.receive([Published(source="source", pub_seq=0, position=0, leaf=newer)])
    assert effects(own_log) == []
    assert [parked.reason for parked in one.parked()] == [
        "UnreadableEvent: Counted/2 is newer than the known Counted/1"
    ]


def test_foreign_events_name_where_they_stood(own_log: EventLog, published: Sequence[Published]) -> None:
    seen: list[tuple[str, int, str]] = []

    def react(event: Recorded, _tx: Transaction) -> None:
        cause = event.as_cause()
        seen.append((cause.source, cause.position, cause.leafhash))

    Receiver("source", own_log, TYPES, {Counted: react}, Archive(published)).receive(published[:1])
    recorded = published[0]
    assert seen == [("source", recorded.position, leaf_hash(recorded.leaf))]
