"""Personal data is opened with the keys, or checked without them, and by tools that are not ours."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from audit.opening import openssl
from audit.outcome import Exit
from eventlog.personal import commitment
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST, WITHDRAWN
from tests.audit.tampering import leaf_at, put_leaf, tamper

SALT = "-" + "_" * 41 + "8="


def filed(copy: Path, nomination: object) -> str:
    """The place of the form of a nomination."""
    events = told("timeline", copy, nomination)
    position = next(event["position"] for event in events if event["type"] == "NominationFiled")
    return f"nomination:{position}"


def opened(copy: Path, personal_keys: Path) -> dict[str, dict[str, Any]]:
    found = told("open", copy, filed(copy, FIRST), "--personal-keys", personal_keys)["fields"]
    return {one["field"]: one for one in found}


def run(command: str) -> str:
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.strip()


def test_every_field_opens_with_the_keys_and_matches_its_commitment(copy: Path, personal_keys: Path) -> None:
    fields = opened(copy, personal_keys)
    assert len(fields) > 10
    assert all(one["matches"] for one in fields.values())
    assert "演示" in fields["form.name"]["value"]
    answer = ask("open", copy, filed(copy, FIRST), "--personal-keys", personal_keys)
    assert (answer.code, answer.err, answer.out.count("与承诺值相符")) == (Exit.CLEAN, "", len(fields))


def test_openssl_comes_to_every_commitment_by_the_command_shown(copy: Path, personal_keys: Path) -> None:
    for one in opened(copy, personal_keys).values():
        assert run(one["openssl"]) == one["committed"], one["field"]


@pytest.mark.parametrize("value", ["王'演示", '说 "好" \\n %s $HOME `id`', "两\n行", 3, ["甲", {"year": 2020}], None])
def test_the_command_shown_survives_whatever_a_value_holds(value: object) -> None:
    raw = bytes([0xFB]) + b"\xff" * 31
    assert run(openssl("form.name", SALT, value)) == commitment("form.name", raw, value)


def test_what_was_erased_stays_a_commitment(copy: Path, personal_keys: Path) -> None:
    event = filed(copy, WITHDRAWN)
    fields = told("open", copy, event, "--personal-keys", personal_keys)["fields"]
    assert {(one["value"], one["salt"], one["matches"]) for one in fields} == {(None, None, None)}
    assert all(one["committed"].startswith("c1.") for one in fields)
    answer = ask("open", copy, event, "--personal-keys", personal_keys)
    assert (answer.code, answer.out.count("已删除，承诺值照旧")) == (Exit.CLEAN, len(fields))


def test_what_is_gone_without_an_erasure_is_not_called_erased(copy: Path, personal_keys: Path) -> None:
    event = filed(copy, FIRST)
    with closing(sqlite3.connect(copy / "nomination.sqlite3")) as connection:
        connection.execute("DELETE FROM vault WHERE position = ?", (int(event.split(":")[1]),))
        connection.commit()
    answer = ask("open", copy, event, "--personal-keys", personal_keys)
    assert (answer.code, "已删除" in answer.out) == (Exit.FOUND, False)
    assert "没有删除这个人的事件" in answer.out
    assert told("open", copy, event, "--personal-keys", personal_keys)["erased"] is False


def test_without_keys_nothing_opens(copy: Path) -> None:
    answer = ask("open", copy, filed(copy, FIRST))
    assert (answer.code, "没有钥匙，打不开" in answer.out, "演示" in answer.out) == (Exit.CLEAN, True, False)


def test_a_value_somebody_claims_is_checked_without_any_key(copy: Path, personal_keys: Path) -> None:
    event = filed(copy, FIRST)
    for field in ("form.name", "form.honours"):
        one = opened(copy, personal_keys)[field]
        value = one["openssl"].split(f"{field} '")[1].split("'")[0] if field == "form.honours" else one["value"]
        claim = ("--field", field, "--salt", one["salt"])
        (true,) = told("open", copy, event, *claim, "--value", value)["fields"]
        assert (true["matches"], true["value"], run(true["openssl"])) == (True, one["value"], one["committed"])
        answer = ask("open", copy, event, *claim, "--value", f"{value} ")
        assert (answer.code, "与承诺值不符" in answer.out) == (Exit.FOUND, True)


def test_a_value_that_is_not_what_was_committed_to_is_found(copy: Path, personal_keys: Path) -> None:
    event = filed(copy, FIRST)
    committed = opened(copy, personal_keys)["form.name"]["committed"]

    def change(connection: Any) -> None:
        position = int(event.split(":")[1])
        other = b"c1." + b"A" * 43 + b"="
        put_leaf(connection, position, leaf_at(connection, position).replace(committed.encode(), other))

    tamper(copy, "nomination", change)
    answer = ask("open", copy, event, "--personal-keys", personal_keys)
    assert (answer.code, answer.out.count("与承诺值不符")) == (Exit.FOUND, 1)


def test_an_event_without_personal_data_says_so(copy: Path) -> None:
    assert "没有个人信息" in ask("open", copy, "gateway:0").out


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--field", "form.name"), "三样都要给"),
        (("--field", "form.nome", "--value", "x", "--salt", SALT), "form.name"),
        (("--field", "form.name", "--value", "x", "--salt", "c2FsdA=="), "盐“c2FsdA==”不对"),
        (("--field", "form.name", "--personal-keys", "."), "请只用一种"),
        (("--personal-keys", "/nonexistent"), "没有 nomination.sqlite3"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_a_sentence(
    copy: Path, asked: tuple[str, ...], sentence: str
) -> None:
    answer = ask("open", copy, filed(copy, FIRST), *asked)
    assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
