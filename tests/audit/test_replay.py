"""Read models equal what the log gives; an earlier moment shows the state of then (X-02, scenario 35)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from audit.outcome import Exit
from tests.audit.asking import ask, told
from tests.services.sample import NOTICE_STARTS


def change_row(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "review.sqlite3")) as connection:
        connection.execute("UPDATE review_case SET score = 9999 WHERE rank = 1")
        connection.commit()


def test_a_changed_row_of_a_read_model_is_found_by_replay_alone(data: Path) -> None:
    change_row(data / "logs")
    assert ask("verify", data).code == Exit.CLEAN
    assert ask("replay", data).code == Exit.FOUND
    unequal = [one for one in told("replay", data) if not one["equal"]]
    assert [(one["log"], one["table"], len(one["missing"]), len(one["extra"])) for one in unequal] == [
        ("review", "review_case", 1, 1)
    ]
    assert "9999" in unequal[0]["extra"][0]


def test_an_earlier_moment_shows_an_earlier_state_x02(copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "then"
    before = NOTICE_STARTS.replace(hour=0)
    results = told("replay", copy, "--until", before.isoformat(), "--out", out)
    rebuilt = {(one["log"], one["table"]): one["rebuilt"] for one in results}
    assert rebuilt["review", "review_case"] == 6
    assert rebuilt["publicity", "exemplar"] == 0
    assert {one["live"] for one in results if one["log"] == "publicity"} == {None}
    with closing(sqlite3.connect(out / "review.sqlite3")) as connection:
        assert connection.execute("SELECT state FROM round").fetchall() == [("已提名单",)]
        assert connection.execute("SELECT DISTINCT awarded_tier FROM review_case").fetchall() == [(None,)]


def test_a_moment_without_a_zone_is_beijings(copy: Path) -> None:
    def published(moment: str) -> int:
        results = told("replay", copy, "--until", moment)
        return int(next(one["rebuilt"] for one in results if one["table"] == "exemplar"))

    assert (published("2026-06-15T08:59:59"), published("2026-06-15T09:00:00")) == (0, 1)


def test_without_keys_nothing_personal_is_compared_and_that_is_said(copy: Path) -> None:
    withheld = [f"{one['table']}.{column}" for one in told("replay", copy) for column in one["withheld"]]
    assert withheld == [
        "nomination.search_key", "nomination.form", "nominee.identity", "reviewer.name", "assignment.comment",
        "objection.reason", "inspector.name",
    ]  # fmt: skip
    assert "没有钥匙不比较：nomination.search_key" in ask("replay", copy).out


def test_with_keys_everything_is_compared(copy: Path, personal_keys: Path) -> None:
    compared = told("replay", copy, "--personal-keys", personal_keys)
    assert [one for one in compared if one["withheld"] or not one["equal"] or one["live"] != one["rebuilt"]] == []


def test_a_changed_name_is_found_with_keys(copy: Path, personal_keys: Path) -> None:
    with closing(sqlite3.connect(copy / "review.sqlite3")) as connection:
        connection.execute("UPDATE reviewer SET name = '别人'")
        connection.commit()
    assert ask("replay", copy).code == Exit.CLEAN
    assert ask("replay", copy, "--personal-keys", personal_keys).code == Exit.FOUND


def test_a_vault_that_was_altered_is_named_with_the_event(copy: Path, personal_keys: Path) -> None:
    with closing(sqlite3.connect(copy / "nomination.sqlite3")) as connection:
        (position,) = connection.execute("SELECT min(position) FROM vault").fetchone()
        connection.execute("UPDATE vault SET sealed = zeroblob(60) WHERE position = ?", (position,))
        connection.commit()
    answer = ask("replay", copy, "--personal-keys", personal_keys)
    assert (answer.code, f"nomination 第 {position} 号" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_keys_that_are_not_there_are_named(copy: Path, tmp_path: Path) -> None:
    answer = ask("replay", copy, "--personal-keys", tmp_path)
    assert (answer.code, "nomination.sqlite3" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
