"""What auditors mistype, what disks and terminals refuse, and what a copy must not do to whoever looks at it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from audit.outcome import Exit
from tests.audit.asking import ask
from tests.audit.campaign import FIRST
from tests.audit.tampering import leaf_at, put_leaf, tamper


def said(answer_text: str) -> str:
    return answer_text.replace("\n", "")


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: f"\ufeff{text}".encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: f"\n{text}\n\n".encode(),
    ],
    ids=["byte order mark", "carriage returns", "empty lines"],
)
def test_a_list_of_keys_that_went_through_an_editor_is_read(
    data: Path, played: Path, tmp_path: Path, spelling: Callable[[str], bytes]
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_bytes(spelling((played.parent / "keys.txt").read_text("utf-8")))
    assert ask("verify", data, "--keys", kept).code == Exit.CLEAN


def test_a_line_that_is_no_key_is_named(data: Path, tmp_path: Path) -> None:
    page = tmp_path / "keys.txt"
    page.write_text("<!doctype html>\n<html>\n", "utf-8")
    answer = ask("verify", data, "--keys", page)
    assert (answer.code, "第 1 行不是公钥：“<!doctype html>”" in said(answer.err)) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize("option", ["--keys", "--held"])
def test_a_file_that_is_not_there_is_named_in_chinese(data: Path, option: str) -> None:
    answer = ask("verify", data, option, data / "没有.txt")
    assert (answer.code, "没有.txt" in said(answer.err), "这个文件" in answer.err) == (Exit.UNUSABLE, True, True)
    assert "No such file" not in answer.err


@pytest.mark.parametrize("typed", [str(FIRST)[:-1], "王小明", "yl-008"])
@pytest.mark.parametrize("command", ["why", "timeline"])
def test_a_mistyped_number_is_shown_beside_what_one_looks_like(signed: Path, command: str, typed: str) -> None:
    answer = ask(command, signed, typed)
    assert (answer.code, f"“{typed}”不是编号" in said(answer.err)) == (Exit.UNUSABLE, True)


def test_a_number_copied_with_blanks_is_taken(signed: Path) -> None:
    assert ask("timeline", signed, f" {FIRST} ").code == Exit.CLEAN


@pytest.mark.parametrize(
    "question", [("export",), ("proof", "review:1", "--out"), ("replay", "--out")], ids=lambda question: question[0]
)
def test_a_place_that_cannot_be_written_to_is_named_and_is_no_finding(
    signed: Path, tmp_path: Path, question: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "out"
    answer = ask(question[0], signed, *question[1:], place)
    assert (answer.code, str(tmp_path / "file") in said(answer.err)) == (Exit.UNUSABLE, True)
    assert answer.err.isascii() is False


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_terminal_without_a_tick_mark_shows_the_rest(signed: Path, encoding: str) -> None:
    run = [sys.executable, "-m", "deploy.start", "audit", "verify", str(signed)]
    done = subprocess.run(run, capture_output=True, check=False, env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("kind", ["[/red]", "[link=file:///etc]ok[/link]", "\x1b[31mred"])
def test_what_a_row_says_is_shown_as_it_is(copy: Path, kind: str) -> None:
    tamper(copy, "publicity", lambda c: c.execute("UPDATE event SET type = ? WHERE position = 5", (kind,)))
    answer = ask("verify", copy)
    assert answer.code == Exit.FOUND
    assert kind.replace("\x1b", "\\x1b") in answer.out
    assert "\x1b" not in answer.out


def test_a_clock_before_1970_is_named_where_it_stands(copy: Path) -> None:
    tamper(copy, "review", lambda c: put_leaf(c, 4, leaf_at(c, 4).replace(b'"h":[', b'"h":[-')))
    assert "review 第 4 号（unreadable）" in ask("verify", copy).out


def _as_a_view(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE event RENAME TO kept")
    connection.execute("CREATE VIEW event AS SELECT * FROM kept")


def _no_longer_strict(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE other AS SELECT * FROM event")
    connection.execute("DROP TABLE event")
    connection.execute("ALTER TABLE other RENAME TO event")


def _two_heads(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("INSERT INTO log_head SELECT 2, next_position, next_pub_seq, 0, 0 FROM log_head")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_as_a_view, "event 不是日志原来的表"),
        (_no_longer_strict, "event 不是日志原来的表"),
        (_two_heads, "log_head 表应有一行，实有 2 行"),
        (lambda connection: connection.execute("DELETE FROM log_head"), "log_head 表应有一行，实有 0 行"),
        (lambda connection: connection.execute("DROP TABLE log_head"), "没有 log_head 表"),
    ],
)
def test_a_database_that_was_built_otherwise_is_not_believed(
    copy: Path, change: Callable[[sqlite3.Connection], object], sentence: str
) -> None:
    tamper(copy, "review", change)
    answer = ask("verify", copy)
    assert (answer.code, sentence in said(answer.err)) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize("size", [0, 50])
def test_a_database_cut_off_in_its_header_is_truncated(copy: Path, size: int) -> None:
    with (copy / "review.sqlite3").open("r+b") as file:
        file.truncate(size)
    assert ask("verify", copy).code == Exit.TRUNCATED


@pytest.mark.parametrize(
    "change", ["review_case SET score = score + 0.9 WHERE rank = 2", "assignment SET total = 'abc' WHERE total > 0"]
)
def test_a_read_model_that_holds_what_it_cannot_is_unlike_the_one_replayed(copy: Path, change: str) -> None:
    with closing(sqlite3.connect(copy / "review.sqlite3")) as connection:
        connection.execute(f"UPDATE {change}")
        connection.commit()
    assert ask("replay", copy).code == Exit.FOUND


def test_what_nobody_foresaw_ends_with_2_and_not_as_a_finding(data: Path) -> None:
    (data / "proof" / "review" / "checkpoint").unlink()
    (data / "proof" / "review" / "checkpoint").mkdir()
    answer = ask("verify", data)
    assert (answer.code, "review/checkpoint" in said(answer.err)) == (Exit.UNUSABLE, True)
    shutil.rmtree(data / "logs")
    assert ask("verify", data).code == Exit.UNUSABLE
