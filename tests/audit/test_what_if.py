"""A season judged once more by other rules, marked as a simulation wherever it appears (R-27)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from audit.outcome import Exit
from tests.audit.asking import ask, told
from tests.audit.campaign import FAILED, FIRST, LATE, LOW, WITHHELD
from tests.audit.forging import copied, edited, remade
from tests.services.sample import SEASON, an_id

HIGHER = """
[[tiers]]
name = "一等奖"
places = 1
minimum_score = "95"
[[tiers]]
name = "二等奖"
places = 2
minimum_score = "85"
"""
ONLY_PEOPLE = """
[[rubric]]
name = "群众基础"
weight = 100
"""
UNCHANGED = {FIRST: (1, "一等奖"), LATE: (2, "二等奖"), WITHHELD: (3, "二等奖"), LOW: (4, None), FAILED: (None, None)}


def tried(copy: Path, tmp_path: Path, rules: str) -> Any:
    """The simulation's JSON."""
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    return told("what-if", copy, tmp_path / "rules.toml", "--out", tmp_path / "out")


def places(simulation: Any, side: str = "would_be") -> dict[UUID, tuple[int | None, str | None]]:
    return {UUID(one["nomination_id"]): (one[side]["rank"], one[side]["tier"]) for one in simulation["nominations"]}


@pytest.mark.parametrize(
    ("rules", "changed"),
    [
        (HIGHER, {FIRST: (1, "二等奖"), LATE: (2, "二等奖"), WITHHELD: (3, None)}),
        (ONLY_PEOPLE, {FAILED: (2, "二等奖"), LATE: (3, "二等奖"), LOW: (4, "三等奖"), WITHHELD: (5, None)}),
        ("unit_quota = 1", {LATE: (None, None), WITHHELD: (2, "二等奖"), LOW: (None, None)}),
        ('averaging = "median"', {}),
        ("trim_from = 7", {}),
    ],
)
def test_everybody_is_ranked_anew_from_the_score_sheets_r27(
    copy: Path, tmp_path: Path, rules: str, changed: dict[UUID, tuple[int | None, str | None]]
) -> None:
    simulation = tried(copy, tmp_path, rules)
    assert places(simulation, "was") == UNCHANGED
    assert places(simulation) == UNCHANGED | changed


def test_averaging_and_trimming_change_the_scores(copy: Path, tmp_path: Path) -> None:
    simulation = tried(copy, tmp_path, "trim_from = 7")
    assert [one["would_be"]["score"] for one in simulation["nominations"][:2]] == ["93.90", "87.90"]


def test_who_gains_and_who_loses_is_said_beside_what_was_decided(copy: Path, tmp_path: Path) -> None:
    simulation = tried(copy, tmp_path, ONLY_PEOPLE)
    turns = {UUID(one["nomination_id"]): (one["turn"], one["awarded"]) for one in simulation["nominations"]}
    assert turns == {
        FIRST: ("stays", "一等奖"),
        LATE: ("stays", "二等奖"),
        WITHHELD: ("loses", None),
        LOW: ("gains", None),
        FAILED: ("gains", None),
    }
    text = (tmp_path / "out" / "模拟.txt").read_text("utf-8")
    assert f"【模拟】得到等次：{LOW}，原第 4 名 70.00 分（无等次），模拟第 4 名 85.00 分（三等奖）" in text


def test_every_output_and_every_row_of_it_says_that_it_is_a_simulation_r27(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(HIGHER, encoding="utf-8")
    answer = ask("what-if", copy, tmp_path / "rules.toml", "--out", tmp_path / "out")
    assert answer.code == Exit.CLEAN
    assert all(line.startswith("【模拟") for line in answer.out.splitlines())
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["模拟.csv", "模拟.json", "模拟.txt"]
    assert (tmp_path / "out" / "模拟.txt").read_text("utf-8") == answer.out
    whole = json.loads((tmp_path / "out" / "模拟.json").read_text("utf-8"))
    assert "不是评审结果" in whole["模拟"]
    assert all(one["模拟"] for one in whole["nominations"])
    with (tmp_path / "out" / "模拟.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert (header[0], {row[0] for row in rows}, len(rows)) == ("模拟", {"模拟"}, 5)


def test_a_simulation_is_not_taken_for_a_log(copy: Path, tmp_path: Path) -> None:
    tried(copy, tmp_path, HIGHER)
    answer = ask("verify", tmp_path / "out")
    assert (answer.code, "模拟结果，不是日志" in answer.err) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("", "没有改任何规则"),
        ("notice_days = 3", "notice_days：没有这个字段"),
        ("= 3", "TOML"),
        ("unit_quota = 3", "只能试得更少"),
        ("trim_from = 2", "trim_from"),
        ('averaging = "best"', "averaging"),
        ('[[rubric]]\nname = "实绩"\nweight = 90', "合计应为 100，现为 90"),
        ('[[rubric]]\nname = "外语"\nweight = 100', "没有给“外语”打过分"),
        ('[[rubric]]\nname = "群众基础"\nweight = 100\npass_fail = true', "不能改作否决项"),
        (HIGHER.replace("二等奖", "一等奖"), "等次里有重复的名称"),
    ],
)
def test_rules_the_score_sheets_cannot_answer_are_refused(
    copy: Path, tmp_path: Path, rules: str, sentence: str
) -> None:
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    answer = ask("what-if", copy, tmp_path / "rules.toml", "--out", tmp_path / "out")
    assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_into_the_copy_or_over_other_files(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(HIGHER, encoding="utf-8")
    for out, sentence in ((copy / "out", "日志副本里面"), (tmp_path, "不是空目录")):
        answer = ask("what-if", copy, tmp_path / "rules.toml", "--out", out)
        assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_a_shortlist_that_does_not_recompute_is_nothing_to_compare_with(played: Path, tmp_path: Path) -> None:
    change = edited("review", "ShortlistFixed", 0, lambda whole: whole["data"]["entries"].pop())
    (tmp_path / "rules.toml").write_text(HIGHER, encoding="utf-8")
    folder = remade(played, tmp_path / "anew", change)
    answer = ask("what-if", folder, tmp_path / "rules.toml", "--out", tmp_path / "out")
    assert (answer.code, "audit rules" in answer.err) == (Exit.UNUSABLE, True)


def test_of_several_seasons_one_must_be_named(played: Path, tmp_path: Path) -> None:
    shortlist = ("review", "ShortlistFixed", 0)
    other = str(an_id("next season"))
    folder = remade(
        played, tmp_path / "anew", copied(shortlist, shortlist, lambda whole: whole["data"].update(season_id=other))
    )
    (tmp_path / "rules.toml").write_text(HIGHER, encoding="utf-8")
    question = ("what-if", folder, tmp_path / "rules.toml", "--out", tmp_path / "out")
    answer = ask(*question)
    assert (answer.code, f"{SEASON}、{other}" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
    assert ask(*question, "--season", an_id("nowhere")).code == Exit.UNUSABLE
    assert ask(*question, "--season", SEASON).code == Exit.CLEAN
