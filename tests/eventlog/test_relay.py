"""The relay: what the broker has confirmed is always a prefix of what was published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError

from eventlog.broker.memory import MemoryBroker
from eventlog.event import Published
from eventlog.log import EventLog
from eventlog.relay import WINDOW, BrokerUnavailable, Relay, nothing
from tests.eventlog.sample import Counted, Noted, add, provenance, stream
from tests.waiting import until


@dataclass
class Wire:
    """A broker that takes what it is told to: ``answers`` are the confirms of the next calls, None meaning none."""

    answers: list[int | None] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set with the first confirm."""

    def publish(self, messages: Sequence[Published], meanwhile: Callable[[], None] = nothing) -> int:
        self.taken += [message.pub_seq for message in messages]
        meanwhile()
        answer = self.answers.pop(0) if self.answers else len(messages)
        if answer is None:
            raise BrokerUnavailable("planned")
        self.stopping.set()
        self.confirmed += [message.pub_seq for message in messages[:answer]]
        return min(answer, len(messages))

    def close(self) -> None:
        """Nothing is held."""


def test_published_events_go_out_in_order_and_once(file_log: EventLog) -> None:
    for amount in range(7):
        add(file_log, amount)
    with file_log.transaction() as tx:
        tx.append(stream("private"), [Noted(text="x")], -1, provenance())
    wire = Wire()
    relay = Relay(file_log, wire)
    assert [relay.run_once(), relay.run_once()] == [7, 0]
    assert wire.taken == list(range(7))


def test_a_restarted_relay_goes_on_where_the_confirms_ended(file_log: EventLog) -> None:
    for amount in range(6):
        add(file_log, amount)
    assert Relay(file_log, Wire(answers=[4])).run_once() == 4
    wire = Wire()
    Relay(file_log, wire).run_once()
    assert wire.taken == [4, 5]


def test_nothing_is_passed_over_when_confirms_fail_anywhere_m03(file_log: EventLog) -> None:
    for amount in range(10):
        add(file_log, amount)
    wire = Wire(answers=[3, None, None, 1, 6])
    relay = Relay(file_log, wire)
    for _ in range(5):
        try:
            relay.run_once()
        except BrokerUnavailable:
            continue
    assert relay.run_once() == 0
    assert wire.confirmed == list(range(10))
    first_seen = [number for place, number in enumerate(wire.taken) if number not in wire.taken[:place]]
    assert first_seen == list(range(10))


def test_a_crash_before_the_cursor_moves_repeats_at_most_a_window(
    file_log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for amount in range(3):
        add(file_log, amount)
    wire = Wire()
    relay = Relay(file_log, wire)
    with monkeypatch.context() as crash:
        crash.setattr("eventlog.relay.upsert", _crash)
        with pytest.raises(KeyboardInterrupt):
            relay.run_once()
    Relay(file_log, wire).run_once()
    assert wire.taken == [0, 1, 2, 0, 1, 2]


def test_a_backlog_larger_than_the_window_goes_out_whole(file_log: EventLog) -> None:
    with file_log.transaction() as tx:
        for number in range(WINDOW + 20):
            tx.append(stream(str(number)), [Counted(amount=1)], -1, provenance())
    wire = Wire()
    relay = Relay(file_log, wire)
    assert [relay.run_once(), relay.run_once(), relay.run_once()] == [WINDOW, 20, 0]


@pytest.mark.parametrize("answer", [WINDOW - 3, None])
def test_what_was_read_ahead_waits_for_what_was_not_confirmed(file_log: EventLog, answer: int | None) -> None:
    with file_log.transaction() as tx:
        for number in range(2 * WINDOW):
            tx.append(stream(str(number)), [Counted(amount=1)], -1, provenance())
    wire = Wire(answers=[answer])
    relay = Relay(file_log, wire)
    for _ in range(4):
        with suppress(BrokerUnavailable):
            relay.run_once()
    assert wire.confirmed == list(range(2 * WINDOW))


def test_a_running_relay_is_woken_by_the_commit(file_log: EventLog) -> None:
    broker = MemoryBroker()
    queue = broker.subscription("me", "sample")
    relay, stopping = Relay(file_log, broker.publisher("sample")), threading.Event()
    thread = threading.Thread(target=relay.run, args=[stopping])
    thread.start()
    add(file_log, 1)
    got = until(lambda: queue.receive(0.05), within=10, what="the event on the broker")
    stopping.set()
    thread.join(10)
    assert [one.pub_seq for one in got] == [0]
    assert not thread.is_alive()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("away", ["broker", "database"])
def test_what_is_away_for_a_while_does_not_end_the_loop_i13(
    file_log: EventLog, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    """A database that was away once did (found by the simulation)."""
    monkeypatch.setattr("eventlog.relay.RETRY_SECONDS", 0.001)
    add(file_log, 1)
    stopping = threading.Event()
    wire = Wire(answers=[None] if away == "broker" else [], stopping=stopping)
    relay = Relay(file_log, wire)
    if away == "database":
        failing = iter([OperationalError("planned", {}, ConnectionError("planned"))])
        read = file_log.read_published

        def read_published(first: int, limit: int) -> Sequence[Published]:
            for error in failing:
                raise error
            return read(first, limit)

        monkeypatch.setattr(file_log, "read_published", read_published)
    relay.run(stopping)
    assert wire.taken == ([0, 0] if away == "broker" else [0])


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
