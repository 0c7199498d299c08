"""What inspection is asked to do, publishes and shows: follow-up, pool and draw, inspection and finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Label, Length, Personal


class Severity(Enum):
    MINOR = "一般"
    SERIOUS = "较重"
    GRAVE = "严重"


@dataclass(frozen=True, kw_only=True)
class EnrolInspector:
    inspector_id: Annotated[UUID, Label("检查员编号")]
    name: Annotated[str, Label("姓名"), Length(1, 50), Personal()]
    unit_id: Annotated[UUID, Label("检查员所在单位")]


@dataclass(frozen=True, kw_only=True)
class PublishPool:
    """Fix and publish the pool before the seed can be known (I-03)."""

    season_id: Annotated[UUID, Label("活动编号")]
    seed_source: Annotated[str, Label("种子来源"), Length(4, 200)]


@dataclass(frozen=True, kw_only=True)
class DrawUnits:
    """Draw units and two inspectors for each from the published pool."""

    season_id: Annotated[UUID, Label("活动编号")]
    seed: Annotated[str, Label("公开种子"), Length(4, 200)]


@dataclass(frozen=True, kw_only=True)
class RecordFinding:
    """One finding on the spot: fact, place, date, rule, severity (I-07)."""

    inspection_id: Annotated[UUID, Label("检查编号")]
    inspector_id: Annotated[UUID, Label("检查员编号")]
    found_on: Annotated[date, Label("检查日期")]
    place: Annotated[str, Label("地点"), Length(2, 60)]
    fact: Annotated[str, Label("事实"), Length(5, 500)]
    rule: Annotated[str, Label("对照的规定"), Length(2, 100)]
    severity: Annotated[Severity, Label("程度")]


@dataclass(frozen=True, kw_only=True)
class ReportInspection:
    """Close the inspection with its report; an inspection without a finding is reported too."""

    inspection_id: Annotated[UUID, Label("检查编号")]
    inspector_id: Annotated[UUID, Label("检查员编号")]
    visited_on: Annotated[date, Label("到场日期")]
    conclusion: Annotated[str, Label("结论"), Length(5, 1000)]


@dataclass(frozen=True, kw_only=True)
class InspectionDrawn:
    """Published. Anybody can recompute ``units`` from ``pool`` and ``seed`` (``standards/random_draw.py``)."""

    season_id: UUID
    pool: tuple[UUID, ...]
    pool_hash: str
    seed_source: str
    seed: str
    units: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class InspectionReported:
    """Published."""

    inspection_id: UUID
    season_id: UUID
    unit_id: UUID
    visited_on: date
    findings: int
    conclusion: str


PUBLISHES = (InspectionDrawn, InspectionReported)


@dataclass(frozen=True, kw_only=True)
class ListFollowUps:
    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class FollowUpRow:
    nomination_id: UUID
    unit_id: UUID
    month: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class FollowUpList:
    """By due date."""

    rows: tuple[FollowUpRow, ...]


@dataclass(frozen=True, kw_only=True)
class ShowDraw:
    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class DrawView:
    """``state``: 未公布, 已公布名单池 or 已抽取. ``pool_text`` is the exact text whose SHA-256 is ``pool_hash``."""

    season_id: UUID
    version: int
    state: str
    pool: tuple[UUID, ...]
    pool_text: str
    pool_hash: str
    seed_source: str
    seed: str
    units: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ListInspections:
    season_id: Annotated[UUID, Label("活动编号")]
    inspector_id: Annotated[UUID | None, Label("检查员编号")] = None


@dataclass(frozen=True, kw_only=True)
class InspectionRow:
    inspection_id: UUID
    unit_id: UUID
    inspectors: tuple[UUID, ...]
    state: str
    findings: int
    visited_on: date | None


@dataclass(frozen=True, kw_only=True)
class InspectionList:
    rows: tuple[InspectionRow, ...]


@dataclass(frozen=True, kw_only=True)
class ShowInspection:
    inspection_id: Annotated[UUID, Label("检查编号")]


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    found_on: date
    place: str
    fact: str
    rule: str
    severity: Severity
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class InspectionView:
    row: InspectionRow
    season_id: UUID
    version: int
    conclusion: str
    findings: tuple[FindingRow, ...]


COMMANDS = (EnrolInspector, PublishPool, DrawUnits, RecordFinding, ReportInspection)
QUERIES: dict[type, type] = {
    ListFollowUps: FollowUpList,
    ShowDraw: DrawView,
    ListInspections: InspectionList,
    ShowInspection: InspectionView,
}
