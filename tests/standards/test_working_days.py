from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.refusal import Refusal
from standards.working_days import (
    BEIJING,
    Calendar,
    CalendarTable,
    PeriodRule,
    YearWithoutTable,
    period_end,
    recomputed_end,
)

CUT_OFF = time(17, 30)
COUNTED = PeriodRule(only_working_days=True, days=5, count_first_day=True, cut_off=CUT_OFF)
STRICT = PeriodRule(only_working_days=True, days=5, count_first_day=False, cut_off=CUT_OFF)
NOTICE_2027 = CalendarTable(
    2027,
    "国办发明电〔2026〕0号（演示）",
    frozenset({date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}),
    frozenset({date(2026, 12, 27)}),
)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), BEIJING)


def end(published: str, rule: PeriodRule, calendar: Calendar | None = None) -> str:
    return period_end(morning(date.fromisoformat(published)), rule, calendar or Calendar()).date().isoformat()


@pytest.mark.parametrize(
    ("published", "counted", "strict"),
    [
        ("2022-05-07", "2022-05-12", "2022-05-13"),
        ("2020-09-28", "2020-10-10", "2020-10-12"),
        ("2020-04-27", "2020-05-06", "2020-05-07"),
        ("2026-02-12", "2026-02-25", "2026-02-26"),
        ("2026-09-29", "2026-10-10", "2026-10-12"),
    ],
)
def test_x05_b3_five_working_days_end_as_tabled(published: str, counted: str, strict: str) -> None:
    assert (end(published, COUNTED), end(published, STRICT)) == (counted, strict)


@pytest.mark.parametrize(
    ("published", "rule", "ends"),
    [
        ("2022-05-07", COUNTED, "2022-05-12"),
        ("2023-08-22", COUNTED, "2023-08-28"),
        ("2025-04-14", STRICT, "2025-04-21"),
        (
            "2020-08-28",
            PeriodRule(only_working_days=False, days=5, count_first_day=True, cut_off=CUT_OFF),
            "2020-09-01",
        ),
    ],
)
def test_b3_published_notices_are_reproduced(published: str, rule: PeriodRule, ends: str) -> None:
    assert end(published, rule) == ends


def test_scenario_6_make_up_saturday_counts_as_a_working_day() -> None:
    assert (end("2022-05-07", COUNTED), end("2022-05-07", STRICT)) == ("2022-05-12", "2022-05-13")


def test_scenario_7_national_day_is_jumped_and_its_make_up_saturday_counted() -> None:
    assert end("2020-09-28", STRICT) == "2020-10-12"


def test_scenario_8_running_into_a_year_without_table_names_the_year_and_the_mending() -> None:
    with pytest.raises(YearWithoutTable) as refused:
        end("2026-12-30", STRICT)
    assert (refused.value.code, refused.value.year) == ("calendar.year_missing", 2027)
    assert refused.value.message == (
        "2027年尚无官方工作日表，无法计算工作日。请按国务院办公厅关于2027年部分节假日安排的通知，"
        "录入文号、放假日期和调休上班日期后再试。"
    )


def test_scenario_8_after_the_notice_is_entered_the_end_appears_and_the_version_cites_it() -> None:
    calendar = Calendar((NOTICE_2027,))
    assert end("2026-12-30", STRICT, calendar) == "2027-01-07"
    assert calendar.version == f"{Calendar().version}; 2027 国办发明电〔2026〕0号（演示） {NOTICE_2027.digest}"


def test_b3_a_start_in_a_year_without_table_is_refused() -> None:
    with pytest.raises(YearWithoutTable):
        end("2027-01-04", COUNTED)


def test_x03_years_before_the_first_table_are_refused() -> None:
    with pytest.raises(YearWithoutTable):
        end("2003-06-02", COUNTED)


def test_x03_natural_days_need_no_table() -> None:
    rule = PeriodRule(only_working_days=False, days=5, count_first_day=False, cut_off=CUT_OFF)
    assert end("2026-12-30", rule) == "2027-01-04"


