"""Private events of nomination. They may hold personal data; nobody else reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from contracts import nomination as published
from contracts.errors import Refused
from contracts.fields import Personal
from contracts.nomination import ExemplarKind, NominationForm


@dataclass(frozen=True, kw_only=True)
class SeasonRefused(Refused):
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class NominationFiled:
    """What the unit filled in, as it was submitted; followed by the published NominationSubmitted."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    form: NominationForm
    name_as_typed: Annotated[str, Personal()]
    name_notes: tuple[str, ...]
    kind: ExemplarKind
    words: int


@dataclass(frozen=True, kw_only=True)
class NominationRefused(Refused):
    nomination_id: UUID
    season_id: UUID
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class ImportRefused:
    """A workbook was turned back whole. ``reasons`` counts the faults of its rows by code."""

    season_id: UUID
    unit_id: UUID
    rows: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class WithdrawalReasoned:
    """Why a nomination was withdrawn; precedes the published NominationWithdrawn."""

    nomination_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceTaken:
    """One of the unit's places in the season is used (N-11)."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceReturned:
    nomination_id: UUID
    season_id: UUID
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class NominationDeclined:
    """“本单位本次不推荐” (N-10)."""

    season_id: UUID
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class NomineeReserved:
    """The person has a nomination in the season; a second one is a duplicate (N-15)."""

    nomination_id: UUID


@dataclass(frozen=True, kw_only=True)
class NomineeReleased:
    nomination_id: UUID


PRIVATE = (
    SeasonRefused, NominationFiled, NominationRefused, ImportRefused, WithdrawalReasoned, PlaceTaken, PlaceReturned,
    NominationDeclined, NomineeReserved, NomineeReleased,
)  # fmt: skip
PUBLISHED = published.PUBLISHES
