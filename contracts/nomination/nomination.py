"""A nomination: its form, submitted alone or by the workbook, withdrawn, listed, its nominee named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Items, Label, Length, Pattern, Personal, Range


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
    honours: Annotated[tuple[Honour, ...], Label("曾受表彰"), Items(0, 20), Personal()] = ()
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
    """``form`` is null once the nominee's data is erased; the row then says so in its place."""

    row: NominationRow
    version: int
    form: NominationForm | None


@dataclass(frozen=True, kw_only=True)
class NameNominees:
    """Who these nominations are about; for pages and for publicity, never kept by the asker.

    Gender, ethnicity and deeds are empty for inspectors, and for units other than the one that nominated.
    """

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
    """One fault of an imported row, ``row`` counted from 0; a row without a fault has one verdict without a code."""

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


COMMANDS: tuple[type, ...] = (SubmitNomination, ImportNominations, WithdrawNomination)
PUBLISHES: tuple[type, ...] = (NominationSubmitted, NominationWithdrawn)
QUERIES: dict[type, type] = {
    ListNominations: NominationPage,
    ShowNomination: NominationView,
    NameNominees: NomineeList,
}
