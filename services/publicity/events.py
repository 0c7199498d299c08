"""Private events of publicity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts import publicity as published
from contracts.nomination import Basis, PersonalDataErasureAcknowledged, RulePack
from contracts.publicity import NoticeEntry


@dataclass(frozen=True, kw_only=True)
class NoticePlanned:
    """A season was opened; this is what its notice will have to say."""

    season_id: UUID
    season: str
    county: str
    basis: Basis
    rules: RulePack
    contact: str


@dataclass(frozen=True, kw_only=True)
class NoticeDrafted:
    """The shortlist is here; the office may publish the notice."""

    season_id: UUID
    entries: tuple[NoticeEntry, ...]


@dataclass(frozen=True, kw_only=True)
class EntryWithdrawn:
    """The nomination was withdrawn: no notice published from now on lists it, and one that does says so."""

    season_id: UUID
    nomination_id: UUID


@dataclass(frozen=True, kw_only=True)
class CalendarTableAdopted:
    """The official holiday notice of a year, in the place of what was known of that year before (X-03)."""

    year: int
    document: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class NoticeExtended:
    """A running notice ends later, since a table changed (X-04). ``calendar`` is the version it is counted by now."""

    season_id: UUID
    ended_at: datetime
    ends_at: datetime
    calendar: str


PRIVATE = (
    NoticePlanned, NoticeDrafted, EntryWithdrawn, CalendarTableAdopted, NoticeExtended, PersonalDataErasureAcknowledged,
)  # fmt: skip
PUBLISHED = published.PUBLISHES
