"""The working days a notice is counted in: the tables the office enters, and what they do to a running notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from contracts.errors import Conflict, Forbidden, Invalid
from contracts.publicity import AdoptCalendarTable, CloseNotice, ListCalendarTables, PublishNotice, ShowNotice
from contracts.review import FixShortlist
from tests.services.county import LEADER, County, on_notice, scored
from tests.services.sample import SEASON

NOTICE, PUBLISH = ShowNotice(season_id=SEASON), PublishNotice(season_id=SEASON)
OF_2027 = AdoptCalendarTable(
    year=2027,
    document="国办发明电〔2026〕0号（演示）",
    holidays=(date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)),
    workdays=(date(2026, 12, 27),),
)
OF_2026 = AdoptCalendarTable(year=2026, document="补充通知（演示）", holidays=(date(2026, 6, 5),))
"""The sample's notice runs from 1 to 8 June 2026, a Monday."""


def ends_on(county: County) -> str:
    return f"{county.ask('publicity', NOTICE).ends_at:%Y-%m-%d %H:%M}"


def test_x03_s8_with_the_table_entered_a_notice_runs_into_the_new_year(county: County) -> None:
    scored(county, 3)
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    county.clock.moment = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    with pytest.raises(Invalid, match="2027年尚无官方工作日表"):
        county.do("publicity", PUBLISH)
    county.do("publicity", OF_2027)
    county.do("publicity", PUBLISH)
    county.settle()
    assert ends_on(county) == "2027-01-07 17:30"
    page = (county.folder / "site" / "notices" / f"{SEASON}.html").read_text("utf-8")
    assert OF_2027.document in page


def test_x04_a_holiday_added_while_a_notice_runs_moves_its_end_later_everywhere(county: County) -> None:
    on_notice(county)
    assert ends_on(county) == "2026-06-08 17:30"
    county.do("publicity", OF_2026)
    county.settle()
    assert ends_on(county) == "2026-06-09 17:30"
    page = (county.folder / "site" / "notices" / f"{SEASON}.html").read_text("utf-8")
    assert "公示至 <strong>2026年6月9日 17:30</strong> 止" in page
    assert "原定的 2026年6月8日 17:30 顺延" in page
    county.clock.moment = datetime(2026, 6, 9, 1, 0, tzinfo=UTC)
    with pytest.raises(Conflict, match=r"notice\.not_over"):
        county.do("publicity", CloseNotice(season_id=SEASON))
    county.clock.moment = datetime(2026, 6, 9, 9, 30, tzinfo=UTC)
    county.do("publicity", CloseNotice(season_id=SEASON))


def test_x04_a_holiday_taken_back_leaves_the_end_as_it_was_told(county: County) -> None:
    on_notice(county)
    county.do("publicity", OF_2026)
    county.do("publicity", replace(OF_2026, holidays=(date(2026, 10, 1),)))
    assert ends_on(county) == "2026-06-09 17:30"
    assert county.types("publicity").count("NoticeExtended") == 1


def test_a_table_is_listed_as_it_was_entered_last(county: County) -> None:
    for table in (OF_2027, OF_2026, replace(OF_2026, document="更正通知（演示）")):
        county.do("publicity", table)
    rows = county.ask("publicity", ListCalendarTables()).rows
    assert [(row.year, row.document, row.workdays) for row in rows] == [
        (2026, "更正通知（演示）", ()),
        (2027, OF_2027.document, OF_2027.workdays),
    ]


def test_the_same_table_again_is_refused_and_under_the_same_key_answered_the_same(county: County) -> None:
    on_notice(county)
    key = uuid4()
    first = county.do("publicity", OF_2026, command_id=key)
    stood = county.everything("publicity")
    assert county.do("publicity", OF_2026, command_id=key) == first
    with pytest.raises(Conflict, match=r"calendar\.already_adopted"):
        county.do("publicity", OF_2026)
    assert county.everything("publicity") == stood


def test_x03_a_mistyped_table_is_refused_with_the_day_that_is_wrong(county: County) -> None:
    stood = county.everything("publicity")
    with pytest.raises(Invalid, match="2028-01-01不属于2027年"):
        county.do("publicity", replace(OF_2027, holidays=(date(2028, 1, 1),)))
    assert county.everything("publicity") == stood


def test_nobody_but_the_office_enters_a_table(county: County) -> None:
    with pytest.raises(Forbidden):
        county.do("publicity", OF_2027, LEADER)
