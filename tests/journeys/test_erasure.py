"""A nominee of a finished campaign is erased through the API; afterwards no file of the county holds a byte of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.nomination import ErasureGround
from deploy.demo.cast import OFFICE, PASSWORD
from deploy.demo.client import Caller, Refused
from tests.journeys.conftest import Played
from tests.journeys.county import free_port
from tests.waiting import until

pytestmark = pytest.mark.timeout(600)
PROGRAM = Path(sys.executable).with_name("biaobing")
ERASURE = {"ground": ErasureGround.RETENTION_ENDED.value}


@pytest.fixture(scope="module")
def county(embedded_journey: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished campaign's data, to be changed; what the demo keeps for itself is no part of the county."""
    data = Path(shutil.copytree(embedded_journey.data, tmp_path_factory.mktemp("erased") / "data"))
    (data / "refused-rows.json").unlink()
    return data


@contextmanager
def served(data: Path) -> Iterator[Caller]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIAOBING_")}
    with (data / "program.log").open("wb") as log:
        command: list[str | Path] = [PROGRAM, "up", "--data", data, "--port", str(port)]
        program = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def answers() -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(f"http://127.0.0.1:{port}/public/", timeout=10).ok
        return False

    try:
        until(answers, within=60, what="the program")
        yield Caller(f"http://127.0.0.1:{port}", OFFICE, PASSWORD)
    finally:
        program.send_signal(signal.SIGINT)
        assert program.wait(60) == 0


def audited(*arguments: str | Path) -> Any:
    told = subprocess.run([PROGRAM, "audit", *arguments, "--json"], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]
    return json.loads(told.stdout)


def holding(folder: Path, words: list[str]) -> list[str]:
    spellings = [spelling for word in words for spelling in (word.encode(), json.dumps(word).strip('"').encode())]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(spelling in path.read_bytes() for spelling in spellings)]


@pytest.fixture(scope="module")
def erased(county: Path) -> tuple[str, list[str]]:
    """(nomination id, what was personal about it): of the nominations without a prize, the one with the rarest name."""
    with served(county) as office:
        season = office.get("/seasons")["rows"][0]["season_id"]
        rows = office.pages(f"/seasons/{season}/nominations")
        names = [row["name"] for row in rows]
        cases = {case["nomination_id"]: case for case in office.pages(f"/seasons/{season}/cases")}
        chosen = next(
            row["nomination_id"]
            for row in rows
            if cases[row["nomination_id"]]["proposed_tier"] is None and names.count(row["name"]) == 1
        )
        form = office.get(f"/nominations/{chosen}")["form"]
        words = [form["name"], form["contact"], form["title"], form["deeds"][:40], form["deeds"][-40:]]
        assert holding(county, words) != []
        office.post(f"/nominations/{chosen}/erasure", ERASURE, "erasure-journey")

        def acknowledged() -> bool:
            course = office.get(f"/timeline/{chosen}")["rows"]
            return [entry["type"] for entry in course].count("PersonalDataErasureAcknowledged") == 3

        until(acknowledged, within=60, what="all services to erase their copies")
    return chosen, words


def test_no_file_of_the_county_holds_a_byte_of_the_erased_x15(county: Path, erased: tuple[str, list[str]]) -> None:
    _, words = erased
    assert holding(county, words) == []


def test_the_logs_still_verify_i9(county: Path, erased: tuple[str, list[str]]) -> None:
    assert erased
    assert audited("verify", county)["findings"] == []


def test_the_course_of_the_erased_says_so(county: Path, erased: tuple[str, list[str]]) -> None:
    nomination_id, _ = erased
    sentences = [entry["sentence"] for entry in audited("timeline", county, nomination_id)]
    assert sum("已删除" in sentence for sentence in sentences) >= 4


def test_an_awarded_nominee_is_not_erased_x16(county: Path) -> None:
    with served(county) as office:
        season = office.get("/seasons")["rows"][0]["season_id"]
        awarded = next(case for case in office.pages(f"/seasons/{season}/cases") if case["awarded_tier"])
        with pytest.raises(Refused) as refused:
            office.post(f"/nominations/{awarded['nomination_id']}/erasure", ERASURE, "erasure-of-an-awarded")
        assert refused.value.problem["code"] == "nomination.erasure_held"
        assert "档案永久保存" in refused.value.problem["detail"]
