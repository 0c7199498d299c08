"""The proof of one event: it stands alone, and whatever is wrong with it is told in its own words."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.outcome import Exit
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.event_proof import EventProof, parse
from eventlog.proof.keys import KeyFiles
from eventlog.proof.note import sign
from eventlog.proof.tree import leaf_hash
from tests.audit.asking import Answer, ask, told
from tests.audit.tampering import leaf_at, position_of, put_leaf, tamper

KEPT = "event.tlog-proof"


@pytest.fixture
def home(signed: Path, tmp_path: Path) -> Path:
    """What an auditor carries: the proof of the first award, and the keys; nothing else."""
    folder = tmp_path / "home"
    folder.mkdir()
    awarded = position_of(signed / "logs", "review", "AwardDecided")
    assert ask("proof", signed, f"review:{awarded}", "--out", folder / KEPT).code == Exit.CLEAN
    keys = [path.read_text("utf-8") for path in sorted((signed / "keys").glob("*.vkey"))]
    (folder / "keys.txt").write_text("".join(keys), encoding="utf-8")
    return folder


def check(home: Path) -> Answer:
    answer = ask("check-proof", home / KEPT, "--keys", home / "keys.txt")
    return Answer(answer.code, answer.out, answer.err.replace("\n", ""))


def edit(home: Path, **changes: Any) -> None:
    changed = replace(parse((home / KEPT).read_bytes()), **changes)
    (home / KEPT).write_bytes(changed.text())


def test_a_proof_tells_who_did_what_when_and_where_with_nothing_but_the_keys(home: Path) -> None:
    answer = check(home)
    assert (answer.code, answer.err) == (Exit.CLEAN, "")
    for part in ("系统 system:review", "决定授予一等奖", "2026-", "评审日志（review）第", "门户、检查、推荐、宣传"):
        assert part in answer.out
    found = told("check-proof", home / KEPT, "--keys", home / "keys.txt")
    assert (found["holds"], found["log"], found["type"], len(found["cosigners"])) == (True, "review", "AwardDecided", 4)


def test_an_event_is_named_by_its_id_as_well_as_by_its_place(signed: Path, home: Path) -> None:
    whole = parse((home / KEPT).read_bytes())
    assert ask("proof", signed, f"review:{whole.index}").out.encode() == whole.text()
    named = whole.leaf.split(b'"id":"')[1].split(b'"')[0].decode()
    assert told("proof", signed, named)["proof"].encode() == whole.text()


def test_every_event_of_every_log_can_be_proven(signed: Path, tmp_path: Path) -> None:
    for log, position in (("gateway", 0), ("nomination", 3), ("publicity", 1), ("inspection", 2)):
        file = tmp_path / f"{log}.tlog-proof"
        assert ask("proof", signed, f"{log}:{position}", "--out", file).code == Exit.CLEAN
        found = told("check-proof", file, "--keys", signed / "keys" / f"{log}.vkey")
        assert (found["holds"], found["log"], found["position"]) == (True, log, position)


def test_keys_of_somebody_else_prove_nothing(home: Path) -> None:
    KeyFiles(home, "review").make("county.test/review")
    shutil.move(home / "keys" / "review.vkey", home / "keys.txt")
    answer = check(home)
    assert (answer.code, "不是用已知的密钥签的" in answer.err) == (Exit.WRONG_KEY, True)


def test_a_checkpoint_of_another_log_proves_nothing(home: Path, signed: Path) -> None:
    edit(home, checkpoint=(signed / "proof/nomination/checkpoint").read_bytes())
    answer = check(home)
    assert (answer.code, "日志 review 的，校验点却是日志 nomination 的" in answer.err) == (Exit.OTHER_LOG, True)


def test_an_altered_event_is_not_in_the_signed_tree(home: Path) -> None:
    leaf = parse((home / KEPT).read_bytes()).leaf
    edit(home, leaf=leaf.replace("一等奖".encode(), "二等奖".encode()))
    answer = check(home)
    assert (answer.code, "不在校验点签的树里" in answer.err) == (Exit.FOUND, True)
    assert told("check-proof", home / KEPT, "--keys", home / "keys.txt")["code"] == "not_included"


def test_an_altered_checkpoint_is_found_out(home: Path) -> None:
    raw = (home / KEPT).read_bytes()
    at = raw.index(b"\xe2\x80\x94 county.test/review ") + 40
    (home / KEPT).write_bytes(raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :])
    answer = check(home)
    assert (answer.code, "签名不对" in answer.err) == (Exit.WRONG_KEY, True)


def test_a_file_cut_short_is_told_from_a_false_one(home: Path) -> None:
    raw = (home / KEPT).read_bytes()
    (home / KEPT).write_bytes(raw[:-10])
    answer = check(home)
    assert (answer.code, "被截断" in answer.err) == (Exit.TRUNCATED, True)


@pytest.mark.parametrize("raw", [b"", b"hello\n", b"\xff\xfe\n"])
def test_what_is_no_proof_is_named(home: Path, raw: bytes) -> None:
    (home / KEPT).write_bytes(raw)
    answer = check(home)
    assert (answer.code, KEPT in answer.err) == (Exit.UNUSABLE if raw else Exit.TRUNCATED, True)


def test_a_position_of_an_event_that_the_proof_does_not_lead_to_is_refused(home: Path) -> None:
    edit(home, index=parse((home / KEPT).read_bytes()).index + 1)
    assert check(home).code == Exit.FOUND


def test_an_event_without_a_checkpoint_yet_is_not_proven(data: Path) -> None:
    size = int((data / "proof/gateway/checkpoint").read_text("utf-8").split("\n")[1])

    def add(connection: object) -> None:
        columns = "stream_id || 'x', version, type, pub_seq, leaf"
        connection.execute(  # type: ignore[attr-defined]  # a connection of sqlite3
            f"INSERT INTO event SELECT {size}, {columns} FROM event WHERE position = 0"  # noqa: S608 -- our own number
        )

    tamper(data / "logs", "gateway", add)
    answer = ask("proof", data, f"gateway:{size}")
    assert (answer.code, "还没有校验点覆盖" in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_no_proof_is_made_of_an_event_that_was_changed(data: Path) -> None:
    tamper(
        data / "logs", "review",
        lambda connection: put_leaf(connection, 3, leaf_at(connection, 3).replace(b"T", b"S", 1)),
    )  # fmt: skip
    answer = ask("proof", data, "review:3")
    assert (answer.code, answer.out, "与签过的不同" in answer.err.replace("\n", "")) == (Exit.FOUND, "", True)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("review:99999", "没有第 99999 号事件"),
        ("views:1", "没有名为 views 的日志"),
        ("12", "不是事件"),
        ("00000000-0000-0000-0000-000000000000/0", "都没有编号为"),
    ],
)
def test_an_event_that_is_not_there_is_named(signed: Path, event: str, sentence: str) -> None:
    answer = ask("proof", signed, event)
    assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)


def test_a_file_that_is_there_is_not_written_over(signed: Path, home: Path) -> None:
    before = (home / KEPT).read_bytes()
    answer = ask("proof", signed, "review:1", "--out", home / KEPT)
    assert (answer.code, (home / KEPT).read_bytes()) == (Exit.UNUSABLE, before)


def test_a_proof_of_an_event_newer_than_the_tool_holds_and_is_not_guessed(
    home: Path, signed: Path, played: Path
) -> None:
    leaf = parse(ask("proof", signed, "gateway:0").out.encode()).leaf.replace(
        b'"AccountOpened/1"', b'"AccountOpened/2"'
    )
    keys = KeyFiles(played.parent, "gateway").signers()
    checkpoint = sign(Checkpoint(keys[0].key.name, 1, leaf_hash(leaf)).text(), keys)
    (home / KEPT).write_bytes(EventProof(leaf, 0, (), str(checkpoint).encode()).text())
    answer = check(home)
    assert (answer.code, "证明成立" in answer.err, "AccountOpened/2" in answer.err) == (
        Exit.UNKNOWN_VERSION,
        True,
        True,
    )
