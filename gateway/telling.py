"""How dates, moments, numbers and ids are written on the pages: in Chinese, in Beijing time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from markupsafe import Markup, escape

from standards.working_days import BEIJING, Calendar, YearWithoutTable

_WEEKDAYS = "一二三四五六日"
_THIN_SPACE = "\u2009"
_LONG_NUMBER = 10_000


def today(now: datetime) -> date:
    return now.astimezone(BEIJING).date()


def day(value: date) -> str:
    """6月15日"""
    return f"{value.month}月{value.day}日"


def full_day(value: date) -> str:
    """2026年6月15日，星期一"""
    return f"{value.year}年{value.month}月{value.day}日，星期{_WEEKDAYS[value.weekday()]}"


def moment(value: datetime) -> str:
    """6月15日 10:22"""
    local = value.astimezone(BEIJING)
    return f"{day(local.date())} {local:%H:%M}"


def machine(value: date | datetime) -> str:
    """For ``<time datetime>``."""
    return value.astimezone(BEIJING).isoformat() if isinstance(value, datetime) else value.isoformat()


def span(first: date, last: date) -> str:
    """3月11日至5月8日; within a month 6月8日至19日; into another year 11月1日至2027年10月31日"""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)}至{last.year}年{day(last)}"
    return f"{day(first)}至{last.day}日" if first.month == last.month else f"{day(first)}至{day(last)}"


def count(value: int) -> str:
    """4812; from ten thousand on in groups of three (GB/T 15835)."""
    return f"{value:,}".replace(",", _THIN_SPACE) if value >= _LONG_NUMBER else str(value)


def points(value: Decimal | None) -> str:
    """A score with two decimals, or a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


def short(value: UUID) -> str:
    """The first eight digits of an id: enough to tell things apart on a page."""
    return str(value)[:8]


def paragraphs(text: str) -> Markup:
    """Text as paragraphs, one for each line that is not empty."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(escape(line)) for line in lines)


def working_days_between(first: date, last: date) -> int | None:
    """Working days after ``first`` up to and with ``last``; None where a year has no official table."""
    calendar = Calendar()
    try:
        return sum(
            calendar.is_working_day(date.fromordinal(number))
            for number in range(first.toordinal() + 1, last.toordinal() + 1)
        )
    except YearWithoutTable:
        return None


FILTERS = {
    "day": day, "full_day": full_day, "moment": moment, "machine": machine, "count": count, "points": points,
    "short": short, "paragraphs": paragraphs,
}  # fmt: skip
