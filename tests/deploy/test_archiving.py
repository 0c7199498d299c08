"""``biaobing log archive``, on SQLite files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from deploy.proving import publication_folder
from deploy.settings import Settings
from eventlog.sqlite import SqliteStore
from tests.deploy.test_continuing import Nomination, run
from tests.deploy.test_processes import ALONE


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(ALONE, data=tmp_path / "data")


def signed(settings: Settings, *units: int) -> None:
    nomination = Nomination(settings)
    nomination.register(*units)
    nomination.notary().checkpointer.run_once()
    nomination.stop()


def test_the_command_says_what_it_archived_and_another_time_what_it_checked(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.assembly.SqliteStore", partial(SqliteStore, span=2))
    signed(settings, 1, 2, 3, 4, 5, 6, 7)
    answers = [run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out")) for _ in range(2)]
    assert [answer.exit_code for answer in answers] == [0, 0]
    assert [answer.stdout.splitlines() for answer in answers] == [
        ["分区 0（第 0 至 1 号事件）：已归档，读回核对无误。", "分区 1（第 2 至 3 号事件）：已归档，读回核对无误。"],
        ["分区 0（第 0 至 1 号事件）：早已归档，文件完好。", "分区 1（第 2 至 3 号事件）：早已归档，文件完好。"],
    ]


@pytest.mark.parametrize(("spoilt", "code"), [("cut off", 3), ("a byte changed", 1), ("of another partition", 7)])
def test_an_archive_that_is_not_right_is_named_with_a_code_of_its_own(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str, code: int
) -> None:
    monkeypatch.setattr("deploy.assembly.SqliteStore", partial(SqliteStore, span=2))
    signed(settings, 1, 2, 3, 4, 5, 6, 7)
    run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out"))
    folder = tmp_path / "out" / "nomination-00001"
    entries = folder / "entries"
    if spoilt == "cut off":
        entries.write_bytes(entries.read_bytes()[:-1])
    elif spoilt == "a byte changed":
        entries.write_bytes(entries.read_bytes().replace("演示".encode(), "演出".encode(), 1))
    else:
        shutil.copytree(tmp_path / "out" / "nomination-00000", folder, dirs_exist_ok=True)
    answer = run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out"))
    assert (answer.exit_code, str(folder) in answer.stderr) == (code, True)


def test_a_log_with_nothing_to_archive_says_so(settings: Settings, tmp_path: Path) -> None:
    signed(settings, 1, 2, 3)
    answer = run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out"))
    assert (answer.exit_code, "现在没有可以归档的" in answer.stdout) == (0, True)


def test_a_log_that_does_not_exist_is_named(settings: Settings, tmp_path: Path) -> None:
    (settings.data / "secrets").mkdir(parents=True)
    answer = run(settings, "log", "archive", "elsewhere", "--out", str(tmp_path / "out"))
    assert (answer.exit_code, "没有名为“elsewhere”的日志" in answer.stderr) == (2, True)


def test_a_log_that_was_never_signed_is_not_archived(settings: Settings, tmp_path: Path) -> None:
    (settings.data / "secrets").mkdir(parents=True)
    answer = run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out"))
    assert (answer.exit_code, "还没有签过校验点" in answer.stderr) == (2, True)


def test_a_checkpoint_of_somebody_else_proves_nothing(settings: Settings, tmp_path: Path) -> None:
    signed(settings, 1)
    other = replace(settings, data=tmp_path / "other")
    signed(other, 1)
    stolen = publication_folder(other, "nomination") / "checkpoint"
    (publication_folder(settings, "nomination") / "checkpoint").write_bytes(stolen.read_bytes())
    answer = run(settings, "log", "archive", "nomination", "--out", str(tmp_path / "out"))
    assert (answer.exit_code, "不是日志 nomination 签的" in answer.stderr) == (2, True)
