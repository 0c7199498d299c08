"""The subscriber's loop: it answers for messages only what is true of them, and nothing but stopping ends it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from eventlog.event import Published, Recorded
from eventlog.log import EventLog, Transaction
from eventlog.receiver import Receiver
from eventlog.relay import BrokerUnavailable
from eventlog.sqlite import SqliteStore
from eventlog.subscriber import Subscriber
from tests.eventlog.sample import TYPES, Counted, add, open_sample
from tests.eventlog.test_receiver import Archive


@dataclass
class Queue:
    """A queue that delivers one message until it is settled; ``failing`` are calls that lose the connection, once."""

    message: Published
    stopping: threading.Event = field(default_factory=threading.Event)
    failing: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    closed: bool = False

    def receive(self, timeout_seconds: float) -> Sequence[Published]:
        self._fail("receive")
        return [self.message]

    def settle(self) -> None:
        self._fail("settle")
        self.answers.append("settled")
        self.stopping.set()

    def give_back(self) -> None:
        self._fail("give back")
        self.answers.append("given back")

    def close(self) -> None:
        self.closed = True

    def _fail(self, call: str) -> None:
        if call in self.failing:
            self.failing.remove(call)
            raise BrokerUnavailable("planned")


@dataclass
class Reaction:
    """Notes amounts; the database is away as often as said."""

    away: int = 0
    heard: list[int] = field(default_factory=list)

    def __call__(self, event: Recorded, _: Transaction) -> None:
        if self.away:
            self.away -= 1
            raise OperationalError("planned", {}, ConnectionError("planned"))
        self.heard.append(event.data.amount)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventlog.subscriber.RETRY_SECONDS", 0.001)


@pytest.fixture
def message(file_log: EventLog) -> Published:
    add(file_log, 7)
    return file_log.read_published(0, 1)[0]


@pytest.fixture
def subscribing(tmp_path: Path) -> Iterator[EventLog]:
    store = SqliteStore(tmp_path / "subscriber.sqlite3")
    yield open_sample(store, "subscriber")
    store.close()


def subscriber(log: EventLog, reaction: Reaction, queue: Queue, source: Archive) -> Subscriber:
    return Subscriber(Receiver("sample", log, TYPES, {Counted: reaction}, source), queue)


@pytest.mark.timeout(30)
def test_a_message_is_settled_only_once_it_was_applied_m02(subscribing: EventLog, message: Published) -> None:
    reaction, queue = Reaction(away=2), Queue(message)
    subscriber(subscribing, reaction, queue, Archive([], away=True)).run(queue.stopping)
    assert queue.answers == ["given back", "given back", "settled"]
    assert reaction.heard == [7]
    assert queue.closed


@pytest.mark.timeout(30)
@pytest.mark.parametrize("call", ["receive", "settle", "give back"])
def test_a_connection_lost_at_any_call_does_not_end_the_loop_i13(
    subscribing: EventLog, message: Published, call: str
) -> None:
    """Lost while giving back it once ended the loop, and with it the service (found by the simulation)."""
    reaction, queue = Reaction(away=1), Queue(message, failing=[call])
    subscriber(subscribing, reaction, queue, Archive([], away=True)).run(queue.stopping)
    assert queue.answers[-1] == "settled"
    assert queue.failing == []
    assert reaction.heard == [7]


@pytest.mark.timeout(30)
def test_without_a_broker_the_source_is_asked(subscribing: EventLog, message: Published) -> None:
    reaction, queue = Reaction(), Queue(message, failing=["receive"])
    subscriber(subscribing, reaction, queue, Archive([message])).run(queue.stopping)
    assert reaction.heard == [7]


@pytest.mark.timeout(30)
def test_what_is_parked_is_tried_again_at_the_start(subscribing: EventLog, message: Published) -> None:
    def broken(_: Recorded, __: Transaction) -> None:
        raise ValueError("planned")

    receiver = Receiver("sample", subscribing, TYPES, {Counted: broken}, Archive([]))
    receiver.receive([message])
    assert len(receiver.parked()) == 1
    reaction, queue = Reaction(), Queue(message)
    mended = subscriber(subscribing, reaction, queue, Archive([]))
    mended.run(queue.stopping)
    assert mended.receiver.parked() == []
    assert reaction.heard == [7]
