"""``biaobing audit`` as an auditor runs it: how it ends, and that it needs no service library."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from audit.checkpoints import MISSING
from audit.outcome import Exit
from tests.audit.asking import ask, told
from tests.audit.campaign import FIRST
from tests.audit.tampering import leaf_at, put_leaf, tamper
from tests.services.sample import an_id

WITHOUT_SERVICES = """
import sys
for name in ("eventlet", "nameko", "kombu", "amqp"):
    sys.modules[name] = None
from audit.program import app
app(sys.argv[1:])
"""


CASE_OPENED = 1
"""Where review opened the case of the first nomination."""
COMMANDS: dict[str, tuple[object, ...]] = {
    "verify": (),
    "replay": (),
    "timeline": (FIRST,),
    "diff": ("2026-06-01", "2026-06-30"),
    "rules": (),
    "why": (FIRST,),
}
"""Each command with what it asks besides the folder."""
READING = [command for command in COMMANDS if command != "verify"]
"""Commands that must understand every event they come across."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_whole_copy_ends_with_0(signed: Path, command: str) -> None:
    answer = ask(command, signed, *COMMANDS[command])
    assert (answer.code, answer.err) == (Exit.CLEAN, "")


def test_the_program_says_what_its_exit_codes_mean() -> None:
    helped = ask("--help").out.replace("\n", "")
    for code in Exit:
        assert f"{code} " in helped
        assert code.told[:6] in helped.replace(" ", "")


def test_the_readme_says_what_the_exit_codes_mean() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for code in Exit:
        assert f"| {code} | {code.told} |" in readme


def test_the_folder_above_the_logs_will_do(played: Path) -> None:
    assert ask("verify", played.parent).code == Exit.CLEAN


@pytest.mark.parametrize("command", READING)
def test_what_cannot_be_read_is_named_by_every_command(copy: Path, command: str) -> None:
    tamper(copy, "review", lambda connection: put_leaf(connection, 4, f'{{"e":"{FIRST}"}}'.encode()))
    answer = ask(command, copy, *COMMANDS[command])
    assert answer.code == Exit.UNUSABLE
    assert "review 第 4 号" in answer.err.replace("\n", "")


@pytest.mark.parametrize("command", READING)
def test_an_event_of_an_unknown_version_is_named_and_not_guessed(copy: Path, command: str) -> None:
    tamper(copy, "review", _newer)
    answer = ask(command, copy, *COMMANDS[command])
    assert answer.code == Exit.UNKNOWN_VERSION
    assert "CaseOpened/2" in answer.err.replace("\n", "")


def test_an_event_of_an_unknown_version_alone_is_no_tampering(copy: Path) -> None:
    tamper(copy, "review", _newer)
    assert ask("verify", copy).code == Exit.UNKNOWN_VERSION
    (finding,) = [one for one in told("verify", copy)["findings"] if one["code"] != MISSING]
    assert (finding["log"], finding["code"]) == ("review", "unknown_version")
    assert "CaseOpened/2" in finding["message"]


def test_an_unusable_copy_or_question_ends_with_2_and_a_sentence(copy: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    questions: list[tuple[tuple[object, ...], str]] = [
        (("verify", gone), "没有日志"),
        (("replay", copy, "--until", "六月"), "读不懂"),
        (("replay", copy, "--out", tmp_path / "full"), "不是空目录"),
        (("timeline", copy, an_id("nobody")), "没有提到编号"),
    ]
    for asked, sentence in questions:
        answer = ask(*asked)
        assert (answer.code, sentence in answer.err.replace("\n", "")) == (Exit.UNUSABLE, True)
    (copy / "gateway.sqlite3").unlink()
    answer = ask("verify", copy)
    assert (answer.code, "gateway" in answer.err) == (Exit.UNUSABLE, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_auditors_machine_needs_no_service_library(signed: Path, command: str) -> None:
    run = [sys.executable, "-c", WITHOUT_SERVICES, command, str(signed), *map(str, COMMANDS[command])]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["export", "proof", "open", "check-proof"])
def test_proving_needs_no_service_library_either(signed: Path, tmp_path: Path, command: str) -> None:
    kept = tmp_path / "kept.tlog-proof"
    assert ask("proof", signed, "review:1", "--out", kept).code == Exit.CLEAN
    asked: dict[str, tuple[object, ...]] = {
        "export": (signed, tmp_path / "out"),
        "proof": (signed, "review:1"),
        "open": (signed, "review:1"),
        "check-proof": (kept, "--keys", signed / "keys" / "review.vkey"),
    }
    run = [sys.executable, "-c", WITHOUT_SERVICES, command, *map(str, asked[command])]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_auditors_tool_is_a_command_of_biaobing(signed: Path) -> None:
    run = [sys.executable, "-m", "deploy.start", "audit", "verify", str(signed)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, "日志完整" in done.stdout) == (0, "", True)


def _newer(connection: sqlite3.Connection) -> None:
    """No other log has this event as a cause, so nothing but its version tells it apart."""
    leaf = leaf_at(connection, CASE_OPENED)
    put_leaf(connection, CASE_OPENED, leaf.replace(b'"CaseOpened/1"', b'"CaseOpened/2"'))
