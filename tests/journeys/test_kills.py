"""kill -9 of every service again and again, and the loss of the whole broker, while the campaign runs."""

from __future__ import annotations

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from audit.copies.folder import open_copies
from audit.replay import replay
from audit.verify import verify
from audit.vocabulary import VOCABULARIES
from deploy.assembly import SERVICES
from deploy.settings import Settings
from tests.journeys.conftest import Played
from tests.journeys.county import FiveProcesses, awards, five_processes, read_models, settings_for
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ

pytestmark = pytest.mark.timeout(2400)

ROUNDS = 5
KILLER_SEED = 20261122
LONGEST_PAUSE_SECONDS = 4.0


@pytest.fixture
def settings(killable_postgresql: PostgreSQL, killable_rabbitmq: RabbitMQ, tmp_path: Path) -> Settings:
    for name in VOCABULARIES:
        killable_postgresql.drop_database(f"biaobing_{name}")
    killable_rabbitmq.wipe()
    return settings_for(tmp_path, killable_rabbitmq.url, killable_postgresql.url)


def _agree(settings: Settings, postgresql: PostgreSQL, embedded: Played) -> None:
    """Awards as in the calm run, and both audits clean."""
    assert awards(read_models(settings)) == awards(embedded.models)
    for name in VOCABULARIES:
        postgresql.dump(f"biaobing_{name}", settings.data / f"{name}.sql")
    copies = open_copies(settings.data)
    assert verify(copies, lambda *_: None).findings == []
    assert [
        result
        for result in replay(copies, None, None, lambda *_: None, settings.data / "personal-keys")
        if not result.equal
    ] == []


def _kill_at_random(shape: FiveProcesses, finished: threading.Event, killed: Counter[str]) -> None:
    """Every service ``ROUNDS`` times, at moments nobody chose."""
    chance = random.Random(KILLER_SEED)
    rounds = [name for name in SERVICES for _ in range(ROUNDS)]
    chance.shuffle(rounds)
    for name in rounds:
        while not finished.wait(chance.uniform(0.5, LONGEST_PAUSE_SECONDS)):
            if shape.kill(name):
                killed[name] += 1
                break


def test_killing_every_service_five_times_changes_no_award(
    settings: Settings, killable_postgresql: PostgreSQL, embedded_journey: Played
) -> None:
    finished, killed = threading.Event(), Counter[str]()
    with five_processes(settings) as shape:
        killer = threading.Thread(target=_kill_at_random, args=[shape, finished, killed])
        killer.start()
        shape.campaign.run("inspection")
        finished.set()
        killer.join()
    assert killed == Counter(dict.fromkeys(SERVICES, ROUNDS))
    _agree(settings, killable_postgresql, embedded_journey)


def test_losing_the_whole_broker_changes_no_award(
    settings: Settings,
    killable_postgresql: PostgreSQL,
    killable_rabbitmq: RabbitMQ,
    embedded_journey: Played,
) -> None:
    with five_processes(settings) as shape:
        shape.campaign.run("nomination")
        review = threading.Thread(target=shape.campaign.run, args=["inspection"])
        review.start()
        killable_rabbitmq.wipe()
        review.join()
    _agree(settings, killable_postgresql, embedded_journey)
