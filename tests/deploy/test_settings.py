"""The configuration: what is told is taken, what is misspelt is an error that helps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.processes import environment_of
from deploy.settings import BadSettings, Settings, read

TOLD = {
    "BIAOBING_DATA_DIR": "/srv/biaobing",
    "BIAOBING_BROKER_URL": "amqp://broker:5672/",
    "BIAOBING_DATABASE_URL": "postgresql+psycopg://database:5432",
    "BIAOBING_HTTP_HOST": "0.0.0.0",  # noqa: S104 -- only read
    "BIAOBING_HTTP_PORT": "80",
    "BIAOBING_CLOCK_FILE": "/srv/clock.json",
    "BIAOBING_HTTPS": "true",
    "BIAOBING_ORIGIN": "awards.example",
}
SETTINGS = Settings(
    data=Path("/srv/biaobing"),
    broker_url="amqp://broker:5672/",
    database_url="postgresql+psycopg://database:5432",
    http_host="0.0.0.0",  # noqa: S104 -- only read
    http_port=80,
    clock_file=Path("/srv/clock.json"),
    https=True,
    origin="awards.example",
)
ALONE = Settings(
    data=Path("data"),
    broker_url=None,
    database_url=None,
    http_host="127.0.0.1",
    http_port=8600,
    clock_file=None,
    https=False,
    origin="biaobing.invalid",
)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("BIAOBING_"):
            monkeypatch.delenv(name)


def test_with_nothing_told_everything_runs_alone_on_this_machine() -> None:
    assert read() == ALONE


def test_every_variable_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)
    assert read() == SETTINGS


def test_an_unknown_variable_is_an_error_that_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOBING_BROKER", "amqp://broker:5672/")
    with pytest.raises(BadSettings) as refused:
        read()
    assert "BIAOBING_BROKER。" in str(refused.value)
    assert [name for name in TOLD if name not in str(refused.value)] == []


def test_variables_of_the_tests_and_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOBING_TEST_BROKER_URL", "amqp://broker:5672/")
    monkeypatch.setenv("HTTP_PORT", "81")
    assert read() == ALONE


@pytest.mark.parametrize(
    ("name", "value"), [("BIAOBING_HTTP_PORT", "many"), ("BIAOBING_HTTPS", "perhaps"), ("BIAOBING_ORIGIN", "two words")]
)
def test_a_value_that_does_not_fit_is_an_error_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=name):
        read()


@pytest.mark.parametrize("settings", [SETTINGS, ALONE])
def test_a_child_process_reads_the_settings_of_its_parent(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert read() == settings


def test_the_program_ends_with_the_sentence_and_no_traceback() -> None:
    command = [sys.executable, "-m", "deploy.start", "processes"]
    done = subprocess.run(
        command, env=os.environ | {"BIAOBING_PORT": "80"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.startswith("不认识的设置 BIAOBING_PORT。")) == (2, True)
    assert "Traceback" not in done.stderr
