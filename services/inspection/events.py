"""Private events of inspection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from contracts import inspection as published
from contracts.fields import Personal, Withheld
from contracts.inspection import Severity
from contracts.nomination import PersonalDataErasureAcknowledged


@dataclass(frozen=True, kw_only=True)
class UnitNoted:
    """A unit that can be drawn."""

    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class InspectorEnrolled:
    whose: ClassVar = "inspector_id"

    inspector_id: UUID
    name: Annotated[str | Withheld, Personal()]
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class DrawPlanned:
    """A season was opened; so many units will be drawn, and exemplars followed up after so many months."""

    season_id: UUID
    draw_count: int
    follow_up_months: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PoolPublished:
    """The commitment: whatever the seed turns out to be, it is applied to this pool (I-03)."""

    season_id: UUID
    pool: tuple[UUID, ...]
    pool_hash: str
    seed_source: str


@dataclass(frozen=True, kw_only=True)
class FollowUpsScheduled:
    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    due_on: tuple[date, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class InspectionOpened:
    inspection_id: UUID
    season_id: UUID
    unit_id: UUID
    inspectors: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class FindingRecorded:
    inspection_id: UUID
    inspector_id: UUID
    found_on: date
    place: str
    fact: str
    rule: str
    severity: Severity


PRIVATE = (
    UnitNoted, InspectorEnrolled, DrawPlanned, PoolPublished, FollowUpsScheduled, InspectionOpened, FindingRecorded,
    PersonalDataErasureAcknowledged,
)  # fmt: skip
PUBLISHED = published.PUBLISHES
