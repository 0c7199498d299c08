"""What publicity is asked to do, publishes and shows: notice and exemplar profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.fields import Items, Label, Length, Range

CALENDAR_ID = uuid5(NAMESPACE_URL, "biaobing:calendar")
"""There is one calendar for all seasons."""


@dataclass(frozen=True, kw_only=True)
class PublishNotice:
    """Put the season's shortlist on public notice; the period starts with the publication (X-05)."""

    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class CloseNotice:
    """End a notice whose period is over."""

    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class AdoptCalendarTable:
    """Enter the official holiday notice of a year (X-03). A running notice may end later by it, never earlier (X-04).

    ``workdays`` are the weekend days the notice calls to work.
    """

    year: Annotated[int, Label("年度"), Range(2000, 2100)]
    document: Annotated[str, Label("通知文号"), Length(1, 60)]
    holidays: Annotated[tuple[date, ...], Label("放假日期"), Items(1, 60)]
    workdays: Annotated[tuple[date, ...], Label("调休上班日期"), Items(0, 30)] = ()

    @property
    def calendar_id(self) -> UUID:
        return CALENDAR_ID


@dataclass(frozen=True, kw_only=True)
class NoticeEntry:
    nomination_id: UUID
    unit_id: UUID
    tier: str


@dataclass(frozen=True, kw_only=True)
class NoticePublished:
    """Published. ``rule`` is the counting rule as printed; ``calendar`` the version of the tables it was counted by."""

    season_id: UUID
    entries: tuple[NoticeEntry, ...]
    published_at: datetime
    ends_at: datetime
    rule: str
    calendar: str


@dataclass(frozen=True, kw_only=True)
class NoticeClosed:
    """Published. The period is over; whether an award may be decided is review's to say."""

    season_id: UUID
    closed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExemplarPublished:
    """Published."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    tier: str
    path: str
    published_at: datetime


PUBLISHES = (NoticePublished, NoticeClosed, ExemplarPublished)


@dataclass(frozen=True, kw_only=True)
class ShowNotice:
    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """``state``: 未到, 待发布, 公示中 or 已办结. ``withdrawn``: nominations withdrawn so far, on this
    notice or on none. ``path`` of the static page under the public site.
    """

    season_id: UUID
    version: int
    state: str
    entries: tuple[NoticeEntry, ...]
    withdrawn: tuple[UUID, ...]
    published_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    rule: str
    path: str


@dataclass(frozen=True, kw_only=True)
class ListExemplars:
    """By tier in the order of the rule pack, then by rank."""

    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class ExemplarRow:
    nomination_id: UUID
    unit_id: UUID
    tier: str
    published_at: datetime
    path: str


@dataclass(frozen=True, kw_only=True)
class ExemplarList:
    rows: tuple[ExemplarRow, ...]


@dataclass(frozen=True, kw_only=True)
class ListCalendarTables:
    """By year; those the office entered, not the years that are known without."""


@dataclass(frozen=True, kw_only=True)
class CalendarTableRow:
    year: int
    document: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    adopted_at: datetime


@dataclass(frozen=True, kw_only=True)
class CalendarTableList:
    rows: tuple[CalendarTableRow, ...]


COMMANDS = (PublishNotice, CloseNotice, AdoptCalendarTable)
QUERIES: dict[type, type] = {
    ShowNotice: NoticeView, ListExemplars: ExemplarList, ListCalendarTables: CalendarTableList,
}  # fmt: skip
