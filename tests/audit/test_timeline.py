from __future__ import annotations

from pathlib import Path

from audit.outcome import Exit
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST, WITHDRAWN

COURSE = [
    "NominationSubmitted", "CaseOpened", "ReviewCompleted", "ShortlistFixed", "NoticePublished", "AwardDecided",
    "ExemplarPublished", "FollowUpsScheduled",
]  # fmt: skip


def test_the_course_of_a_nomination_runs_through_the_logs_cause_before_effect(copy: Path) -> None:
    events = told("timeline", copy, FIRST)
    places = [(event["log"], event["position"]) for event in events]
    for place, event in enumerate(events):
        if event["cause"] is not None and (cause := (event["cause"]["source"], event["cause"]["position"])) in places:
            assert places.index(cause) < place
    types = [event["type"] for event in events]
    assert [types.index(one) for one in COURSE] == sorted(types.index(one) for one in COURSE)


def test_every_event_says_what_happened_in_a_sentence(copy: Path) -> None:
    assert ask("timeline", copy, WITHDRAWN).code == Exit.CLEAN
    assert "撤回推荐" in [event["sentence"] for event in told("timeline", copy, WITHDRAWN)]
    assert all(event["sentence"] != event["type"] for event in told("timeline", copy, WITHDRAWN))
