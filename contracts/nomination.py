"""What nomination is asked to do, publishes and shows: season, unit, nomination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Items, Label, Length, Pattern, Personal, Range


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


class ExemplarKind(Enum):
    """Computed from the honours, never typed in (N-16)."""

    ESTABLISHED = "老典型"
    EMERGING = "新典型"


class Gender(Enum):
    MALE = "男"
    FEMALE = "女"


class HonourLevel(Enum):
    NATIONAL = "国家级"
    PROVINCIAL = "省级"
    CITY = "市级"
    COUNTY = "县级"


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
    trim_from: Annotated[int, Label("去掉最高最低分所需的最少评委数"), Range(3, 15)]
    rubric: Annotated[tuple[Criterion, ...], Label("评分细则"), Items(1, 12)]
    tiers: Annotated[tuple[Tier, ...], Label("拟设奖项"), Items(1, 10)]
    notice_days: Annotated[int, Label("公示天数"), Range(1, 30)]
    notice_unit: Annotated[PeriodUnit, Label("公示天数单位")]
    notice_counts_first_day: Annotated[bool, Label("公示首日是否计入")]
    notice_cut_off: Annotated[str, Label("公示截止时刻"), Pattern(r"([01]\d|2[0-3]):[0-5]\d", "写成 17:30 的样子")]
    follow_up_months: Annotated[tuple[int, ...], Label("跟踪回访月数"), Items(1, 12)]
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
class RegisterUnit:
    unit_id: Annotated[UUID, Label("单位编号")]
    name: Annotated[str, Label("单位名称"), Length(2, 50)]
    sector: Annotated[str, Label("领域"), Length(1, 20)]
    level: Annotated[str, Label("类别"), Length(1, 20)]


@dataclass(frozen=True, kw_only=True)
class DeclineToNominate:
    """“本单位本次不推荐”: settled, with no penalty (N-10)."""

    season_id: Annotated[UUID, Label("活动编号")]
    unit_id: Annotated[UUID, Label("单位编号")]


@dataclass(frozen=True, kw_only=True)
class Honour:
    """One honour received before, as the unit states it (N-12)."""

    title: Annotated[str, Label("表彰名称"), Length(1, 60)]
    level: Annotated[HonourLevel, Label("级别")]
    awarded_by: Annotated[str, Label("授予机关"), Length(1, 60)]
    document_number: Annotated[str, Label("表彰文号"), Length(1, 60)]
    awarded_on: Annotated[date, Label("表彰日期")]


@dataclass(frozen=True, kw_only=True)
class NominationForm:
    """What a unit fills in for one nominee (N-12); one row of the workbook."""

    rank_in_unit: Annotated[int, Label("推荐顺序"), Range(1, 200)]
    name: Annotated[str, Label("姓名"), Length(1, 50), Personal()]
    gender: Annotated[Gender, Label("性别"), Personal()]
    ethnicity: Annotated[str, Label("民族"), Length(2, 10), Personal()]
    birth_month: Annotated[
        str, Label("出生年月"), Pattern(r"(19|20)\d\d-(0[1-9]|1[0-2])", "写成 1985-03 的样子"), Personal()
    ]
    political_status: Annotated[str, Label("政治面貌"), Length(2, 20), Personal()]
    workplace: Annotated[str, Label("工作单位"), Length(2, 50), Personal()]
    position: Annotated[str, Label("职务或岗位"), Length(1, 50), Personal()]
    frontline: Annotated[bool, Label("是否一线")]
    education: Annotated[str, Label("学历"), Length(1, 20), Personal()] = "未填"
    honours: Annotated[tuple[Honour, ...], Label("曾受表彰"), Items(0, 20)] = ()
    title: Annotated[str, Label("事迹标题"), Length(2, 40), Personal()]
    deeds: Annotated[str, Label("事迹材料"), Length(1, 20_000), Personal()]
    contact: Annotated[str, Label("联系电话"), Length(5, 30), Personal()]
    acknowledged: Annotated[bool, Label("本人知情并同意")]
    decided_on: Annotated[date | None, Label("单位集体研究日期")]


@dataclass(frozen=True, kw_only=True)
class SubmitNomination:
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    season_id: Annotated[UUID, Label("活动编号")]
    unit_id: Annotated[UUID, Label("单位编号")]
    form: Annotated[NominationForm, Label("推荐表")]


@dataclass(frozen=True, kw_only=True)
class ImportNominations:
    """All rows of one unit's workbook: either every row is submitted or none (``dry_run`` submits none)."""

    season_id: Annotated[UUID, Label("活动编号")]
    unit_id: Annotated[UUID, Label("单位编号")]
    dry_run: Annotated[bool, Label("只检查不报送")]
    rows: Annotated[tuple[NominationForm, ...], Label("推荐表各行"), Items(1, 500)]


