"""A follower: every event at least once and in order, whatever is away for a while."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError

from eventlog.event import Recorded
from eventlog.follower import Follower, NotNow
from eventlog.log import EventLog
from tests.eventlog.sample import add

EVENTS = 4


@dataclass
class Page:
    """Writes down positions; ``failures`` come first. It stops the loop at the last event."""

    failures: list[Exception] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def follow(self, event: Recorded) -> None:
        if event.position and self.failures:
            raise self.failures.pop()
        self.written.append(event.position)
        if event.position == EVENTS - 1:
            self.stopping.set()


@pytest.fixture
def followed(file_log: EventLog) -> EventLog:
    for amount in range(EVENTS):
        add(file_log, amount)
    return file_log


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "failure",
    [NotNow("planned"), OperationalError("planned", {}, ConnectionError("planned")), OSError(28, "planned")],
    ids=["page", "database", "disk"],
)
def test_what_is_away_for_a_while_does_not_end_the_loop_i13(
    followed: EventLog, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that was away once did (found by the simulation)."""
    monkeypatch.setattr("eventlog.follower.RETRY_SECONDS", 0.001)
    page = Page(failures=[failure])
    Follower("page", followed, page.follow).run(page.stopping)
    assert page.written == list(range(EVENTS))


def test_a_follower_that_starts_again_goes_on_where_its_cursor_is(followed: EventLog) -> None:
    assert Follower("page", followed, Page().follow).run_once() == EVENTS
    add(followed, 1)
    page = Page()
    assert Follower("page", followed, page.follow).run_once() == 1
    assert page.written == [EVENTS]


def test_two_followers_have_each_a_cursor(followed: EventLog) -> None:
    assert Follower("one", followed, Page().follow).run_once() == EVENTS
    assert Follower("other", followed, Page().follow).run_once() == EVENTS
