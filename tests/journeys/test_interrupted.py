"""A demo that is stopped again and again, by Ctrl-C and by kill -9, and taken up where it stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from deploy.demo.cast import OFFICE, PASSWORD
from tests.journeys.conftest import Played
from tests.journeys.county import SEED, free_port, read_models, settings_for
from tests.waiting import until

pytestmark = pytest.mark.timeout(2400)

STOPS = (signal.SIGINT, signal.SIGKILL, signal.SIGINT, signal.SIGKILL)
SHORTEST_SECONDS, LONGEST_SECONDS = 6.0, 22.0


def _start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIAOBING_")}
    program = Path(sys.executable).with_name("biaobing")
    return subprocess.Popen(
        [program, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _demo(data: Path) -> subprocess.Popen[bytes]:
    return _start("demo", "--data", data, "--seed", str(SEED), "--port", str(free_port()), "--no-serve")


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("interrupted") / "data"
    chance = random.Random(SEED)
    codes = []
    for number in STOPS:
        demo = _demo(data)
        with suppress(subprocess.TimeoutExpired):
            demo.wait(chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
        demo.send_signal(number)
        codes.append(demo.wait(120))
    # −SIGINT: interrupted while the program was still loading, before there was anything to stop.
    assert set(codes) <= {130, -signal.SIGINT, -signal.SIGKILL, 0}, codes
    assert -signal.SIGKILL in codes
    assert _demo(data).wait(900) == 0
    return data


def test_nothing_is_lost_and_nothing_done_twice(resumed: Path, embedded_journey: Played) -> None:
    models = read_models(settings_for(resumed))
    assert [name for name, rows in embedded_journey.models.items() if models[name] != rows] == []


def test_the_same_data_is_served_again_after_a_restart(resumed: Path) -> None:
    port = free_port()
    serving = _start("up", "--data", resumed, "--port", str(port))
    try:

        def season() -> dict[str, object] | None:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/api/v1/seasons", auth=(OFFICE, PASSWORD), timeout=10)
            except requests.ConnectionError:
                return None
            found: dict[str, object] = answer.json()["rows"][0]
            return found

        shown = until(season, within=60, what="the restarted program")
        assert shown is not None
        assert shown["nominations"] == 300
    finally:
        serving.send_signal(signal.SIGINT)
        assert serving.wait(30) == 0