@dataclass(frozen=True, kw_only=True)
class WithdrawNomination:
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    unit_id: Annotated[UUID, Label("单位编号")]
    reason: Annotated[str, Label("撤回原因"), Length(2, 200)]


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
class UnitRegistered:
    """Published."""

    unit_id: UUID
    name: str
    sector: str
    level: str


@dataclass(frozen=True, kw_only=True)
class NominationSubmitted:
    """Published. Says that somebody was nominated, not who: names are asked of nomination."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    rank_in_unit: int
    kind: ExemplarKind
    frontline: bool
    words: int


@dataclass(frozen=True, kw_only=True)
class NominationWithdrawn:
    """Published."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID


PUBLISHES = (SeasonOpened, NominationsClosed, UnitRegistered, NominationSubmitted, NominationWithdrawn)


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


@dataclass(frozen=True, kw_only=True)
class ListUnits:
    season_id: Annotated[UUID | None, Label("活动编号")] = None


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """``nominations`` and ``declined`` are of the asked season."""

    unit_id: UUID
    name: str
    sector: str
    level: str
    nominations: int
    declined: bool


@dataclass(frozen=True, kw_only=True)
class UnitList:
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True, kw_only=True)
class ListNominations:
    """In order of submission; ``after`` is the last row's ``cursor``. A unit sees only its own."""

    season_id: Annotated[UUID, Label("活动编号")]
    unit_id: Annotated[UUID | None, Label("单位编号")] = None
    kind: Annotated[ExemplarKind | None, Label("新老典型")] = None
    search: Annotated[str | None, Label("姓名包含"), Length(1, 50)] = None
    after: Annotated[str | None, Label("上一页最后一行")] = None
    limit: Annotated[int, Label("每页行数"), Range(1, 200)] = 50


@dataclass(frozen=True, kw_only=True)
class NominationRow:
    cursor: str
    nomination_id: UUID
    unit_id: UUID
    rank_in_unit: int
    name: str
    workplace: str
    position: str
    title: str
    kind: ExemplarKind
    frontline: bool
    words: int
    state: str
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class NominationPage:
    rows: tuple[NominationRow, ...]
    following: str | None


@dataclass(frozen=True, kw_only=True)
class ShowNomination:
    nomination_id: Annotated[UUID, Label("推荐件编号")]


@dataclass(frozen=True, kw_only=True)
class NominationView:
    row: NominationRow
    version: int
    form: NominationForm


@dataclass(frozen=True, kw_only=True)
class NameNominees:
    """Who these nominations are about; for pages and for publicity, never kept by the asker."""

    nomination_ids: Annotated[tuple[UUID, ...], Label("推荐件编号"), Items(1, 500)]


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """``gender`` is 女 or empty and ``ethnicity`` empty for 汉族, as lists print them (N-12)."""

    nomination_id: UUID
    unit_id: UUID
    unit: str
    name: str
    gender: str
    ethnicity: str
    workplace: str
    position: str
    title: str
    deeds: str


@dataclass(frozen=True, kw_only=True)
class NomineeList:
    rows: tuple[Nominee, ...]


@dataclass(frozen=True, kw_only=True)
class RowVerdict:
    """What became of one imported row; ``row`` counts from 0. No problem means it is, or would be, submitted."""

    row: int
    nomination_id: UUID
    code: str | None
    message: str | None
    pointer: str | None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    dry_run: bool
    submitted: int
    verdicts: tuple[RowVerdict, ...]


COMMANDS = (
    OpenSeason, CloseNominations, RegisterUnit, DeclineToNominate, SubmitNomination, ImportNominations,
    WithdrawNomination,
)  # fmt: skip
QUERIES: dict[type, type] = {
    ListSeasons: SeasonList,
    ListUnits: UnitList,
    ListNominations: NominationPage,
    ShowNomination: NominationView,
    NameNominees: NomineeList,
}
"""Each query and what answers it."""
