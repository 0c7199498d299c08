"""Which server a test gets, and what it is told when there is none."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.servers.containers import docker_answers
from tests.servers.origin import Machine, Product, ServerMissing, Way, find, way
from tests.servers.postgresql import POSTGRESQL
from tests.servers.rabbitmq import RABBITMQ, AddressedRabbitMQ

ADDRESSES = {
    "BIAOBING_TEST_DATABASE_URL": "postgresql://county@database.invalid:6543/office",
    "BIAOBING_TEST_BROKER_URL": "amqp://county:secret@broker.invalid:6672/office",
}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    for name in ["postgres", "initdb", "pg_dump", "rabbitmq-server", "rabbitmqctl", "apt-get"]:
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("product", [POSTGRESQL, RABBITMQ], ids=lambda product: product.name)
def test_address_then_docker_then_programs_then_packages(product: Product[Any], programs: Path) -> None:
    everything = Machine(environ=ADDRESSES, folders=[programs], is_root=True, has_docker=True)
    without_address = replace(everything, environ={})
    without_docker = replace(without_address, has_docker=False)
    for name in product.programs:
        (programs / name).touch()
    order = [way(product, machine) for machine in (everything, without_address, without_docker)]
    for name in product.programs:
        (programs / name).unlink()
    order.append(way(product, without_docker))
    assert order == [Way.ADDRESS, Way.DOCKER, Way.PROGRAMS, Way.PACKAGES]


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (POSTGRESQL, ["BIAOBING_TEST_DATABASE_URL=", "Docker", "apt-get install postgresql"]),
        (RABBITMQ, ["BIAOBING_TEST_BROKER_URL=", "Docker", "apt-get install rabbitmq-server"]),
    ],
    ids=["PostgreSQL", "RabbitMQ"],
)
def test_nothing_to_be_had_is_an_error_that_says_what_to_do(product: Product[Any], words: list[str]) -> None:
    bare = Machine(environ={}, folders=[], is_root=False, has_docker=False)
    with pytest.raises(ServerMissing) as missing:
        find(product, bare)
    text = str(missing.value)
    assert [word for word in words if word not in text] == []
    assert text.startswith(f"测试需要一个真实的 {product.name}，但没有找到。")


def test_addressed_server_is_used_as_it_stands_and_never_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIAOBING_TEST_BROKER_ADMIN_URL", raising=False)
    machine = Machine(environ=ADDRESSES, folders=[], is_root=False, has_docker=False)
    database, broker = find(POSTGRESQL, machine), find(RABBITMQ, machine)
    assert database.url == "postgresql+psycopg://county@database.invalid:6543"
    assert broker.url == ADDRESSES["BIAOBING_TEST_BROKER_URL"]
    assert broker.admin_url == "http://county:secret@broker.invalid:15672"
    for end in (database.stop, database.kill, broker.stop, broker.kill, broker.wipe):
        with pytest.raises(PermissionError, match="不是测试自己启动的服务器"):
            end()


def test_management_api_of_an_addressed_broker_can_be_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BIAOBING_TEST_BROKER_ADMIN_URL", "https://county@admin.invalid/")
    broker = AddressedRabbitMQ(ADDRESSES["BIAOBING_TEST_BROKER_URL"])
    assert broker.admin_url == "https://county@admin.invalid"


def test_docker_that_does_not_answer_is_no_docker(tmp_path: Path) -> None:
    assert not docker_answers({"DOCKER_HOST": f"unix://{tmp_path}/nobody-listens"})


def test_suite_without_servers_runs_until_a_test_asks_for_one(tmp_path: Path) -> None:
    """A run of its own, on a machine that has nothing."""
    root = Path(__file__).parents[2]
    test = tmp_path / "test_asks.py"
    test.write_text("def test_asks(database): ...\ndef test_asks_not(): ...\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "from tests.servers import origin\n"
        "bare = origin.Machine({}, [], is_root=False, has_docker=False)\n"
        "origin.Machine.here = lambda: bare\n"
        "from tests.conftest import *\n",
        encoding="utf-8",
    )
    settings = ["-c", str(root / "pyproject.toml"), "--rootdir", str(root), "-p", "no:cacheprovider"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, str(test)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed, 1 error" in run.stdout
    assert "PostgreSQL ← 没有（需要它的测试会报错并说明办法）" in run.stdout
    assert "请任选一种办法：安装软件包（sudo apt-get install postgresql）" in run.stdout
