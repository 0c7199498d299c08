from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from contracts.actor import Role
from eventlog.kernel_events import KERNEL_EVENTS
from gateway import events as gateway_events
from gateway.desk import CONTRACTS
from gateway.pages.frame import NAVIGATION
from gateway.wording import BOOKKEEPING, EVENTS, OPERATIONS, sentence_of, short_course
from services.inspection import events as inspection_events
from services.nomination import events as nomination_events
from services.publicity import events as publicity_events
from services.review import events as review_events
from tests.gateway import courses

LOGS: list[ModuleType] = [
    nomination_events, review_events, publicity_events, inspection_events, gateway_events,
]  # fmt: skip


def kinds_of(log: ModuleType) -> dict[str, type]:
    kinds = (*log.PRIVATE, *getattr(log, "PUBLISHED", ()), *KERNEL_EVENTS)
    return {kind.__name__: kind for kind in kinds}


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.__name__)
def test_every_event_of_every_log_is_told_in_a_chinese_sentence(log: ModuleType) -> None:
    assert kinds_of(log).keys() - EVENTS.keys() == set()


def test_no_sentence_is_left_of_an_event_nobody_writes() -> None:
    assert EVENTS.keys() - set().union(*map(kinds_of, LOGS)) == set()


def test_a_short_course_leaves_bookkeeping_out_and_nothing_else() -> None:
    entries = [courses.entry("nomination", place, kind, 1782090000) for place, kind in enumerate(EVENTS)]
    assert EVENTS.keys() >= BOOKKEEPING
    assert {entry.type for entry, _ in short_course(entries)} == EVENTS.keys() - BOOKKEEPING


def test_a_sentence_uses_only_fields_its_event_has() -> None:
    kinds = {name: kind for log in LOGS for name, kind in kinds_of(log).items()}
    for name, template in EVENTS.items():
        known = set(inspect.signature(kinds[name]).parameters) | {"sentence"}
        used = {part.split("}")[0] for part in template.split("{")[1:]}
        assert used <= known, name


def test_every_command_and_query_has_its_words() -> None:
    named = {kind.__name__ for module in CONTRACTS.values() for kind in (*module.COMMANDS, *module.QUERIES)}
    assert named - OPERATIONS.keys() == set()


def test_every_role_that_signs_in_has_somewhere_to_go() -> None:
    assert NAVIGATION.keys() == set(Role) - {Role.SYSTEM}


@pytest.mark.parametrize(
    ("kind", "details", "sentence"),
    [
        ("ObjectionRuled", {"upheld": "True"}, "裁定异议：成立"),
        ("ObjectionRuled", {"upheld": "False"}, "裁定异议：不成立"),
        ("NoticePublished", {"ends_at": "2026-06-29T17:30:00+08:00", "rule": "5 个工作日"},
         "发布公示，到 6月29日 17:30 期满（5 个工作日）"),
        ("ReviewCompleted", {"reviewers": "5"}, "评审完成，5 位评委，得分 —"),
        ("NominationRefused", {"code": "nomination.duplicate"},
         "没有收下这份推荐：这名被推荐人（同名、同出生年月、同工作单位）本届已有推荐件，不能重复推荐（N-15）"),
        ("SomethingNew", {}, "SomethingNew"),
    ],
)  # fmt: skip
def test_facts_stand_in_the_sentence_as_a_clerk_writes_them(kind: str, details: dict[str, str], sentence: str) -> None:
    assert sentence_of(courses.entry("review", 1, kind, 1782090000, **details)) == sentence
