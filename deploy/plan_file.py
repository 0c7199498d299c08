"""Opens a season from its plan file: TOML with the fields of ``OpenSeason`` under ``[season]``.

A phase may say ``days = "3月上旬至5月20日"``, as county plans do, instead of ``starts_on`` and ``ends_on`` (X-06).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid5

import requests

from contracts.errors import Invalid
from contracts.nomination import OpenSeason
from contracts.schemas import load
from eventlog.codec import to_json
from standards.refusal import Refusal
from standards.ten_days import read_days

_TIMEOUT_SECONDS = 15.0


class PlanUnusable(Exception):
    """What is wrong, where in the file, and how to mend it."""


def read_season(path: Path) -> OpenSeason:
    """Raises :class:`PlanUnusable` with every fault at once."""
    try:
        whole = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanUnusable(f"{path} 不是 UTF-8 的 TOML 文件：{error}") from error
    if "season" not in whole:
        raise PlanUnusable(f"{path} 里缺少 [season] 一节。可参照演示县的 deploy/demo/plan.toml。")
    try:
        season: OpenSeason = load(OpenSeason, with_dates(whole["season"]))
    except Refusal as refusal:
        raise PlanUnusable(f"{path} 里各阶段的 days 有一处需要改正：{refusal}") from None
    except Invalid as faults:
        lines = [f"  {'.'.join(field.pointer.split('/')[1:])}：{field.message}" for field in faults.fields]
        raise PlanUnusable("\n".join([f"{path} 有 {len(lines)} 处需要改正：", *lines])) from None
    return season


def with_dates(season: dict[str, Any]) -> dict[str, Any]:
    """The season with the first and the last day of each phase that says its days in words.

    Raises :class:`standards.refusal.Refusal`; all else that may be wrong is left to ``load``.
    """
    phases = [_with_dates(phase, season.get("year")) for phase in season.get("phases", [])]
    return season | ({"phases": phases} if phases else {})


def _with_dates(phase: dict[str, Any], year: object) -> dict[str, Any]:
    days = phase.get("days")
    if not isinstance(days, str) or not isinstance(year, int) or {"starts_on", "ends_on"} & phase.keys():
        return phase
    named = read_days(days, year)
    others = {name: value for name, value in phase.items() if name != "days"}
    return others | {"starts_on": named.first.isoformat(), "ends_on": named.last.isoformat()}


def open_season(path: Path, url: str, account: str, password: str) -> str:
    """Sends the plan to the gateway; the sentence to show. The same plan opens one season however often it is sent."""
    season = read_season(path)
    body = {name: value for name, value in to_json(season).items() if name != "season_id"}
    headers = {"Idempotency-Key": str(uuid5(season.season_id, "open"))}
    try:
        answer = requests.post(
            f"{url.rstrip('/')}/api/v1/seasons",
            json=body,
            headers=headers,
            auth=(account, password),
            timeout=_TIMEOUT_SECONDS,
        )
    except requests.RequestException as error:
        raise PlanUnusable(f"联系不上 {url}：{error}。请确认标兵已启动，再用同一份文件重试。") from error
    if not answer.ok:
        problem = answer.json()
        raise PlanUnusable("\n".join([problem["detail"], *(one["detail"] for one in problem.get("errors", []))]))
    return f"已开启“{season.name}”，编号 {answer.headers['Location'].rpartition('/')[2]}。"
