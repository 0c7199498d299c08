"""A simulation in files and on the screen, the word 模拟 in every one of them and in every row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audit.spreadsheet import write_csv
from audit.what_if.simulation import Compared, Place, Simulation, Turn
from eventlog.codec import to_json

MARK = "模拟"
WATERMARK = "模拟：用改动过的规则重算，不是评审结果，不得公示、决定或对外引用"
JSON_NAME, CSV_NAME, TEXT_NAME = "模拟.json", "模拟.csv", "模拟.txt"
COLUMNS = (
    MARK, "推荐件编号", "单位编号", "原名次", "原得分", "原等次", "模拟名次", "模拟得分", "模拟等次", "变化",
    "实际授奖",
)  # fmt: skip


def write(simulation: Simulation, folder: Path) -> None:
    """The three files; the folder is empty."""
    whole = json.dumps(as_json(simulation), ensure_ascii=False, indent=1)
    (folder / JSON_NAME).write_text(f"{whole}\n", encoding="utf-8")
    (folder / TEXT_NAME).write_text("".join(f"{line}\n" for line in as_text(simulation)), encoding="utf-8")
    write_csv(folder / CSV_NAME, COLUMNS, (_row(one) for one in simulation.compared))


def as_json(simulation: Simulation) -> dict[str, Any]:
    return {
        MARK: WATERMARK,
        "season_id": str(simulation.season_id),
        "rules": {"was": to_json(simulation.rules), "would_be": to_json(simulation.trial.rules)},
        "averaging": simulation.trial.averaging.value,
        "nominations": [{MARK: True} | to_json(one) | {"turn": one.turn.name.lower()} for one in simulation.compared],
    }


def as_text(simulation: Simulation) -> Iterator[str]:
    """One line each for the whole, the changed rules, and everybody whose tier would be another."""
    turns = Counter(one.turn for one in simulation.compared)
    yield f"【{WATERMARK}】"
    yield f"【{MARK}】活动 {simulation.season_id}，参加重算 {len(simulation.compared)} 份材料："
    yield f"【{MARK}】" + "，".join(f"{turn.value} {turns[turn]} 份" for turn in Turn)
    yield from (f"【{MARK}】{line}" for line in _changed_rules(simulation))
    for one in simulation.compared:
        if one.turn is not Turn.STAYS:
            yield f"【{MARK}】{one.turn.value}：{one.nomination_id}，原{_told(one.was)}，{MARK}{_told(one.would_be)}"


def _changed_rules(simulation: Simulation) -> Iterator[str]:
    was, would_be = asdict(simulation.rules), asdict(simulation.trial.rules)
    for name in (name for name in was if was[name] != would_be[name]):
        told = [json.dumps(to_json(side[name]), ensure_ascii=False) for side in (was, would_be)]
        yield f"规则 {name}：{told[0]} → {told[1]}"
    yield f"合成办法：{simulation.trial.averaging.value}"


def _told(place: Place) -> str:
    return "未参加排名" if place.rank is None else f"第 {place.rank} 名 {place.score} 分（{place.tier or '无等次'}）"


def _row(one: Compared) -> list[Any]:
    return [
        MARK, one.nomination_id, one.unit_id, one.was.rank, one.was.score, one.was.tier,
        one.would_be.rank, one.would_be.score, one.would_be.tier, one.turn.value, one.awarded,
    ]  # fmt: skip
