"""The demo county in a shape of its own, played and read by the journeys."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from audit.vocabulary import VOCABULARIES
from deploy import assembly
from deploy.clock import CampaignClock
from deploy.demo.campaign import Campaign
from deploy.demo.cast import Cast
from deploy.demo.performance import open_accounts
from deploy.demo.plan import read_plan
from deploy.demo.refusals import Refusals
from deploy.processes import Supervisor, create_databases
from deploy.settings import Settings
from eventlog.timeline import MENTION

SEED = 7
PEOPLE_AT_ONCE = 3

ReadModels = dict[str, list[tuple[Any, ...]]]


def settings_for(data: Path, broker_url: str | None = None, database_url: str | None = None) -> Settings:
    return Settings(
        data=data,
        broker_url=broker_url,
        database_url=database_url,
        http_host="127.0.0.1",
        http_port=free_port(),
        clock_file=data / "clock.json",
        https=False,
        origin="biaobing.test",
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class FiveProcesses:
    """The four services and the gateway as processes on RabbitMQ and PostgreSQL, watched and started again."""

    settings: Settings
    supervisor: Supervisor
    campaign: Campaign

    def kill(self, name: str) -> bool:
        """kill -9; whether there was a process to kill."""
        process = self.supervisor.children[name].process
        if process is None:
            return False
        process.kill()
        return True


@contextmanager
def five_processes(settings: Settings) -> Iterator[FiveProcesses]:
    assert settings.clock_file is not None
    create_databases(settings)
    cast = Cast(SEED)
    open_accounts(settings, cast)
    supervisor = Supervisor(settings)
    supervisor.start()
    watcher = threading.Thread(target=supervisor.run)
    watcher.start()
    base_url = f"http://{settings.http_host}:{settings.http_port}"
    clock = CampaignClock(settings.clock_file)
    refusals = Refusals(settings.data / "refused-rows.json")
    campaign = Campaign(base_url, cast, read_plan(), clock, refusals, lambda *_: None, PEOPLE_AT_ONCE)
    try:
        yield FiveProcesses(settings, supervisor, campaign)
    finally:
        supervisor.stopping.set()
        watcher.join()


def read_models(settings: Settings) -> ReadModels:
    """All rows of all services, but for positions: they tell in which order things happened to arrive. How often people
    signed in depends on how long the journey took, so the gateway's mentions stay out as well.
    """
    found: ReadModels = {}
    for name, vocabulary in VOCABULARIES.items():
        store = assembly.store(settings, name)
        with store.reading() as connection:
            for projection in vocabulary.projections:
                for table in projection.tables:
                    if (name, table) == ("gateway", MENTION):
                        continue
                    columns = [column for column in table.columns if table is not MENTION or column.name == "thing"]
                    rows = [tuple(row) for row in connection.execute(select(*columns))]
                    found[f"{name}.{table.name}"] = sorted(rows, key=repr)
        store.close()
    return found


def awards(models: ReadModels) -> list[tuple[Any, ...]]:
    """What it is all about: who got which tier, as the public sees it."""
    return models["publicity.exemplar"]