def test_x03_december_listens_to_the_next_years_notice() -> None:
    sunday = date(2026, 12, 27)
    assert (Calendar().is_working_day(sunday), Calendar((NOTICE_2027,)).is_working_day(sunday)) == (False, True)


def test_x03_an_entered_table_replaces_the_packaged_year() -> None:
    only_new_year = CalendarTable(2026, "更正通知（演示）", frozenset({date(2026, 1, 1)}), frozenset())
    assert Calendar((only_new_year,)).is_working_day(date(2026, 10, 1))


def test_x03_the_extended_spring_festival_of_2020_is_known() -> None:
    assert not Calendar().is_working_day(date(2020, 1, 31))


def test_x04_a_holiday_added_in_mid_period_moves_the_end_later() -> None:
    before = period_end(morning(date(2027, 1, 5)), STRICT, Calendar((NOTICE_2027,)))
    extended = CalendarTable(2027, "补充通知（演示）", NOTICE_2027.holidays | {date(2027, 1, 8)}, NOTICE_2027.workdays)
    after = recomputed_end(before, morning(date(2027, 1, 5)), STRICT, Calendar((extended,)))
    assert (before.date(), after.date()) == (date(2027, 1, 12), date(2027, 1, 13))


def test_x04_a_holiday_taken_back_never_shortens_the_period() -> None:
    promised = datetime(2027, 1, 13, 17, 30, tzinfo=BEIJING)
    assert recomputed_end(promised, morning(date(2027, 1, 5)), STRICT, Calendar((NOTICE_2027,))) == promised


def test_x05_the_end_is_the_cut_off_in_beijing_time() -> None:
    assert period_end(morning(date(2026, 6, 1)), STRICT, Calendar()) == datetime(2026, 6, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "counted", "strict"),
    [("17:30:00", "2026-06-05", "2026-06-08"), ("17:30:01", "2026-06-08", "2026-06-08")],
)
def test_x05_a_notice_after_the_cut_off_counts_from_the_next_day(published: str, counted: str, strict: str) -> None:
    at = datetime.combine(date(2026, 6, 1), time.fromisoformat(published), BEIJING)
    ends = [period_end(at.astimezone(UTC), rule, Calendar()).date().isoformat() for rule in (COUNTED, STRICT)]
    assert ends == [counted, strict]


@pytest.mark.parametrize(
    ("document", "holidays", "workdays", "code"),
    [
        ("", {date(2027, 1, 1)}, set(), "calendar.document_missing"),
        ("演示", set(), set(), "calendar.empty"),
        ("演示", {date(2027, 1, 2)}, {date(2027, 1, 2)}, "calendar.both"),
        ("演示", {date(2028, 1, 1)}, set(), "calendar.other_year"),
        ("演示", {date(2027, 1, 1)}, {date(2027, 1, 5)}, "calendar.not_weekend"),
    ],
)
def test_x03_a_mistyped_table_is_refused(document: str, holidays: set[date], workdays: set[date], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        CalendarTable(2027, document, frozenset(holidays), frozenset(workdays))
    assert refused.value.code == code


def test_x03_two_tables_of_one_year_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        Calendar((NOTICE_2027, NOTICE_2027))
    assert refused.value.code == "calendar.two_tables"


def test_x05_a_period_of_no_days_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        PeriodRule(only_working_days=True, days=0, count_first_day=True, cut_off=CUT_OFF)
    assert refused.value.code == "period.too_short"


@given(
    st.dates(date(2004, 1, 1), date(2026, 6, 30)),
    st.integers(1, 30),
    st.booleans(),
)
def test_x05_the_end_is_a_working_day_with_exactly_n_working_days_up_to_it(
    published: date, days: int, count_first_day: bool
) -> None:
    calendar = Calendar()
    rule = PeriodRule(only_working_days=True, days=days, count_first_day=count_first_day, cut_off=CUT_OFF)
    last = period_end(morning(published), rule, calendar).date()
    first = published if count_first_day else published + timedelta(days=1)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert calendar.is_working_day(last)
    assert sum(map(calendar.is_working_day, span)) == days
