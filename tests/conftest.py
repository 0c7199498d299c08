"""Fixtures of the whole suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import pytest

from tests.servers.origin import Machine, Product, ServerMissing, Way, find, way
from tests.servers.postgresql import POSTGRESQL, PostgreSQL
from tests.servers.rabbitmq import RABBITMQ, RabbitMQ

if TYPE_CHECKING:
    from collections.abc import Iterator

Server = TypeVar("Server", PostgreSQL, RabbitMQ)
STARTED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STARTED] = []


def pytest_report_header() -> list[str]:
    """Where a server would come from, should a test ask for one."""
    machine = Machine.here()
    return [_plan(POSTGRESQL, machine), _plan(RABBITMQ, machine)]


def _plan(product: Product[Server], machine: Machine) -> str:
    try:
        chosen = way(product, machine)
    except ServerMissing:
        return f"{product.name} ← 没有（需要它的测试会报错并说明办法）"
    folder = machine.folder_with(product.programs) if chosen is Way.PROGRAMS else None
    return f"{product.name} ← {chosen.value}{f' {folder}' if folder else ''}（用到时启动）"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With pytest-xdist each worker has its own servers and tells the controller of them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["servers"] = session.config.stash[STARTED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist has no types here
    config.stash[STARTED] += getattr(node, "workeroutput", {}).get("servers", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[STARTED]:
        terminalreporter.write_line(line)


def _started(server: Server, config: pytest.Config) -> Iterator[Server]:
    try:
        server.start()
        config.stash[STARTED].append(server.describe())
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[PostgreSQL]:
    yield from _started(find(POSTGRESQL, Machine.here()), pytestconfig)


@pytest.fixture(scope="session")
def rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMQ]:
    yield from _started(find(RABBITMQ, Machine.here()), pytestconfig)


def _killable(product: Product[Server], server: Server, config: pytest.Config) -> Iterator[Server]:
    machine = Machine.here()
    if way(product, machine) is not Way.ADDRESS:
        yield server
        return
    own = find(product, machine.without(product.address_variable))
    yield from _started(own, config)


@pytest.fixture(scope="session")
def killable_postgresql(postgresql: PostgreSQL, pytestconfig: pytest.Config) -> Iterator[PostgreSQL]:
    """A server that a test may kill: ours, also where the environment addresses another."""
    yield from _killable(POSTGRESQL, postgresql, pytestconfig)


@pytest.fixture(scope="session")
def killable_rabbitmq(rabbitmq: RabbitMQ, pytestconfig: pytest.Config) -> Iterator[RabbitMQ]:
    """A broker that a test may kill and wipe: ours, also where the environment addresses another."""
    yield from _killable(RABBITMQ, rabbitmq, pytestconfig)


@pytest.fixture
def database(postgresql: PostgreSQL) -> Iterator[str]:
    """URL of an empty database of this test alone."""
    name = f"t_{uuid4().hex}"
    yield postgresql.fresh_database(name)
    postgresql.drop_database(name)


@pytest.fixture
def vhost(rabbitmq: RabbitMQ) -> Iterator[str]:
    """URL of an empty virtual host of this test alone."""
    name = f"t-{uuid4().hex}"
    yield rabbitmq.create_vhost(name)
    rabbitmq.delete_vhost(name)
