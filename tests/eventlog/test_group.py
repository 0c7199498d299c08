"""Commands that share a commit: each has its own answer, and none before the commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from eventlog.event import Recorded
from eventlog.group import MOST, CommitGroup
from eventlog.log import EventLog, Transaction
from eventlog.projection import rows
from eventlog.store import CommandReused, WrongExpectedVersion
from tests.eventlog.sample import COUNTS, Counted, Noted, add, provenance, stream, total
from tests.waiting import until

WITHIN = 30


class _ChangedMind(Exception):
    pass


class _Ended(BaseException):
    """As a host ends a thread."""


class _Crowd:
    """Holds whoever leads in its own command until everybody else has come, so that all of them share a transaction."""

    def __init__(self, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log = log
        self.commits = 0
        self.before_commit: Callable[[], None] = lambda: None
        monkeypatch.setattr(log.group, "_writing", self._writing)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.log.store.writing() as connection:
            yield connection
            self.before_commit()
        self.commits += 1

    def send(self, *works: Callable[[Transaction], Any], first: BaseException | None = None) -> list[Future[Any]]:
        """The works' answers in their order; they come one after the other behind one that appends ``leader``."""
        inside, everybody_came = threading.Event(), threading.Event()

        def lead(tx: Transaction) -> tuple[Recorded, ...]:
            inside.set()
            assert everybody_came.wait(WITHIN)
            if first is not None:
                raise first
            return _appending("leader")(tx)

        with ThreadPoolExecutor(len(works) + 1) as pool:
            answers = [pool.submit(self.log.run, lead)]
            assert inside.wait(WITHIN)
            for number, work in enumerate(works):
                answers.append(pool.submit(self.log.run, work))
                until(partial(self._waiting, number + 1), within=WITHIN, what="the command in the queue")
            everybody_came.set()
        return answers

    def _waiting(self, number: int) -> bool:
        return len(self.log.group._waiting) == number


