"""The calendar that notices are counted by: the tables the office entered, over the years known without (X-03)."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.errors import Conflict
from contracts.publicity import AdoptCalendarTable
from services.publicity.events import CalendarTableAdopted
from standards.working_days import Calendar, CalendarTable


def evolve(state: Calendar, event: object) -> Calendar:
    return state.with_table(_table(event)) if isinstance(event, CalendarTableAdopted) else state


def adopt(command: AdoptCalendarTable, state: Calendar) -> Sequence[object]:
    """Raises :class:`standards.refusal.Refusal` for a table that contradicts itself or its year."""
    adopted = CalendarTableAdopted(
        year=command.year,
        document=command.document,
        holidays=tuple(sorted(set(command.holidays))),
        workdays=tuple(sorted(set(command.workdays))),
    )
    if _table(adopted) in state.tables:
        raise Conflict("calendar.already_adopted", year=command.year)
    return [adopted]


def _table(adopted: CalendarTableAdopted) -> CalendarTable:
    return CalendarTable(adopted.year, adopted.document, frozenset(adopted.holidays), frozenset(adopted.workdays))
