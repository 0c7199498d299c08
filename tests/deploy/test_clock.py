"""The campaign clock: it stands, it flows, and every process reads the same."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from deploy.clock import CampaignClock

MOMENT = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "clock.json"


def test_a_clock_never_set_tells_the_machines_time_in_whole_seconds(path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    now = CampaignClock(path).now()
    assert before <= now <= datetime.now(UTC)
    assert (now.microsecond, now.tzinfo) == (0, UTC)


def test_a_clock_that_stands_tells_its_moment_to_every_process(path: Path) -> None:
    CampaignClock(path).stand_at(MOMENT)
    assert CampaignClock(path).now() == MOMENT
    assert CampaignClock(path).now().utcoffset() == timedelta(0)


def test_a_clock_that_flows_has_gone_on_as_long_as_the_machine(path: Path) -> None:
    CampaignClock(path).flow_from(MOMENT)
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"flows_from": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}), "utf-8")
    gone = CampaignClock(path).now() - MOMENT
    assert timedelta(hours=1) <= gone < timedelta(hours=1, minutes=5)


def test_a_clock_can_be_set_back_and_forth(path: Path) -> None:
    clock = CampaignClock(path)
    for moment in (MOMENT, MOMENT + timedelta(days=9), MOMENT):
        clock.stand_at(moment)
        assert clock.now() == moment


def test_a_reader_never_sees_half_a_clock(path: Path) -> None:
    clock = CampaignClock(path)
    clock.stand_at(MOMENT)
    moments = [MOMENT + timedelta(days=day) for day in range(300)]
    with ThreadPoolExecutor(1) as pool:
        setting = pool.submit(_set, clock, moments)
        seen = set()
        while not setting.done():
            seen.add(CampaignClock(path).now())
    assert seen <= {MOMENT, *moments}


def _set(clock: CampaignClock, moments: list[datetime]) -> None:
    for moment in moments:
        clock.stand_at(moment)
