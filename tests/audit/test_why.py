"""From an award back to the nomination as filed; or where and why a nomination stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from audit.outcome import Exit
from eventlog import canonical
from tests.audit.asking import ask, told
from tests.audit.campaign import FAILED, FIRST, LATE, LOW, REFUSED, WITHDRAWN, WITHHELD
from tests.audit.forging import Envelope, Name, edited, ended, remade
from tests.audit.tampering import leaf_at, position_of, put_leaf, tamper
from tests.services.sample import an_id

ENDINGS = {
    FIRST: ("SHOWN", "授予一等奖"),
    LATE: ("SHOWN", "授予二等奖"),
    WITHHELD: ("WITHHELD", "异议成立，二等奖的这个名额空缺"),
    LOW: ("NOT_SHORTLISTED", "得分 70.00，复算在 4 人中第 4 名；低于最末等次三等奖的最低分 75"),
    FAILED: ("FAILED", "否决项"),
    WITHDRAWN: ("WITHDRAWN", "撤回"),
    REFUSED: ("REFUSED", "名额为 2 名，已报满"),
}
STAGES = ["展示", "决定", "公示", "异议", "名次", "合成", "评分", "分派", "建档", "推荐", "开启"]
SOONER: list[tuple[Name, str]] = [
    (("nomination", "NominationSubmitted", 1), "SUBMITTED"),
    (("review", "ReviewersAssigned", 4), "UNDER_REVIEW"),
    (("review", "ReviewCompleted", 4), "COMPLETED"),
    (("review", "ShortlistFixed", 0), "SHORTLISTED"),
    (("publicity", "NoticePublished", 0), "ON_NOTICE"),
    (("review", "AwardDeferred", 0), "DEFERRED"),
    (("review", "AwardDecided", 1), "AWARDED"),
]


def stages(walk: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(step["stage"] for step in walk["steps"]))


def sentences(walk: dict[str, Any], stage: str) -> list[str]:
    return [step["sentence"] for step in walk["steps"] if step["stage"] == stage]


@pytest.mark.parametrize("nomination", ENDINGS)
def test_every_nomination_says_how_it_ended_and_why(copy: Path, nomination: UUID) -> None:
    ending, reason = ENDINGS[nomination]
    walk = told("why", copy, nomination)
    assert (walk["ending"], reason in walk["verdict"], walk["doubts"]) == (ending, True, [])
    answer = ask("why", copy, nomination)
    assert (answer.code, reason in answer.out.replace("\n", "")) == (Exit.CLEAN, True)


@pytest.mark.parametrize(("last", "ending"), SOONER)
def test_a_nomination_still_under_way_says_how_far_it_came(
    played: Path, tmp_path: Path, last: Name, ending: str
) -> None:
    assert told("why", remade(played, tmp_path / "anew", ended(last)), LATE)["ending"] == ending


def test_the_way_leads_from_the_exemplar_back_to_the_season(copy: Path) -> None:
    assert stages(told("why", copy, LATE)) == STAGES
    assert stages(told("why", copy, LOW)) == ["名次", "合成", "评分", "分派", "建档", "推荐", "开启"]
    assert stages(told("why", copy, REFUSED)) == ["推荐", "开启"]


def test_every_step_stands_where_it_says_with_the_hash_it_says(copy: Path) -> None:
    for step in told("why", copy, LATE)["steps"]:
        with closing(sqlite3.connect(copy / f"{step['log']}.sqlite3")) as connection:
            leaf = leaf_at(connection, step["position"])
        envelope = canonical.loads(leaf)["e"]
        assert (step["leafhash"], step["type"]) == (canonical.leaf_hash(leaf), envelope["type"])
        assert (step["actor"], step["time"]) == (envelope["actor"], envelope["time"])


def test_each_link_to_another_log_is_the_cause_named_there(copy: Path) -> None:
    steps = told("why", copy, LATE)["steps"]
    places = {(step["log"], step["position"]): step["leafhash"] for step in steps}
    causes = [step["cause"] for step in steps if step["cause"]]
    assert len(causes) == 5
    assert all(places[cause["source"], cause["position"]] == cause["leafhash"] for cause in causes)


def test_scores_recusals_and_recomputed_figures_are_told(copy: Path) -> None:
    walk = told("why", copy, LATE)
    assert len(sentences(walk, "评分")) == 5
    assert all("实绩" in sentence for sentence in sentences(walk, "评分"))
    assert "复算 88.00，相符；去掉的是 86.50，89.00" in sentences(walk, "合成")[1]
    assert "本单位" in sentences(walk, "分派")[0]
    assert sentences(walk, "分派")[1].endswith("按种子复算相符")
    assert sentences(walk, "名次") == ["第 2 名，88 分，拟二等奖；复算第 2 名，88.00 分，二等奖"]


def test_a_figure_that_does_not_recompute_is_a_doubt_at_its_place(played: Path, tmp_path: Path) -> None:
    def more(whole: Envelope) -> None:
        whole["data"]["mean"] = "89.00"

    folder = remade(played, tmp_path / "anew", edited("review", "ScoreAggregated", 1, more))
    walk = told("why", folder, LATE)
    assert ask("why", folder, LATE).code == Exit.FOUND
    assert "复算 88.00，不符" in sentences(walk, "合成")[1]
    assert any("得分记为 89.00，复算为 88.00" in doubt for doubt in walk["doubts"])
    assert told("why", folder, LOW)["doubts"] == []


def test_a_cause_that_is_no_longer_what_it_was_is_a_doubt(copy: Path) -> None:
    place = position_of(copy, "review", "AwardDecided")

    def forge(connection: sqlite3.Connection) -> None:
        put_leaf(connection, place, leaf_at(connection, place).replace("一等奖".encode(), "二等奖".encode()))

    tamper(copy, "review", forge)
    doubts = told("why", copy, FIRST)["doubts"]
    assert any(f"起因 review 第 {place} 号" in doubt for doubt in doubts)


def test_a_nomination_nobody_knows_is_refused(copy: Path) -> None:
    answer = ask("why", copy, an_id("nobody"))
    assert (answer.code, "没有编号为" in answer.err) == (Exit.UNUSABLE, True)
