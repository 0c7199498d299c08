"""Private events of nomination. They may hold personal data; nobody else reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from contracts import nomination as published
from contracts.errors import Refused
from contracts.fields import Personal, Withheld
from contracts.nomination import ExemplarKind, HoldGround, NominationForm


@dataclass(frozen=True, kw_only=True)
class SeasonRefused(Refused):
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class NominationFiled:
    """What the unit filled in, as it was submitted; followed by the published NominationSubmitted.

    ``nominee_id`` stands for the person in this season and is not made from anything about them; ``identity`` is what
    makes two forms speak of one person (N-15).
    """

    whose: ClassVar = "nomination_id"

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    nominee_id: UUID
    identity: Annotated[str | Withheld, Personal()]
    form: NominationForm | Withheld
    name_as_typed: Annotated[str | Withheld, Personal()]
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

    whose: ClassVar = "nomination_id"

    nomination_id: UUID
    reason: Annotated[str | Withheld, Personal()]


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


@dataclass(frozen=True, kw_only=True)
class SelectionMade:
    """The season's shortlist is fixed; whoever is not on it need not be kept for it."""

    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class LegalHoldPlaced:
    """The nominee's data must stay (X-16)."""

    nomination_id: UUID
    ground: HoldGround


@dataclass(frozen=True, kw_only=True)
class LegalHoldLifted:
    nomination_id: UUID
    ground: HoldGround


@dataclass(frozen=True, kw_only=True)
class ErasureRefused(Refused):
    nomination_id: UUID
    season_id: UUID


PRIVATE = (
    SeasonRefused, NominationFiled, NominationRefused, ImportRefused, WithdrawalReasoned, PlaceTaken, PlaceReturned,
    NominationDeclined, NomineeReserved, NomineeReleased, SelectionMade, LegalHoldPlaced, LegalHoldLifted,
    ErasureRefused,
)  # fmt: skip
PUBLISHED = published.PUBLISHES
