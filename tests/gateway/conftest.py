"""The gateway with a stand-in for the services behind it, and somebody signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from contracts.actor import Role
from eventlog.sqlite import SqliteStore
from gateway.accounts import Accounts
from gateway.app import create_app
from gateway.parts import GatewaySettings
from gateway.proofs import Proofs
from gateway.store import open_log
from tests.gateway import county
from tests.gateway.stand_in import StandIn

PASSWORD = "eight-characters-or-more"
SUBJECTS = {
    "office": (Role.OFFICE, None),
    "unit": (Role.UNIT, county.UNITS["县林业局"]),
    "reviewer": (Role.REVIEWER, county.REVIEWERS[0]),
    "leader": (Role.LEADER, None),
    "inspector": (Role.INSPECTOR, county.INSPECTORS[2]),
    "auditor": (Role.AUDITOR, None),
}


@dataclass
class Clocks:
    """Business time and the wall clock, both standing still until moved."""

    moment: datetime = county.NOW
    seconds: float = field(default=1_781_490_000.0)

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> float:
        return self.seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


def open_accounts(folder: Path, clocks: Clocks) -> Accounts:
    """One account for each role, in a database of its own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    opened = Accounts(open_log(SqliteStore(folder / "gateway.sqlite")), clocks, hasher=cheap, wall=clocks.wall)
    for account, (role, subject_id) in SUBJECTS.items():
        opened.open_account(account, PASSWORD, role, subject_id)
    return opened


def build_app(folder: Path, stand_in: StandIn, accounts: Accounts, clocks: Clocks) -> Flask:
    site = folder / "site"
    site.mkdir()
    (site / "index.html").write_text("<!doctype html><title>榜样</title>", encoding="utf-8")
    proofs = Proofs(folder)
    return create_app(stand_in, accounts, GatewaySettings(site=site, proofs=proofs, clock=clocks, https=False))


def sign_in(app: Flask, account: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"  # as a browser says at our own pages
    answer = client.post("/sign-in", data={"account": account, "password": PASSWORD})
    assert answer.status_code == 303
    return client


@pytest.fixture
def accounts(tmp_path: Path, clocks: Clocks) -> Iterator[Accounts]:
    opened = open_accounts(tmp_path, clocks)
    yield opened
    opened.log.store.close()


@pytest.fixture
def app(stand_in: StandIn, accounts: Accounts, tmp_path: Path, clocks: Clocks) -> Flask:
    return build_app(tmp_path, stand_in, accounts, clocks)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody is signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    return partial(sign_in, app)
