"""Working days by the official holiday notices, and the end of a period counted in them (X-03, X-04, X-05).

The tables of past years come from the chinesecalendar package; an operator enters the State Council notice of a year
the package does not know. A year without a table is refused: the weekend rule alone would be wrong in every such year.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from importlib.metadata import version as package_version

from chinese_calendar.constants import holidays as packaged_holidays
from chinese_calendar.constants import workdays as packaged_workdays

from standards.refusal import Refusal

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")
_SATURDAY = 5
_DECEMBER = 12
# A year the package knows has National Day in it. Its newest year may hold only a few January days that the previous
# year's notice already named; the package itself would then treat the rest of that year by weekends.
_PACKAGED_YEARS = frozenset(day.year for day in packaged_holidays if (day.month, day.day) == (10, 1))


class YearWithoutTable(Refusal):
    """No official table of ``year`` is known, so nothing can be counted into or through it."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            "calendar.year_missing",
            f"{year}年尚无官方工作日表，无法计算工作日。请按国务院办公厅关于{year}年部分节假日安排的通知，"
            "录入文号、放假日期和调休上班日期后再试。",
        )


@dataclass(frozen=True)
class CalendarTable:
    """One year's official notice as an operator entered it.

    ``document`` is the notice's number (文号), ``holidays`` every day it gives off, ``workdays`` the weekend days it
    calls to work. A notice may also move days of the December before its year; no other year's days are accepted.
    """

    year: int
    document: str
    holidays: frozenset[date]
    workdays: frozenset[date]

    def __post_init__(self) -> None:
        if not self.document.strip():
            raise Refusal("calendar.document_missing", f"请填写{self.year}年节假日安排通知的文号。")
        if not self.holidays:
            raise Refusal("calendar.empty", f"{self.year}年的放假日期一天也没有录入，请对照通知逐日录入。")
        for day in sorted(self.holidays & self.workdays):
            raise Refusal("calendar.both", f"{day}既录为放假又录为上班，请对照通知改正其一。")
        for day in sorted(self.holidays | self.workdays):
            if day.year != self.year and (day.year, day.month) != (self.year - 1, _DECEMBER):
                raise Refusal("calendar.other_year", f"{day}不属于{self.year}年的安排，请核对年份。")
        for day in sorted(self.workdays):
            if day.weekday() < _SATURDAY:
                raise Refusal("calendar.not_weekend", f"{day}本来就是工作日，不是调休上班日，请核对日期。")

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of SHA-256 over one line per day, dates in order, 休 or 班 behind each."""
        days = [(day, "休") for day in self.holidays] + [(day, "班") for day in self.workdays]
        lines = "".join(f"{day.isoformat()} {kind}\n" for day, kind in sorted(days))
        return hashlib.sha256(lines.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Calendar:
    """The packaged years with the operator's tables over them; a table replaces its whole year."""

    tables: tuple[CalendarTable, ...] = ()
    _by_year: dict[int, CalendarTable] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_year = {table.year: table for table in self.tables}
        if len(by_year) < len(self.tables):
            raise Refusal("calendar.two_tables", "同一年录入了两张工作日表，请只保留一张。")
        object.__setattr__(self, "_by_year", by_year)

    def with_table(self, table: CalendarTable) -> Calendar:
        """In the place of an earlier one of its year."""
        return Calendar((*(one for one in self.tables if one.year != table.year), table))

    @property
    def version(self) -> str:
        """Names everything a computed date depends on; recorded in the events that carry such a date (X-01)."""
        entered = (f"{t.year} {t.document} {t.digest}" for t in sorted(self.tables, key=lambda t: t.year))
        return "; ".join([f"chinesecalendar {package_version('chinesecalendar')}", *entered])

    def is_working_day(self, day: date) -> bool:
        """Raises `YearWithoutTable`. The December of a year also listens to the next year's notice."""
        own = self._by_year.get(day.year)
        if own is None and day.year not in _PACKAGED_YEARS:
            raise YearWithoutTable(day.year)
        for table in (self._by_year.get(day.year + 1), own):
            if table is not None and day in table.holidays:
                return False
            if table is not None and day in table.workdays:
                return True
        if own is None and day in packaged_holidays:
            return False
        if own is None and day in packaged_workdays:
            return True
        return day.weekday() < _SATURDAY


@dataclass(frozen=True)
class PeriodRule:
    """How a period is counted (X-05): in working days (工作日) or, else, in natural days (自然日).

    With ``count_first_day`` the day of publication may be day one, unless the notice came after its ``cut_off``;
    without, counting starts the day after. The last day ends at ``cut_off``, Beijing time.
    """

    only_working_days: bool
    days: int
    count_first_day: bool
    cut_off: time

    def __post_init__(self) -> None:
        if self.days < 1:
            raise Refusal("period.too_short", f"期限应至少为1天，现为{self.days}天。")
        if self.cut_off.tzinfo is not None:
            raise Refusal("period.cut_off_zone", "截止时刻一律按北京时间填写，不要带时区。")


def period_end(published_at: datetime, rule: PeriodRule, calendar: Calendar) -> datetime:
    """The cut-off, in UTC+08:00, on the last day of the period. Raises `YearWithoutTable` for a day it cannot judge."""
    local = published_at.astimezone(BEIJING)
    counts = rule.count_first_day and local.time() <= rule.cut_off
    day = local.date() if counts else local.date() + timedelta(days=1)
    left = rule.days
    while True:
        if not rule.only_working_days or calendar.is_working_day(day):
            left -= 1
        if left == 0:
            return datetime.combine(day, rule.cut_off, BEIJING)
        day += timedelta(days=1)


def recomputed_end(current: datetime, published_at: datetime, rule: PeriodRule, calendar: Calendar) -> datetime:
    """The end after a table changed in mid-period: never earlier than ``current``, which people relied on (X-04)."""
    return max(current, period_end(published_at, rule, calendar))
