"""A season: its plan, legal basis, phases and rule pack; opened, closed to nominations, shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Items, Label, Length, Pattern, Range


class LegalBasis(Enum):
    """The ground a season stands on (N-01)."""

    APPROVED_ITEM = "A"
    INTERNAL_AWARD = "B"
    ANNUAL_ASSESSMENT = "C"
    CIRCULAR_PRAISE = "D"


class PhaseName(Enum):
    """The steps of a season in their order (N-06); the value is the word on every page."""

    MOBILISATION = "发动"
    NOMINATION = "推荐"
    REVIEW = "评审"
    NOTICE = "公示"
    DECISION = "决定"
    DISPLAY = "展示"
    FOLLOW_UP = "跟踪"


class PeriodUnit(Enum):
    WORKING_DAYS = "working"
    NATURAL_DAYS = "natural"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The legal basis as printed in the notice (N-01, N-03)."""

    kind: Annotated[LegalBasis, Label("依据类型")]
    document_number: Annotated[str, Label("文号"), Length(1, 60)]
    approved_by: Annotated[str, Label("批准机关"), Length(1, 60)]
    project_name: Annotated[str, Label("项目名称"), Length(1, 25)]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One step of the season; both dates belong to it."""

    name: Annotated[PhaseName, Label("阶段")]
    starts_on: Annotated[date, Label("开始日期")]
    ends_on: Annotated[date, Label("结束日期")]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of the rubric (R-04). A pass/fail criterion has weight 0 and cannot be bought back with points."""

    name: Annotated[str, Label("指标"), Length(1, 20)]
    weight: Annotated[int, Label("权重"), Range(0, 100)]
    pass_fail: Annotated[bool, Label("是否否决项")] = False


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One prize tier (R-12): a place stays vacant when nobody reaches ``minimum_score``."""

    name: Annotated[str, Label("等次"), Length(1, 10)]
    places: Annotated[int, Label("名额"), Range(1, 150)]
    minimum_score: Annotated[Decimal, Label("最低分")]


@dataclass(frozen=True, kw_only=True)
class RulePack:
    """What a regulation or the leading group could change (X-20); fixed when the season opens."""

    version: Annotated[str, Label("规则包版本"), Length(1, 30)]
    word_limit: Annotated[int, Label("事迹材料字数上限"), Range(100, 5000)]
    unit_quota: Annotated[int, Label("每单位名额"), Range(1, 200)]
    panel_size: Annotated[int, Label("每份材料评委数"), Range(3, 15)]
    trim_from: Annotated[int, Label("去掉最高最低分所需的最少评委数"), Range(5, 15)]
    rubric: Annotated[tuple[Criterion, ...], Label("评分细则"), Items(1, 12)]
    tiers: Annotated[tuple[Tier, ...], Label("拟设奖项"), Items(1, 10)]
    notice_days: Annotated[int, Label("公示天数"), Range(1, 30)]
    notice_unit: Annotated[PeriodUnit, Label("公示天数单位")]
    notice_counts_first_day: Annotated[bool, Label("公示首日是否计入")]
    notice_cut_off: Annotated[str, Label("公示截止时刻"), Pattern(r"([01]\d|2[0-3]):[0-5]\d", "写成 17:30 的样子")]
    follow_up_months: Annotated[
        tuple[Annotated[int, Label("跟踪回访月数"), Range(1, 120)], ...], Label("跟踪回访月数"), Items(1, 12)
    ]
    draw_count: Annotated[int, Label("抽查单位数"), Range(1, 60)]


@dataclass(frozen=True, kw_only=True)
class OpenSeason:
    """Open a season from its plan file."""

    season_id: Annotated[UUID, Label("活动编号")]
    name: Annotated[str, Label("活动名称"), Length(1, 50)]
    year: Annotated[int, Label("年度"), Range(2000, 2100)]
    county: Annotated[str, Label("县"), Length(1, 20)]
    basis: Annotated[Basis | None, Label("立项依据")]
    phases: Annotated[tuple[Phase, ...], Label("阶段"), Items(1, 20)]
    rules: Annotated[RulePack, Label("规则包")]
    contact: Annotated[str, Label("公示联系方式"), Length(5, 200)]


@dataclass(frozen=True, kw_only=True)
class CloseNominations:
    """End the nomination phase; nothing is submitted afterwards."""

    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class SeasonOpened:
    """Published. The rules every service works by until the season ends."""

    season_id: UUID
    name: str
    year: int
    county: str
    basis: Basis
    phases: tuple[Phase, ...]
    rules: RulePack
    contact: str


@dataclass(frozen=True, kw_only=True)
class NominationsClosed:
    """Published. No nomination follows this one in the season."""

    season_id: UUID
    nominations: int


@dataclass(frozen=True, kw_only=True)
class ListSeasons:
    """Newest first."""


@dataclass(frozen=True, kw_only=True)
class SeasonView:
    season_id: UUID
    version: int
    name: str
    year: int
    county: str
    basis: Basis
    phases: tuple[Phase, ...]
    rules: RulePack
    nominations_open: bool
    units: int
    declined: int
    nominations: int
    refusals: tuple[ReasonCount, ...]


@dataclass(frozen=True, kw_only=True)
class ReasonCount:
    """Refused nominations by the code of the reason."""

    code: str
    count: int


@dataclass(frozen=True, kw_only=True)
class SeasonList:
    rows: tuple[SeasonView, ...]


COMMANDS: tuple[type, ...] = (OpenSeason, CloseNominations)
PUBLISHES: tuple[type, ...] = (SeasonOpened, NominationsClosed)
QUERIES: dict[type, type] = {ListSeasons: SeasonList}
