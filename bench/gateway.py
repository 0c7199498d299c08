"""Requests per second of a list page, through gateway and RPC, on five processes."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

import requests

from deploy.clock import CampaignClock
from deploy.demo.campaign import Campaign
from deploy.demo.cast import OFFICE, PASSWORD, Cast
from deploy.demo.performance import open_accounts
from deploy.demo.plan import read_plan
from deploy.demo.refusals import Refusals
from deploy.processes import Supervisor, create_databases
from deploy.settings import Settings

CLIENTS = 8
SECONDS = 10.0
PAGES = {"推荐一览（页面）": "/nominations", "推荐一览（接口）": "/api/v1/seasons/{season}/nominations?limit=50"}


@dataclass(frozen=True)
class Rate:
    page: str
    per_second: float
    median_ms: float
    p99_ms: float


def measure(settings: Settings) -> list[Rate]:
    """With 300 nominations in; ``settings`` name a broker and a database server for us alone."""
    assert settings.clock_file is not None
    create_databases(settings)
    cast = Cast(1)
    open_accounts(settings, cast)
    supervisor = Supervisor(settings)
    supervisor.start()
    watcher = threading.Thread(target=supervisor.run)
    watcher.start()
    base_url = f"http://{settings.http_host}:{settings.http_port}"
    try:
        clock = CampaignClock(settings.clock_file)
        refusals = Refusals(settings.data / "refused-rows.json")
        Campaign(base_url, cast, read_plan(), clock, refusals, lambda *_: None, 3).run("nomination")
        return [_load(base_url, name, path.format(season=cast.season_id)) for name, path in PAGES.items()]
    finally:
        supervisor.stopping.set()
        watcher.join()


def _load(base_url: str, name: str, path: str) -> Rate:
    sessions = [_signed_in(base_url, path) for _ in range(CLIENTS)]
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(CLIENTS) as pool:
        spent = [
            one for many in pool.map(lambda session: _ask(session, base_url + path, until), sessions) for one in many
        ]
    spent.sort()
    return Rate(name, len(spent) / SECONDS, statistics.median(spent) * 1000, spent[int(len(spent) * 0.99)] * 1000)


def _signed_in(base_url: str, path: str) -> requests.Session:
    """One after the other: guesses that come at once are turned back."""
    session = requests.Session()
    session.trust_env = False
    if path.startswith("/api/"):
        session.auth = (OFFICE, PASSWORD)
    else:
        form = session.get(f"{base_url}/sign-in").text
        token = form.partition('name="form_token" value="')[2].partition('"')[0]
        session.post(f"{base_url}/sign-in", data={"account": OFFICE, "password": PASSWORD, "form_token": token})
    return session


def _ask(session: requests.Session, url: str, until: float) -> list[float]:
    spent = []
    while (started := time.perf_counter()) < until:
        answer = session.get(url, allow_redirects=False)
        spent.append(time.perf_counter() - started)
        if answer.status_code != HTTPStatus.OK:  # the sign-in page is fast, and not what is measured
            raise RuntimeError(f"{url} answered {answer.status_code}")
    return spent
