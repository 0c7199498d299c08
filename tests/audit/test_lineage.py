"""A log that goes on after a loss is held against what was signed of the one before, and what it lost is never kept
quiet.
"""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from audit.checkpoints import MISSING, evidence
from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.signed_rows import LOST as LOST_EVENTS
from audit.verify import Verified, verify
from deploy.archiving import archive_log
from deploy.continuing import continue_after_loss
from eventlog import canonical
from eventlog.sqlite import SqliteStore
from tests.audit.asking import ask
from tests.audit.signing import hand_over, prove
from tests.audit.tampering import cut, leaf_at, leaves, put_leaf, tamper
from tests.deploy.test_processes import ALONE

LOST = 2


@pytest.fixture(scope="module")
def continued(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nomination's last two events were lost after they were signed; what the auditor had is in ``before``."""
    folder = Path(shutil.copytree(played.parent, tmp_path_factory.mktemp("continued") / "county"))
    shutil.copytree(folder / "proof", folder / "before")
    kept = len(leaves(folder, "nomination")) - LOST
    tamper(folder / "logs", "nomination", lambda connection: cut(connection, kept))
    continue_after_loss(replace(ALONE, data=folder), "nomination", "磁盘损坏")
    prove(folder)
    return folder


def checked(continued: Path, copy: Path) -> Verified:
    against = evidence(copy, continued / "keys.txt", [continued / "before"])
    return verify(open_copies(copy), lambda *_: None, against)


def test_a_continued_log_agrees_with_its_own_checkpoint_and_says_what_it_lost(continued: Path, tmp_path: Path) -> None:
    verified = checked(continued, hand_over(continued, tmp_path / "copy"))
    kept = verified.events["nomination"] - 1
    assert [(one.log, one.position, one.code) for one in verified.findings] == [
        ("nomination", 0, LOST_EVENTS), *[("nomination", kept, LOST_EVENTS)] * 2,
    ]  # fmt: skip
    declared, by_the_copy, by_the_auditor = (one.message for one in verified.findings)
    assert f"丢失 {LOST} 个，写明的原因是“磁盘损坏”" in declared
    assert f"proof/nomination-1 签了 {kept + LOST} 个事件，第 {kept} 号起的 {LOST} 个，日志自己说丢失了" in by_the_copy
    assert f"before/nomination/checkpoint 签了 {kept + LOST} 个事件" in by_the_auditor
    assert verified.exit == Exit.LOST
    assert [one.checkpoint.origin for one in verified.signed["nomination"]] == ["county.test/nomination/2"]


def test_a_previous_proof_that_was_not_handed_over_is_missed_and_a_lone_checkpoint_not_passed_over(
    continued: Path, tmp_path: Path
) -> None:
    """What an owner of the key would do who invents a loss to change what went before it."""
    copy = hand_over(continued, tmp_path / "copy")
    shutil.rmtree(copy / "proof" / "nomination-1")
    lone = continued / "before" / "nomination" / "checkpoint"
    verified = verify(open_copies(copy), lambda *_: None, evidence(copy, continued / "keys.txt", [lone]))
    assert [(one.log, one.code) for one in verified.findings] == [
        ("nomination", LOST_EVENTS), ("nomination", MISSING), ("nomination", LOST_EVENTS),
    ]  # fmt: skip
    assert "proof/nomination-1/checkpoint" in verified.findings[1].message
    assert "没有瓦片，前面的也无从核对" in verified.findings[2].message


def test_a_continuation_that_names_another_log_than_was_signed_is_found(continued: Path, tmp_path: Path) -> None:
    copy = hand_over(continued, tmp_path / "copy")

    def forge(connection: sqlite3.Connection) -> None:
        whole = canonical.loads(leaf_at(connection, 0))
        whole["e"]["data"]["previous_origin"] = "county.test/another"
        put_leaf(connection, 0, canonical.dumps(whole))

    tamper(copy / "logs", "nomination", forge)
    assert ("nomination", 0, "root") in [(one.log, one.position, one.code) for one in checked(continued, copy).findings]


def test_an_event_of_the_kernel_that_holds_what_it_cannot_is_no_news_from_a_newer_tool(
    continued: Path, tmp_path: Path
) -> None:
    copy = hand_over(continued, tmp_path / "copy")

    def forge(connection: sqlite3.Connection) -> None:
        put_leaf(connection, 0, leaf_at(connection, 0).replace(b'"carried":', b'"curried":'))

    tamper(copy / "logs", "nomination", forge)
    found = [(one.position, one.code) for one in checked(continued, copy).findings if one.log == "nomination"]
    assert (0, "unreadable") in found


def test_a_log_that_goes_on_or_was_archived_breaks_no_rule(
    continued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(continued, tmp_path / "county"))
    monkeypatch.setattr("deploy.assembly.SqliteStore", partial(SqliteStore, span=8))
    archive_log(replace(ALONE, data=folder), "review", tmp_path / "archive")
    answer = ask("rules", folder / "logs")
    assert (answer.code, "违反" in answer.out) == (Exit.CLEAN, False), answer.out


def test_an_event_changed_before_it_was_carried_over_is_found_by_what_was_signed_then(
    continued: Path, tmp_path: Path
) -> None:
    copy = hand_over(continued, tmp_path / "copy")

    def forge(connection: sqlite3.Connection) -> None:
        whole = canonical.loads(leaf_at(connection, 6))
        whole["e"]["actor"] = whole["e"]["actor"] | {"account": "somebody else"}
        put_leaf(connection, 6, canonical.dumps(whole))

    tamper(copy / "logs", "nomination", forge)
    found = {(one.log, one.code) for one in checked(continued, copy).findings}
    assert found == {("nomination", "leaf"), ("nomination", LOST_EVENTS)}


def test_a_continuation_that_tells_another_last_checkpoint_than_was_signed_is_found(
    continued: Path, tmp_path: Path
) -> None:
    copy = hand_over(continued, tmp_path / "copy")

    def forge(connection: sqlite3.Connection) -> None:
        whole = canonical.loads(leaf_at(connection, 0))
        whole["e"]["data"]["previous_root"] = "A" * 43 + "="
        put_leaf(connection, 0, canonical.dumps(whole))

    tamper(copy / "logs", "nomination", forge)
    found = [(one.log, one.position, one.code) for one in checked(continued, copy).findings]
    assert ("nomination", 0, "root") in found
    assert ("nomination", 0, "leaf") in found
