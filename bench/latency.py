"""From an accepted nomination to its review case being visible: five processes on RabbitMQ and PostgreSQL."""

from __future__ import annotations

import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from contracts.actor import GATEWAY, Actor, Role, TokenSigner
from contracts.nomination import OpenSeason, PhaseName, RegisterUnit, SubmitNomination
from contracts.rpc import Request, result_of
from deploy import assembly
from deploy.clock import CampaignClock
from deploy.demo.people import MadeUpNominee, nominees
from deploy.demo.plan import read_plan
from deploy.keys import own_key
from deploy.processes import Supervisor, create_databases
from deploy.proving import LOGS
from deploy.settings import Settings
from deploy.waiting import until
from eventlog.codec import to_json
from eventlog.hosting.calls import RemoteCalls
from gateway.proofs import Proofs

NOMINATIONS = 1500
PER_SECOND = 50
CALLERS = 12
LOOK_SECONDS = 0.005
LOOK_AT_PROOF_SECONDS = 0.05


@dataclass(frozen=True)
class Delays:
    """Milliseconds."""

    median: float
    p99: float
    worst: float


@dataclass(frozen=True)
class Measured:
    """``covered``: until a checkpoint over the event was signed, cosigned by another log and published."""

    visible: Delays
    covered: Delays
    per_second: float


class _Office:
    """Talks to the services as the gateway does."""

    def __init__(self, settings: Settings) -> None:
        self._calls = RemoteCalls(assembly.nameko_config(settings), 10.0)
        self._signer = TokenSigner(GATEWAY, own_key(settings.data, GATEWAY))
        self._actor = Actor(account="bench", role=Role.OFFICE)

    def execute(self, command: object) -> Any:
        request = Request(
            operation=type(command).__name__,
            body=to_json(command),
            token=self._signer.sign(self._actor, "nomination"),
            deadline=time.time() + 10,
            command_id=str(uuid4()),
        )
        return result_of(self._calls("nomination", "execute", to_json(request)))


def measure(settings: Settings) -> Measured:
    """``settings`` name a broker and a database server for us alone."""
    assert settings.clock_file is not None
    create_databases(settings)
    supervisor = Supervisor(settings)
    supervisor.start()
    watcher = threading.Thread(target=supervisor.run)
    watcher.start()
    try:
        return _measure(settings, CampaignClock(settings.clock_file))
    finally:
        supervisor.stopping.set()
        watcher.join()


def _measure(settings: Settings, clock: CampaignClock) -> Measured:
    season = read_plan().season
    nomination = next(phase for phase in season.phases if phase.name is PhaseName.NOMINATION)
    clock.stand_at(datetime.combine(nomination.ends_on, datetime.min.time()).astimezone() - timedelta(hours=1))
    office = _Office(settings)
    until(lambda: _answers(office, season), 60, "the services")
    unit_ids = [uuid4() for _ in range(NOMINATIONS // season.rules.unit_quota)]
    for number, unit_id in enumerate(unit_ids):
        office.execute(RegisterUnit(unit_id=unit_id, name=f"测量单位{number}", sector="测量", level="测量"))
    proofs = Proofs(settings.data)
    others = len(LOGS) - 1
    until(lambda: len(proofs.of("nomination").cosigners) == others, 60, "all five processes")
    accepted: dict[str, tuple[float, int]] = {}
    visible: dict[str, float] = {}
    covered: list[tuple[float, int]] = []
    stopping = threading.Event()
    watchers = [
        threading.Thread(target=_watch, args=[settings, visible, stopping]),
        threading.Thread(target=_watch_proof, args=[proofs, covered, stopping]),
    ]
    for watcher in watchers:
        watcher.start()
    spent = _submit(office, season, unit_ids, accepted)
    until(lambda: len(visible) >= NOMINATIONS, 60, "all cases")
    last = max(position for _, position in accepted.values())
    until(lambda: bool(covered) and covered[-1][1] > last, 60, "a cosigned checkpoint over all of it")
    stopping.set()
    for watcher in watchers:
        watcher.join()
    return Measured(
        visible=_delays([visible[one] - at for one, (at, _) in accepted.items()]),
        covered=_delays(
            [next(seen for seen, size in covered if size > position) - at for at, position in accepted.values()]
        ),
        per_second=NOMINATIONS / spent,
    )


def _delays(seconds: list[float]) -> Delays:
    delays = sorted(one * 1000 for one in seconds)
    return Delays(median=statistics.median(delays), p99=delays[int(len(delays) * 0.99)], worst=delays[-1])


def _answers(office: _Office, season: OpenSeason) -> bool:
    try:
        office.execute(season)
    except Exception:  # noqa: BLE001 -- whatever it is, the services are not up yet
        return False
    return True


def _submit(office: _Office, season: OpenSeason, unit_ids: list[UUID], accepted: dict[str, tuple[float, int]]) -> float:
    """At moments of a Poisson process, so that nominations also come close together; the seconds it took."""
    people = nominees(1)
    chance = random.Random(1)  # noqa: S311 -- arrivals, not secrets
    pauses = [chance.expovariate(1) for _ in range(NOMINATIONS)]
    unit = NOMINATIONS / PER_SECOND / sum(pauses)
    at = started = time.perf_counter()

    def submit(number: int, due: float) -> None:
        time.sleep(max(due - time.perf_counter(), 0))
        one: MadeUpNominee = people[number % len(people)]
        form = replace(one.form, workplace=f"{one.form.workplace}{number}", rank_in_unit=1)
        command = SubmitNomination(
            nomination_id=uuid4(),
            season_id=season.season_id,
            unit_id=unit_ids[number % len(unit_ids)],
            form=form,
        )
        position = office.execute(command)["position"]
        accepted[str(command.nomination_id)] = time.perf_counter(), position

    with ThreadPoolExecutor(CALLERS) as pool:
        futures = []
        for number, pause in enumerate(pauses):
            at += pause * unit
            futures.append(pool.submit(submit, number, at))
        for future in futures:
            future.result()
    return time.perf_counter() - started


def _watch(settings: Settings, visible: dict[str, float], stopping: threading.Event) -> None:
    """Looks at what is new in review's database; a case's row is there when its event is, by one commit."""
    url = f"{settings.database_url}/biaobing_review".replace("+psycopg", "")
    query = "SELECT position, type, stream_id FROM event WHERE position >= %s ORDER BY position"
    first = 0
    # Past SQLAlchemy and without a transaction: whoever looks two hundred times a second must not weigh anything.
    with psycopg.connect(url, autocommit=True) as connection:
        while not stopping.wait(LOOK_SECONDS):
            found = connection.execute(query, [first]).fetchall()
            now = time.perf_counter()
            for position, kind, stream in found:
                first = position + 1
                if kind == "CaseOpened":
                    visible[stream.partition("-")[2]] = now


def _watch_proof(proofs: Proofs, covered: list[tuple[float, int]], stopping: threading.Event) -> None:
    """Looks at what nomination's log publishes: when a checkpoint of which size was first seen cosigned."""
    while not stopping.wait(LOOK_AT_PROOF_SECONDS):
        proof = proofs.of("nomination")
        if proof.size is not None and proof.cosigners and (not covered or proof.size > covered[-1][1]):
            covered.append((time.perf_counter(), proof.size))
