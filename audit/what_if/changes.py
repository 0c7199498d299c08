"""The rules to try: a TOML file with those values of the rule pack that are to be other than they were."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from audit.disk import in_words
from audit.outcome import Unusable
from audit.recompute import FULL, Averaging
from contracts.errors import Invalid
from contracts.fields import Items, Label, Range
from contracts.nomination import Criterion, RulePack, Tier
from contracts.schemas import load

WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is not given stays as it was. Other rules decide nothing that score sheets could answer."""

    rubric: Annotated[tuple[Criterion, ...] | None, Label("评分细则"), Items(1, 12)] = None
    tiers: Annotated[tuple[Tier, ...] | None, Label("拟设奖项"), Items(1, 10)] = None
    trim_from: Annotated[int | None, Label("去掉最高最低分所需的最少评委数"), Range(3, 15)] = None
    averaging: Annotated[Averaging | None, Label("合成办法")] = None
    unit_quota: Annotated[int | None, Label("每单位名额"), Range(1, 200)] = None


@dataclass(frozen=True)
class Trial:
    """The rule pack and the averaging a season is judged by once more."""

    rules: RulePack
    averaging: Averaging


def read(path: Path) -> Changes:
    """Raises :class:`Unusable` with every fault at once."""
    try:
        whole = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise Unusable(f"规则文件 {path} 读不了：{in_words(error)}。") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise Unusable(f"{path} 读不懂，它应是 UTF-8 的 TOML 文件，写法见 docs/auditing.md：{error}") from error
    try:
        changes: Changes = load(Changes, whole)
    except Invalid as faults:
        lines = [f"  {'.'.join(field.pointer.split('/')[1:])}：{field.message}" for field in faults.fields]
        raise Unusable("\n".join([f"{path} 有 {len(lines)} 处需要改正：", *lines])) from None
    if changes == Changes():
        raise Unusable(f"{path} 没有改任何规则。可改 rubric、tiers、trim_from、averaging、unit_quota。")
    return changes


def apply(changes: Changes, rules: RulePack, sheets: Sequence[Mapping[str, Decimal]]) -> Trial:
    """Raises :class:`Unusable` when the score sheets cannot answer what the changed rules ask."""
    given: dict[str, Any] = {name: value for name, value in vars(changes).items() if value is not None}
    averaging = given.pop("averaging", Averaging.TRIMMED)
    if (changes.unit_quota or 0) > rules.unit_quota:
        raise Unusable(f"每单位名额只能试得更少：原为 {rules.unit_quota} 名，多出来的会推荐谁，日志里没有。")
    changed = replace(rules, **given)
    for what, parts in (("评分细则", changed.rubric), ("等次", changed.tiers)):
        if len({one.name for one in parts}) < len(parts):
            raise Unusable(f"{what}里有重复的名称。请改为各不相同。")
    if (weights := sum(one.weight for one in changed.rubric)) != WHOLE:
        raise Unusable(f"评分细则的权重合计应为 {WHOLE}，现为 {weights}（R-04）。")
    for criterion in changed.rubric:
        _check_answered(criterion, sheets)
    return Trial(changed, averaging)


def _check_answered(criterion: Criterion, sheets: Sequence[Mapping[str, Decimal]]) -> None:
    for sheet in sheets:
        if criterion.name not in sheet:
            raise Unusable(f"评委没有给“{criterion.name}”打过分，无从重算。")
        if criterion.pass_fail and sheet[criterion.name] not in (0, FULL):
            raise Unusable(f"“{criterion.name}”打的是分数，不能改作否决项。")
