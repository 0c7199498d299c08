"""The demo season as its plan file says it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from contracts.nomination import OpenSeason
from contracts.schemas import load
from deploy.plan_file import with_dates


@dataclass(frozen=True)
class Plan:
    """``draw_on`` is the day units are drawn for inspection."""

    season: OpenSeason
    draw_on: date


def read_plan() -> Plan:
    """Raises `contracts.errors.Invalid` naming every value that does not fit the contract."""
    loaded = tomllib.loads(files("deploy.demo").joinpath("plan.toml").read_text("utf-8"))
    return Plan(load(OpenSeason, with_dates(loaded["season"])), date.fromisoformat(loaded["inspection"]["draw_on"]))
