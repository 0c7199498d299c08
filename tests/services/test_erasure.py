"""A person's data is erased: every copy goes, every proof stays, and what must be kept is kept (X-15, X-16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from contracts.actor import Actor, Role
from contracts.errors import Problem
from contracts.fields import Withheld
from contracts.nomination import (
    CloseNominations,
    ErasePersonalData,
    ErasureGround,
    ListNominations,
    NameNominees,
    ShowNomination,
    WithdrawNomination,
)
from contracts.review import (
    AssignReviewers,
    EnrolReviewer,
    FixShortlist,
    ObjectorKind,
    RaiseObjection,
    RuleObjection,
    ShowCase,
)
from contracts.rpc import TellTimeline, TimelineView, result_of
from eventlog.canonical import loads
from eventlog.codec import from_json
from tests.services.county import SERVICES, County, awarded, on_notice, reviewer
from tests.services.sample import HONOUR, REVIEWING, SEASON, an_id, points, sign, submit, unit

LAST = an_id("nomination 3")
NAME, PHONE, DEEDS = "鿍演示", "演示电话 137-0000", "只此一份的演示事迹，别处没有。"
COMMENT = "同志的材料属实（演示）"
WORDS = (NAME, PHONE, DEEDS, "只此一枚的演示奖章")
LEADER = Actor(account="leader", role=Role.LEADER)


def erase(county: County, nomination_id: UUID = LAST) -> None:
    command = ErasePersonalData(nomination_id=nomination_id, ground=ErasureGround.RETENTION_ENDED)
    county.do("nomination", command)
    county.settle()


def refusal(county: County, nomination_id: UUID) -> str:
    with pytest.raises(Problem) as refused:
        erase(county, nomination_id)
    return f"{refused.value.code}：{refused.value.message}"


@pytest.fixture
def rejected(county: County) -> County:
    """Four nominations are scored, the last of them the lowest; three make the shortlist."""
    form = {"name": NAME, "contact": PHONE, "deeds": DEEDS, "honours": (replace(HONOUR, title="只此一枚的演示奖章"),)}
    for number in range(3):
        county.do("nomination", submit(number, 1 + number // 2))
    county.do("nomination", submit(3, 2, **form))
    county.do("nomination", CloseNominations(season_id=SEASON))
    county.settle()
    for one in range(6):
        county.do("review", EnrolReviewer(reviewer_id=an_id(f"reviewer {one}"), name="评演示", unit_id=unit(one % 4)))
    county.do("review", AssignReviewers(season_id=SEASON, seed="演示种子"))
    county.clock.moment = REVIEWING
    for place in range(4):
        case = county.ask("review", ShowCase(nomination_id=an_id(f"nomination {place}")))
        for one in case.reviewers:
            score = replace(
                sign(case.row.nomination_id, one, points(str(94 - place))), comment=NAME + COMMENT if place == 3 else ""
            )
            county.do("review", score, replace(reviewer(0), subject_id=one))
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    return county


def files_with(folder: Path, words: tuple[str, ...]) -> Iterator[str]:
    """Files that hold one of the words, in any spelling our programs write."""
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in words:
            spellings = (word.encode(), word.encode("utf-16-le"), word.encode("unicode_escape"))
            if any(spelling in content for spelling in spellings):
                yield f"{path.name}: {word}"


def test_x15_no_byte_of_an_erased_person_is_left_in_any_file(rejected: County) -> None:
    words = (*WORDS, COMMENT)
    assert {found.partition(": ")[2] for found in files_with(rejected.folder, words)} == set(words)
    erase(rejected)
    assert list(files_with(rejected.folder, words)) == []


def test_x15_every_leaf_stands_as_it_stood(rejected: County) -> None:
    before = {name: list(rejected.hosted[name].log.read_leaves()) for name in SERVICES}
    erase(rejected)
    for name in SERVICES:
        leaves = list(rejected.hosted[name].log.read_leaves())
        assert leaves[: len(before[name])] == before[name]
        assert not any(word.encode() in leaf for leaf in leaves for word in WORDS)


def test_x16_every_service_that_held_a_copy_acknowledges(rejected: County) -> None:
    erase(rejected)
    assert rejected.types("nomination")[-1] == "PersonalDataErased"
    proof = list(rejected.hosted["nomination"].log.read())[-1]
    for name in ("review", "publicity", "inspection"):
        last = list(rejected.hosted[name].log.read())[-1]
        assert last.type == "PersonalDataErasureAcknowledged"
        assert last.cause == proof.as_cause().named()
    assert list(rejected.hosted["review"].log.read())[-1].data.events == 3  # three reviewers had written a comment


def test_what_is_shown_of_an_erased_person_says_so(rejected: County) -> None:
    erase(rejected)
    view = rejected.ask("nomination", ShowNomination(nomination_id=LAST))
    assert (view.form, view.row.name, view.row.title) == (None, "已删除", "已删除")
    page = rejected.ask("nomination", ListNominations(season_id=SEASON))
    assert [row.name for row in page.rows].count("已删除") == 1
    found = rejected.ask("nomination", ListNominations(season_id=SEASON, search="演示"))
    assert LAST not in {row.nomination_id for row in found.rows}
    named = rejected.ask("nomination", NameNominees(nomination_ids=(LAST,))).rows[0]
    assert (named.name, named.deeds) == ("已删除", "")
    sheets = rejected.ask("review", ShowCase(nomination_id=LAST)).score_sheets
    assert {sheet.comment for sheet in sheets} == {"已删除"}
    told = result_of(rejected.reply("nomination", TellTimeline(thing=LAST), operation="TellTimeline"))
    timeline: TimelineView = from_json(TimelineView, told)
    filed = next(entry for entry in timeline.rows if entry.type == "NominationFiled")
    assert [detail.value for detail in filed.details if detail.name == "personal_data"] == [Withheld.ERASED.value]


def test_i7_read_models_are_those_of_a_rebuild_after_an_erasure(rejected: County) -> None:
    erase(rejected)
    for name in SERVICES:
        live = rejected.read_models(name)
        log = rejected.hosted[name].log
        log.rebuild(log.projections)
        assert rejected.read_models(name) == live


def test_who_was_erased_may_be_nominated_again_as_somebody_new(rejected: County) -> None:
    erase(rejected)
    log = rejected.hosted["nomination"].log
    nominees = [event.stream for event in log.read() if event.type == "NomineeReserved"]
    assert len(set(nominees)) == 4
    subjects = [loads(leaf)["e"]["subject"] for leaf in log.read_leaves()]
    assert all(NAME not in subject for subject in subjects)


def test_x16_before_the_shortlist_nobody_is_erased_who_has_not_been_withdrawn(county: County) -> None:
    county.do("nomination", submit(0))
    first = an_id("nomination 0")
    assert refusal(county, first) == (
        "nomination.erasure_held：现在不能删除个人信息：评审尚未形成建议名单（X-16）。在此之前只保存，不作他用。"
    )
    assert county.types("nomination")[-1] == "ErasureRefused"
    county.do("nomination", WithdrawNomination(nomination_id=first, unit_id=unit(1), reason="演示撤回"))
    erase(county, first)
    assert county.ask("nomination", ShowNomination(nomination_id=first)).form is None


def test_x16_an_awarded_person_s_file_is_kept_for_ever(county: County) -> None:
    first = awarded(county)[0]
    told = refusal(county, first)
    assert "已列入建议名单" in told
    assert "档案永久保存" in told
    assert county.ask("nomination", ShowNomination(nomination_id=first)).form is not None


def test_x16_an_open_objection_holds_and_its_ruling_lifts(county: County) -> None:
    first = on_notice(county)[0]
    raised = RaiseObjection(
        objection_id=an_id("objection"), nomination_id=first, objector=ObjectorKind.INDIVIDUAL, name="异演示",
        contact="演示电话", content="演示异议内容。",
    )  # fmt: skip
    county.do("review", raised)
    county.settle()
    assert "异议尚未裁定" in refusal(county, first)
    ruling = RuleObjection(
        nomination_id=first, objection_id=raised.objection_id, upheld=False, reason="演示理由，不成立。"
    )
    county.do("review", ruling, LEADER)
    county.settle()
    assert "异议尚未裁定" not in refusal(county, first)


def test_an_erasure_asked_for_twice_is_told_that_it_is_done(rejected: County) -> None:
    erase(rejected)
    assert refusal(rejected, LAST).startswith("nomination.already_erased")
