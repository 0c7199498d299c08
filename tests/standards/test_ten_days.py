from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.refusal import Refusal
from standards.ten_days import DayRange, read_days, write_days

CANONICAL = [
    ("3月上旬", date(2026, 3, 1), date(2026, 3, 10)),
    ("3月中旬", date(2026, 3, 11), date(2026, 3, 20)),
    ("2月下旬", date(2026, 2, 21), date(2026, 2, 28)),
    ("10月底", date(2026, 10, 31), date(2026, 10, 31)),
    ("3月1日", date(2026, 3, 1), date(2026, 3, 1)),
    ("3月", date(2026, 3, 1), date(2026, 3, 31)),
    ("3月1日至10月31日", date(2026, 3, 1), date(2026, 10, 31)),
    ("2026年12月28日至2027年1月5日", date(2026, 12, 28), date(2027, 1, 5)),
]


@pytest.mark.parametrize(("text", "first", "last"), CANONICAL)
def test_x06_each_form_is_read_and_written_back(text: str, first: date, last: date) -> None:
    assert read_days(text, 2026) == DayRange(first, last)
    assert write_days(DayRange(first, last)) == text


def test_scenario_5_early_march_and_the_end_of_october() -> None:
    march, october = read_days("3月上旬", 2020), read_days("10月底", 2020)
    assert (march.first, march.last) == (date(2020, 3, 1), date(2020, 3, 10))
    assert (october.first, october.last) == (date(2020, 10, 31), date(2020, 10, 31))


def test_x06_late_february_follows_the_leap_year() -> None:
    assert read_days("2月下旬", 2028).last == date(2028, 2, 29)


def test_x06_a_year_in_the_text_wins() -> None:
    assert read_days("2027年3月上旬", 2026).first == date(2027, 3, 1)


def test_x06_a_season_runs_from_a_ten_days_to_a_month_end() -> None:
    assert read_days("3月上旬 至 10月底", 2026) == DayRange(date(2026, 3, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ten_days.unreadable"),
        ("3月初", "ten_days.unreadable"),
        ("13月上旬", "ten_days.unreadable"),
        ("3月至4月至5月", "ten_days.unreadable"),
        ("2月30日", "ten_days.no_such_day"),
        ("10月至3月", "ten_days.reversed"),
    ],
)
def test_x06_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_days(text, 2026)
    assert refused.value.code == code


@given(st.dates(date(1949, 10, 1), date(2100, 1, 1)), st.integers(0, 500))
def test_x06_whatever_is_written_reads_back_to_the_same_days(first: date, length: int) -> None:
    days = DayRange(first, first + timedelta(days=length))
    assert read_days(write_days(days), first.year) == days
