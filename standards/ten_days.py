"""Dates as a county plan writes them: “3月上旬”, “10月底”, “3月1日”, “3月上旬至10月底” (X-06).

上旬 is the 1st to the 10th, 中旬 the 11th to the 20th, 下旬 the 21st to the last day, 底 the last day alone.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from standards.refusal import Refusal

_PART = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<rest>上旬|中旬|下旬|底|(?P<day>\d{1,2})日)?")
_FIRST_DAYS = {"上旬": 1, "中旬": 11, "下旬": 21}
_LAST_DAYS = {"上旬": 10, "中旬": 20}


@dataclass(frozen=True)
class DayRange:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refusal("ten_days.reversed", f"止于{self.last}，早于起始的{self.first}。请核对起止日期。")


def read_days(text: str, year: int) -> DayRange:
    """The days ``text`` names, in ``year`` unless it names a year itself.

    Raises `Refusal` for anything else; “月初” and “左右” are left to a person.
    """
    parts = [_read_part(part, text, year) for part in text.replace(" ", "").split("至")]
    if len(parts) > 2:
        raise _unreadable(text)
    return DayRange(parts[0].first, parts[-1].last)


def write_days(days: DayRange) -> str:
    """The shortest of the forms above that names exactly ``days``; years only when the range spans two."""
    first, last = days.first, days.last
    if first.year != last.year:
        return f"{first.year}年{_write_day(first)}至{last.year}年{_write_day(last)}"
    if first.month == last.month:
        end = _last_day(first.year, first.month)
        named = {(1, 10): "上旬", (11, 20): "中旬", (21, end): "下旬", (1, end): "", (end, end): "底"}
        if (first.day, last.day) in named:
            return f"{first.month}月{named[first.day, last.day]}"
    return _write_day(first) if first == last else f"{_write_day(first)}至{_write_day(last)}"


def _read_part(part: str, text: str, year: int) -> DayRange:
    found = _PART.fullmatch(part)
    if found is None:
        raise _unreadable(text)
    year, month = int(found["year"] or year), int(found["month"])
    if not 1 <= month <= 12:
        raise _unreadable(text)
    end = _last_day(year, month)
    if found["day"]:
        day = int(found["day"])
        if not 1 <= day <= end:
            raise Refusal("ten_days.no_such_day", f"{year}年{month}月没有{day}日。请核对日期。")
        return DayRange(date(year, month, day), date(year, month, day))
    rest = found["rest"] or ""
    first = end if rest == "底" else _FIRST_DAYS.get(rest, 1)
    return DayRange(date(year, month, first), date(year, month, _LAST_DAYS.get(rest, end)))


def _write_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _unreadable(text: str) -> Refusal:
    return Refusal("ten_days.unreadable", f"看不懂日期“{text}”。请写成“3月上旬”“10月底”“3月1日”或“3月1日至10月31日”。")
