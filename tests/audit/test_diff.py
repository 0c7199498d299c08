"""What changed between two moments, by the rows and by the events (X-02)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, insert

from audit.outcome import Exit
from audit.vocabulary import VOCABULARIES
from eventlog.event import Recorded
from eventlog.projection import Projection
from gateway.events import SignedIn, SignedOut
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST, LATE, WITHHELD

BEFORE_NOTICE, NOTICE_OVER, AFTER_RULING = "2026-06-01T08:00", "2026-06-15T10:00", "2026-06-16T10:00"


def tables(told_tables: list[dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Came, went, changed; without the index of what the others say."""
    return {
        f"{one['log']}.{one['table']}": (len(one["came"]), len(one["went"]), len(one["changed"]))
        for one in told_tables
        if one["table"] != "mention"
    }


def test_rows_that_came_and_changed_are_told_by_read_model(copy: Path) -> None:
    difference = told("diff", copy, BEFORE_NOTICE, NOTICE_OVER)
    assert tables(difference["tables"]) == {
        "review.round": (0, 0, 1),
        "review.review_case": (0, 0, 3),
        "review.objection": (2, 0, 0),
        "publicity.notice": (0, 0, 1),
        "publicity.exemplar": (1, 0, 0),
        "inspection.follow_up": (2, 0, 0),
    }


def test_a_changed_row_tells_its_key_and_only_what_changed(copy: Path) -> None:
    (late,) = (
        row
        for table in told("diff", copy, NOTICE_OVER, AFTER_RULING)["tables"]
        for row in table["changed"]
        if row["key"] == {"nomination_id": str(LATE)}
    )
    assert (late["was"].pop("version"), late["is_now"].pop("version")) == (10, 14)
    assert late["was"] == {"awarded_tier": None, "open_objections": 1}
    assert late["is_now"] == {"awarded_tier": "二等奖", "open_objections": 0}


def test_a_row_that_went_is_told_whole(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No read model of today lets a row go, so one is made up."""
    inside = Table("inside", MetaData(), Column("account", Text, primary_key=True))

    def enter(connection: Connection, signed_in: SignedIn, _event: Recorded) -> None:
        connection.execute(insert(inside).values(account=signed_in.account))

    def leave(connection: Connection, _signed_out: SignedOut, _event: Recorded) -> None:
        connection.execute(delete(inside))

    projection = Projection("inside", 1, [inside], {SignedIn: enter, SignedOut: leave})
    monkeypatch.setitem(VOCABULARIES, "gateway", replace(VOCABULARIES["gateway"], projections=[projection]))
    tables = told("diff", copy, "2026-04-01T09:00:30", "2026-04-01T09:01")["tables"]
    (change,) = (one for one in tables if one["log"] == "gateway")
    assert (change["table"], change["came"], change["went"]) == ("inside", [], [{"account": "office"}])
    assert "－ 门户 inside account office" in ask("diff", copy, "2026-04-01T09:00:30", "2026-04-01T09:01").out


def test_events_between_are_told_cause_before_effect(copy: Path) -> None:
    events = told("diff", copy, BEFORE_NOTICE, NOTICE_OVER)["events"]
    types = [event["type"] for event in events]
    course = ["NoticePublished", "NoticeOpened", "ObjectionRaised", "NoticeClosed", "AwardDecided", "ExemplarPublished"]
    assert [types.index(one) for one in course] == sorted(types.index(one) for one in course)
    assert "发布公示" in events[0]["sentence"]


def test_the_two_spans_of_a_period_hold_every_event_of_it_once(copy: Path) -> None:
    def places(first: str, second: str) -> list[tuple[str, int]]:
        return [(event["log"], event["position"]) for event in told("diff", copy, first, second)["events"]]

    whole = places(BEFORE_NOTICE, AFTER_RULING)
    closed = "2026-06-15T09:00"  # to the second when events happened
    assert sorted(places(BEFORE_NOTICE, closed) + places(closed, AFTER_RULING)) == sorted(whole)


def test_a_span_without_events_changes_nothing(copy: Path) -> None:
    assert told("diff", copy, BEFORE_NOTICE, BEFORE_NOTICE) == {"tables": [], "events": []}
    assert "没有变化" in ask("diff", copy, BEFORE_NOTICE, BEFORE_NOTICE).out


def test_the_text_names_rows_and_events(copy: Path) -> None:
    answer = ask("diff", copy, BEFORE_NOTICE, NOTICE_OVER)
    assert answer.code == Exit.CLEAN
    assert f"＋ 宣传 exemplar nomination_id {FIRST}" in answer.out
    assert f"～ 评审 review_case nomination_id {WITHHELD}：" in answer.out
    assert "异议成立" in answer.out


@pytest.mark.parametrize(("first", "second"), [(NOTICE_OVER, BEFORE_NOTICE), ("六月", NOTICE_OVER)])
def test_moments_that_make_no_span_are_refused(copy: Path, first: str, second: str) -> None:
    assert ask("diff", copy, first, second).code == Exit.UNUSABLE
