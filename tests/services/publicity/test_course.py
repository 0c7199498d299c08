"""The public notice and the exemplars: domain, handlers and policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.errors import Conflict
from contracts.nomination import PeriodUnit, RulePack, SeasonOpened
from contracts.publicity import (
    CloseNotice,
    ListExemplars,
    NoticeClosed,
    NoticeEntry,
    NoticePublished,
    PublishNotice,
    ShowNotice,
)
from contracts.review import AwardDecided, FixShortlist, ShortlistFixed
from services.publicity.domain import exemplar, notice
from services.publicity.domain.exemplar import Exemplar
from services.publicity.domain.notice import Notice
from services.publicity.events import NoticeDrafted
from standards.working_days import Calendar, YearWithoutTable
from tests.services.county import County, awarded, on_notice, scored
from tests.services.sample import NOTICE_OVER, OPEN_SEASON, RULES, SEASON, unit
from tests.services.specification import given

OPENED = SeasonOpened(**{name: getattr(OPEN_SEASON, name) for name in vars(OPEN_SEASON)})
ENTRY = NoticeEntry(nomination_id=SEASON, unit_id=unit(1), tier="一等奖")
DRAFTED = NoticeDrafted(season_id=SEASON, entries=(ENTRY,))
PUBLISH, CLOSE = PublishNotice(season_id=SEASON), CloseNotice(season_id=SEASON)


def _planned(rules: RulePack = RULES) -> object:
    return notice.plan(replace(OPENED, rules=rules), Notice())[0]


def _published(state: Notice, at: datetime) -> NoticePublished:
    (published,) = notice.publish(PUBLISH, state, at, Calendar())
    assert isinstance(published, NoticePublished)
    return published


@pytest.mark.parametrize(("count_first", "ends"), [(True, "2022-05-12"), (False, "2022-05-13")])
def test_x05_s6_a_notice_from_a_working_saturday_ends_by_its_rule(ends: str, *, count_first: bool) -> None:
    rules = replace(RULES, notice_counts_first_day=count_first)
    state = given(notice.evolve, Notice(), _planned(rules), DRAFTED).state
    published = _published(state, datetime(2022, 5, 7, 1, 0, tzinfo=UTC))
    assert published.ends_at.isoformat() == f"{ends}T17:30:00+08:00"


def test_x05_s7_a_notice_over_the_national_holiday_waits_for_five_working_days() -> None:
    state = given(notice.evolve, Notice(), _planned(), DRAFTED).state
    assert _published(state, datetime(2020, 9, 28, 1, 0, tzinfo=UTC)).ends_at.date().isoformat() == "2020-10-12"


def test_x05_the_counting_rule_is_printed_with_the_notice() -> None:
    state = given(notice.evolve, Notice(), _planned(), DRAFTED).state
    published = _published(state, datetime(2022, 5, 7, 1, 0, tzinfo=UTC))
    assert published.rule == "公示期 5 个工作日，公示当日不计入，末日 17:30 截止"
    natural = replace(RULES, notice_unit=PeriodUnit.NATURAL_DAYS, notice_counts_first_day=True)
    assert notice.rule_in_words(natural) == "公示期 5 天，公示当日计入（17:30 之后发布的从次日起算），末日 17:30 截止"


def test_s8_a_period_into_a_year_without_a_table_is_refused_by_name() -> None:
    state = given(notice.evolve, Notice(), _planned(), DRAFTED).state
    with pytest.raises(YearWithoutTable, match="2027"):
        notice.publish(PUBLISH, state, datetime(2026, 12, 30, 1, 0, tzinfo=UTC), Calendar())


def test_a_notice_is_planned_drafted_published_and_closed_once_each() -> None:
    at = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
    published = _published(given(notice.evolve, Notice(), _planned(), DRAFTED).state, at)
    closed = NoticeClosed(season_id=SEASON, closed_at=NOTICE_OVER)
    fixed = ShortlistFixed(season_id=SEASON, entries=(), tiers=())
    given(notice.evolve, Notice(), _planned()).when(lambda state: notice.plan(OPENED, state)).then()
    given(notice.evolve, Notice(), _planned(), DRAFTED).when(lambda state: notice.draft(fixed, state)).then()
    given(notice.evolve, Notice(), _planned()).when(
        lambda state: notice.publish(PUBLISH, state, at, Calendar())
    ).refuses("notice.not_found")
    whole = given(notice.evolve, Notice(), _planned(), DRAFTED, published)
    whole.when(lambda state: notice.publish(PUBLISH, state, at, Calendar())).refuses("notice.already_published")
    whole.when(lambda state: notice.close(CLOSE, state, at)).refuses("notice.not_over")
    whole.when(lambda state: notice.close(CLOSE, state, NOTICE_OVER)).then(closed)
    given(notice.evolve, Notice(), _planned(), DRAFTED, published, closed).when(
        lambda state: notice.close(CLOSE, state, NOTICE_OVER)
    ).refuses("notice.already_closed")


def test_an_exemplar_is_published_once() -> None:
    decided = AwardDecided(
        nomination_id=SEASON,
        season_id=SEASON,
        unit_id=unit(1),
        tier="一等奖",
        score=Decimal(90),
        decided_on=date(2026, 6, 9),
    )
    (published,) = exemplar.publish(decided, Exemplar(), NOTICE_OVER)
    given(exemplar.evolve, Exemplar(), published).when(
        lambda state: exemplar.publish(decided, state, NOTICE_OVER)
    ).then()


def test_x05_the_moment_of_the_end_is_over_and_the_second_before_is_not(county: County) -> None:
    on_notice(county)
    ends_at = county.ask("publicity", ShowNotice(season_id=SEASON)).ends_at
    county.clock.moment = ends_at.replace(minute=29, second=59)
    with pytest.raises(Conflict, match=r"notice\.not_over"):
        county.do("publicity", CLOSE)
    county.clock.moment = ends_at
    county.do("publicity", CLOSE)


def test_r16_a_notice_whose_period_is_over_closes_by_itself_once(county: County) -> None:
    on_notice(county)
    watcher = county.hosted["publicity"].loops[-1]
    for moment, notices in ((county.clock.moment, 0), (NOTICE_OVER, 1), (NOTICE_OVER, 1)):
        county.clock.moment = moment
        watcher.close_due()  # type: ignore[attr-defined]  # the watcher of notice periods
        assert county.types("publicity").count("NoticeClosed") == notices


def test_closing_again_by_hand_is_refused_and_under_the_same_key_answered_the_same(county: County) -> None:
    on_notice(county)
    county.clock.moment = NOTICE_OVER
    key = uuid4()
    first = county.do("publicity", CLOSE, command_id=key)
    stood = county.everything("publicity")
    assert county.do("publicity", CLOSE, command_id=key) == first
    with pytest.raises(Conflict, match=r"notice\.already_closed"):
        county.do("publicity", CLOSE)
    assert county.everything("publicity") == stood


def test_s8_the_office_is_told_which_year_has_no_table(county: County) -> None:
    scored(county, 3)
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    county.clock.moment = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    stood = county.everything("publicity")
    problem = county.reply("publicity", PUBLISH)["problem"]
    assert (problem["kind"], "2027" in problem["message"]) == ("Invalid", True)
    assert county.everything("publicity") == stood


def test_exemplars_are_listed_by_tier_and_rank(county: County) -> None:
    nominations = awarded(county)
    rows = county.ask("publicity", ListExemplars(season_id=SEASON)).rows
    assert [(row.nomination_id, row.tier) for row in rows] == list(
        zip(nominations, ["一等奖", "二等奖", "二等奖"], strict=True)
    )
