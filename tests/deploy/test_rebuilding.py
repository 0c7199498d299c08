"""``biaobing log rebuild``, while the log's service lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.settings import Settings
from eventlog.projection import rows
from services.nomination.store import UNIT
from tests.deploy.test_continuing import Nomination, run
from tests.deploy.test_processes import ALONE


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(ALONE, data=tmp_path / "data")


@pytest.fixture
def nomination(settings: Settings) -> Iterator[Nomination]:
    opened = Nomination(settings)
    yield opened
    opened.stop()


def names(nomination: Nomination) -> set[str]:
    with nomination.log.store.reading() as connection:
        return {row[1] for row in rows(connection, UNIT)}


def test_rows_that_went_wrong_are_right_again_and_the_service_goes_on(
    nomination: Nomination, settings: Settings
) -> None:
    nomination.register(1, 2)
    with nomination.log.store.writing() as connection:
        connection.execute(text("UPDATE unit SET name = '错'"))
    answer = run(settings, "log", "rebuild", "nomination")
    assert (answer.exit_code, "已按 2 个事件重建并换上" in answer.stdout) == (0, True)
    nomination.register(3)
    assert names(nomination) == {"演示单位1", "演示单位2", "演示单位3"}


def test_a_log_that_does_not_exist_is_named(settings: Settings) -> None:
    (settings.data / "secrets").mkdir(parents=True)
    answer = run(settings, "log", "rebuild", "elsewhere")
    assert (answer.exit_code, "没有名为“elsewhere”的日志" in answer.stderr) == (2, True)