@pytest.fixture
def crowd(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> _Crowd:
    return _Crowd(log, monkeypatch)


def _appending(name: str, version: int = -1) -> Callable[[Transaction], tuple[Recorded, ...]]:
    return lambda tx: tx.append(stream(name), [Counted(amount=1)], version, provenance()).events


def _streams(log: EventLog) -> list[object]:
    return [event.stream for event in log.read()]


def test_who_waits_together_is_committed_together_in_the_order_of_coming(crowd: _Crowd) -> None:
    answers = crowd.send(*(_appending(name) for name in "abc"))
    assert crowd.commits == 1
    assert [answer.result()[0].position for answer in answers] == [0, 1, 2, 3]
    assert _streams(crowd.log) == [stream(name) for name in ("leader", *"abc")]
    with crowd.log.store.reading() as connection:
        assert len(rows(connection, COUNTS)) == 4


def test_a_group_has_a_limit_and_nobody_is_left_behind(crowd: _Crowd) -> None:
    answers = crowd.send(*(_appending(str(number)) for number in range(MOST)))
    assert crowd.commits == 2
    assert [answer.result()[0].position for answer in answers] == list(range(MOST + 1))


def test_one_refused_command_does_not_disturb_its_neighbours(crowd: _Crowd) -> None:
    by = provenance()
    add(crowd.log, 1, name="taken", by=by)

    def refuse(tx: Transaction) -> None:
        raise _ChangedMind

    def reuse(tx: Transaction) -> object:
        other = provenance(by.command_id, fingerprint="other content")
        return tx.decide(stream("reused"), total, 0, lambda _: [Counted(amount=1)], other)

    crowd.commits = 0
    answers = crowd.send(refuse, reuse, _appending("b"))
    assert [type(answer.exception()) for answer in answers] == [
        type(None), _ChangedMind, CommandReused, type(None),
    ]  # fmt: skip
    assert crowd.commits == 1
    assert _streams(crowd.log) == [stream(name) for name in ("taken", "leader", "b")]


def test_a_stale_version_is_its_commands_own_conflict(crowd: _Crowd) -> None:
    answers = crowd.send(_appending("a"), _appending("leader", version=4), _appending("b"))
    assert isinstance(answers[2].exception(), WrongExpectedVersion)
    assert _streams(crowd.log) == [stream(name) for name in ("leader", "a", "b")]


def test_two_on_one_stream_decide_one_after_the_other(crowd: _Crowd) -> None:
    def one_more(tx: Transaction) -> tuple[Recorded, ...]:
        return tx.decide(stream("a"), total, 0, lambda sofar: [Counted(amount=sofar + 1)], provenance()).events

    answers = crowd.send(one_more, one_more, one_more)
    assert [answer.result()[0].data.amount for answer in answers[1:]] == [1, 2, 4]
    assert crowd.commits == 1


def test_what_a_failing_command_wrote_is_taken_back_and_its_neighbours_are_not(crowd: _Crowd) -> None:
    def change_mind(tx: Transaction) -> None:
        _appending("lost")(tx)
        raise _ChangedMind

    answers = crowd.send(_appending("a"), change_mind, _appending("b"))
    assert isinstance(answers[2].exception(), _ChangedMind)
    assert _streams(crowd.log) == [stream(name) for name in ("leader", "a", "b")]
    assert [answers[number].result()[0].position for number in (0, 1, 3)] == [0, 1, 2]
    assert [one.pub_seq for one in crowd.log.read_published(0, 10)] == [0, 1, 2]


def test_a_statement_the_database_refuses_fails_its_own_command_alone(crowd: _Crowd) -> None:
    """On PostgreSQL it also spoils the transaction for whatever comes after it."""

    def broken(tx: Transaction) -> None:
        tx.connection.execute(text("SELECT nothing FROM nowhere"))

    answers = crowd.send(_appending("a"), broken, _appending("b"))
    assert isinstance(answers[2].exception(), DBAPIError)
    assert _streams(crowd.log) == [stream(name) for name in ("leader", "a", "b")]


def test_an_error_of_the_database_that_a_command_hides_costs_no_neighbour_its_events(crowd: _Crowd) -> None:
    def hide(tx: Transaction) -> None:
        with suppress(DBAPIError):
            tx.connection.execute(text("SELECT nothing FROM nowhere"))

    answers = crowd.send(_appending("a"), hide)
    assert [answer.result()[0].position for answer in answers[:2]] == [0, 1]
    assert _streams(crowd.log) == [stream("leader"), stream("a")]


def test_a_commit_that_fails_answers_nobody_and_leaves_nothing(crowd: _Crowd) -> None:
    """A refusal neither: it may rest on a neighbour's events that never came to be."""

    def refuse_the_second(tx: Transaction) -> None:
        if tx.load(stream("leader"), total, 0) != (0, -1):
            raise _ChangedMind

    def fail() -> None:
        raise OperationalError("COMMIT", {}, Exception("the server is gone"))

    crowd.before_commit = fail
    answers = crowd.send(_appending("a"), refuse_the_second)
    assert [type(answer.exception()) for answer in answers] == [OperationalError] * 3
    assert _streams(crowd.log) == []


def test_nobody_is_answered_and_the_relay_not_woken_before_the_commit(crowd: _Crowd) -> None:
    told: list[bool] = []
    crowd.before_commit = lambda: told.append(crowd.log.published.is_set())
    crowd.send(_appending("a"), lambda tx: tx.append(stream("b"), [Noted(text="x")], -1, provenance()))
    assert told == [False]
    assert crowd.log.published.is_set()


def test_who_leads_may_be_ended_and_another_leads_the_rest(crowd: _Crowd) -> None:
    answers = crowd.send(_appending("a"), _appending("b"), first=_Ended())
    assert isinstance(answers[0].exception(), _Ended)
    assert _streams(crowd.log) == [stream("a"), stream("b")]
    assert [answer.result()[0].position for answer in answers[1:]] == [0, 1]


def test_who_leads_may_be_ended_at_the_commit_and_the_rest_is_carried_out_again(crowd: _Crowd) -> None:
    ends = iter([_Ended()])

    def end_once() -> None:
        for end in ends:
            raise end

    crowd.before_commit = end_once
    answers = crowd.send(_appending("a"), _appending("b"))
    assert isinstance(answers[0].exception(), _Ended)
    assert _streams(crowd.log) == [stream("a"), stream("b")]


def test_when_no_transaction_is_to_be_had_all_who_wait_are_told_after_one_attempt() -> None:
    """A database's host that hangs takes seconds to be given up, and one after the other they would be minutes."""
    attempts: list[OperationalError] = []
    everybody_came = threading.Event()

    @contextmanager
    def writing() -> Iterator[Connection]:
        assert everybody_came.wait(WITHIN)
        attempts.append(OperationalError("BEGIN", {}, Exception("the server is gone")))
        raise attempts[-1]
        yield  # what makes it a context manager

    group = CommitGroup(writing)
    with ThreadPoolExecutor(5) as pool:
        answers = [pool.submit(group.carry_out, lambda _: None) for _ in range(5)]
        until(lambda: len(group._waiting) == 5, within=WITHIN, what="all five in the queue")
        everybody_came.set()
    assert [answer.exception() for answer in answers] == attempts * 5
    assert len(attempts) == 1
