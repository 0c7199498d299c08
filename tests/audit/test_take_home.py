"""What an auditor takes home of a running county proves everything and gives nobody away."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.outcome import Exit
from contracts.actor import Role
from eventlog.sqlite import SqliteStore
from gateway.accounts import Accounts
from gateway.store import open_log
from tests.audit.asking import ask, told
from tests.audit.campaign import CHEAP, FIRST, PASSWORD
from tests.audit.tampering import tamper
from tests.audit.test_open import opened
from tests.services.county import County


@pytest.fixture
def taken(played: Path, tmp_path: Path) -> Path:
    county = Path(shutil.copytree(played.parent, tmp_path / "county"))
    (county / "keys" / "review.note").write_text("a secret in the wrong folder")
    assert ask("copy", county, tmp_path / "stick" / "data").code == Exit.CLEAN
    return tmp_path / "stick" / "data"


def test_what_was_taken_is_whole_and_proven(taken: Path, played: Path) -> None:
    assert told("verify", taken, "--keys", played.parent / "keys.txt")["exit"] == Exit.CLEAN
    for command in (("rules",), ("why", FIRST), ("timeline", FIRST), ("proof", "review:1")):
        assert ask(command[0], taken, *command[1:]).code == Exit.CLEAN
    assert ask("export", taken, taken.parent / "out").code == Exit.CLEAN


def test_nothing_taken_names_anybody_or_opens_anything(taken: Path, copy: Path, personal_keys: Path) -> None:
    fields = opened(copy, personal_keys)
    with closing(sqlite3.connect(copy / "gateway.sqlite3")) as connection:
        digests = [digest for (digest,) in connection.execute("SELECT argon2 FROM credential")]
    said = [str(fields[f"form.{name}"]["value"]) for name in ("name", "deeds")]
    files = [path for path in taken.rglob("*") if path.is_file()]
    assert {path.suffix for path in files if "keys" in path.parts} == {".vkey"}
    for word in (*said, *digests):
        assert any(word.encode() in path.read_bytes() for path in copy.glob("*.sqlite3")), word
        assert not any(word.encode() in path.read_bytes() for path in files), word


def test_the_personal_data_of_what_was_taken_still_opens_with_the_keys(taken: Path, personal_keys: Path) -> None:
    assert all(one["matches"] for one in opened(taken, personal_keys).values())


def test_a_comparison_with_what_was_left_behind_is_refused_with_the_reason(taken: Path) -> None:
    answer = ask("replay", taken)
    assert (answer.code, "audit copy 不带走读模型" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_it_is_taken_while_the_services_go_on(played: Path, tmp_path: Path) -> None:
    """The last commits are in the write-ahead log, and after the checkpoint."""
    county = Path(shutil.copytree(played.parent, tmp_path / "county"))
    store = SqliteStore(county / "logs" / "gateway.sqlite3")
    accounts = Accounts(open_log(store), County(tmp_path).clock, hasher=CHEAP)
    accounts.open_account("late leader", PASSWORD, Role.LEADER, None)
    answer = ask("copy", county, tmp_path / "data", "--json")
    store.close()
    assert answer.code == Exit.CLEAN
    verified = told("verify", tmp_path / "data", "--keys", county / "keys.txt")
    assert verified["exit"] == Exit.CLEAN
    signed = {one["log"]: one["size"] for one in verified["signed"]}
    assert verified["events"]["gateway"] == signed["gateway"] + 1


@pytest.mark.parametrize(
    "change", ["DELETE FROM event WHERE position = 3", "UPDATE event SET position = -7 WHERE position = 3"]
)
def test_what_was_tampered_with_is_taken_as_it_is(played: Path, tmp_path: Path, change: str) -> None:
    county = Path(shutil.copytree(played.parent, tmp_path / "county"))
    tamper(county / "logs", "review", lambda connection: connection.execute(change))
    assert ask("copy", county, tmp_path / "data").code == Exit.CLEAN
    assert told("verify", tmp_path / "data")["findings"] == told("verify", county)["findings"] != []


def test_where_the_logs_are_in_postgresql_it_is_said_what_to_do(played: Path, tmp_path: Path) -> None:
    county = tmp_path / "county"
    shutil.copytree(played.parent / "proof", county / "proof")
    answer = ask("copy", county, tmp_path / "data")
    assert (answer.code, "pg_dump" in answer.err) == (Exit.UNUSABLE, True)
