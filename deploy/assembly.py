"""Puts the parts together for a process, by its settings; the same for every shape."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.resources import files
from typing import Any

from argon2 import PasswordHasher
from flask import Flask

from contracts.actor import GATEWAY, TokenSigner, TokenVerifier
from deploy.clock import CampaignClock
from deploy.keys import own_key, public_key
from deploy.proving import notary
from deploy.settings import Settings
from eventlog.broker.amqp import AmqpBroker
from eventlog.broker.memory import MemoryBroker
from eventlog.broker.ports import Broker
from eventlog.clock import Clock, SystemClock
from eventlog.hosting import in_process
from eventlog.hosting.calls import RemoteCalls, RemoteSource
from eventlog.hosting.extension import SURROUNDINGS
from eventlog.postgresql import PostgresqlStore
from eventlog.proof.notary import Notary
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from eventlog.vault import PersonalKeys
from gateway.accounts import Accounts
from gateway.app import create_app
from gateway.parts import GatewaySettings
from gateway.proofs import Proofs
from gateway.rpc import Services
from gateway.store import open_log
from gateway.waiting import WaitingWorkbooks
from services.surroundings import Surroundings

SERVICES = {
    "nomination": "NominationService",
    "review": "ReviewService",
    "publicity": "PublicityService",
    "inspection": "InspectionService",
}
CALL_SECONDS = 5.0
COSIGN_SECONDS = 2.0
"""What another log is given to answer: the next checkpoint is a second away."""
WORKERS = 8
"""Requests a service works on at once."""


def nameko_config(settings: Settings) -> dict[str, Any]:
    in_process.install()
    return {"AMQP_URI": settings.broker_url or in_process.URL, "max_workers": WORKERS, "serializer": "json"}


def broker(settings: Settings) -> Broker:
    return AmqpBroker(settings.broker_url) if settings.broker_url else MemoryBroker()


def clock(settings: Settings) -> Clock:
    return CampaignClock(settings.clock_file) if settings.clock_file else SystemClock()


def store(settings: Settings, name: str) -> Store:
    """The database of a service, or of the gateway; ``name`` is the log's."""
    if settings.database_url:
        return PostgresqlStore(f"{settings.database_url.rstrip('/')}/biaobing_{name}")
    folder = settings.data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteStore(folder / f"{name}.sqlite3")


def personal_keys(settings: Settings, name: str) -> PersonalKeys:
    return PersonalKeys(settings.data / "personal-keys" / f"{name}.sqlite3")


def service_class(name: str) -> type:
    """Imported only by the process that hosts it."""
    found: type = getattr(import_module(f"services.{name}.service"), SERVICES[name])
    return found


def service_config(settings: Settings, name: str, common_broker: Broker) -> dict[str, Any]:
    """Nameko's configuration for one service, with what the process gives to it."""
    config = nameko_config(settings)
    calls = RemoteCalls(config, CALL_SECONDS)
    config[SURROUNDINGS] = Surroundings(
        store=store(settings, name),
        keys=personal_keys(settings, name),
        broker=common_broker,
        clock=clock(settings),
        verifier=TokenVerifier(partial(public_key, settings.data), name),
        signer=TokenSigner(name, own_key(settings.data, name)),
        calls=calls,
        sources=partial(RemoteSource, calls),
        notary=partial(notary, settings, RemoteCalls(config, COSIGN_SECONDS)),
        site=settings.data / "site",
        stylesheet=_stylesheet(),
    )
    return config


def accounts(settings: Settings, hasher: PasswordHasher | None = None) -> Accounts:
    """The gateway's accounts; ``hasher`` other than argon2's own defaults is for a demo's throw-away passwords."""
    return Accounts(open_log(store(settings, GATEWAY)), clock(settings), hasher=hasher)


def gateway(settings: Settings) -> tuple[Flask, Notary, WaitingWorkbooks]:
    """The application, what proves its log, and what it keeps for a while; the process that serves the one runs the
    loops of the others.
    """
    signer = TokenSigner(GATEWAY, own_key(settings.data, GATEWAY))
    config = nameko_config(settings)
    opened = accounts(settings)
    app = create_app(
        Services(config, signer),
        opened,
        GatewaySettings(
            site=settings.data / "site",
            proofs=Proofs(settings.data),
            clock=clock(settings),
            https=settings.https,
        ),
    )
    waiting = WaitingWorkbooks(opened.log.store, opened.wall)
    return app, notary(settings, RemoteCalls(config, COSIGN_SECONDS), opened.log), waiting


def _stylesheet() -> str:
    return files("gateway").joinpath("static/style.css").read_text("utf-8")
