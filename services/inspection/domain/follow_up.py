"""When an exemplar is visited again (N-42): so many months after publication, on the same day of the month."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.publicity import ExemplarPublished
from services.inspection.events import FollowUpsScheduled
from standards.working_days import BEIJING


@dataclass(frozen=True)
class FollowUps:
    scheduled: bool = False


def evolve(state: FollowUps, event: object) -> FollowUps:
    return FollowUps(scheduled=True) if isinstance(event, FollowUpsScheduled) else state


def schedule(published: ExemplarPublished, state: FollowUps, months: Sequence[int]) -> Sequence[object]:
    if state.scheduled:
        return []
    day = published.published_at.astimezone(BEIJING).date()
    return [
        FollowUpsScheduled(
            nomination_id=published.nomination_id,
            season_id=published.season_id,
            unit_id=published.unit_id,
            due_on=tuple(months_later(day, number) for number in months),
            months=tuple(months),
        )
    ]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
