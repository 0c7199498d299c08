from __future__ import annotations

from dataclasses import replace
from datetime import date

from contracts.nomination import SeasonView, UnitRow
from gateway import duties
from gateway.duties import Duty, Situation
from tests.gateway import county, visits

REVIEW_DAY = date(2026, 6, 15)
BASE = f"/seasons/{county.SEASON_ID}"


def situation(on: date = REVIEW_DAY, season: SeasonView | None = None, **more: object) -> Situation:
    return Situation(on=on, season=season or county.season(), **more)  # type: ignore[arg-type]  # the test's own words


def told(found: list[Duty]) -> list[tuple[str, str, date | None]]:
    return [(duty.sentence, duty.link, duty.due) for duty in found]


def test_n10_the_office_hears_of_silent_units_while_the_phase_lasts() -> None:
    now = situation(date(2026, 4, 20), county.season(nominations_open=True), units=county.units().rows)
    assert told(duties.of_office(now)) == [
        ("1 个单位还没有推荐，也没有申明本次不推荐", "/units?silent=1", date(2026, 5, 8))
    ]


def test_the_office_closes_the_phase_when_it_is_over() -> None:
    now = situation(date(2026, 5, 9), county.season(nominations_open=True))
    assert told(duties.of_office(now)) == [
        ("推荐阶段已到期，关闭推荐阶段", f"{BASE}/nominations/closing", date(2026, 5, 8))
    ]
    assert duties.of_office(now)[0].urgency(now.on) == ("late", "已过 1 天")


def test_the_office_follows_the_round_from_draw_to_shortlist() -> None:
    undrawn = replace(county.round_view(), sheets_expected=0, sheets_signed=0, completed=0)
    scored = replace(county.round_view(), sheets_signed=100, completed=20)
    ends_on = date(2026, 6, 19)
    assert told(duties.of_office(situation(round=undrawn))) == [
        ("为 20 份材料抽取评委", f"{BASE}/assignments", ends_on)
    ]
    assert told(duties.of_office(situation(round=county.round_view(), reviewers=county.reviewers().rows))) == [
        ("8 位评委还有 49 份评分表没有签名", "/cases#reviewers", ends_on)
    ]
    assert told(duties.of_office(situation(round=scored))) == [
        ("材料已全部评完，提出建议名单", f"{BASE}/shortlist", ends_on)
    ]


def test_the_office_publishes_the_notice_and_closes_it_when_it_is_over() -> None:
    listed = replace(county.shortlisted_round(), open_objections=0)
    assert told(duties.of_office(situation(round=listed))) == [
        ("建议名单已定，发布公示", f"{BASE}/notice", date(2026, 6, 22))
    ]
    running = situation(date(2026, 6, 24), round=listed, notice=county.notice())
    assert told(duties.of_office(running)) == [
        ("公示到 6月29日 17:30 期满，期满后办结", f"{BASE}/notice/closing", date(2026, 6, 29))
    ]
    over = replace(running, on=date(2026, 6, 30))
    assert duties.of_office(over)[0].sentence == "公示期已满，办结公示"


def test_i03_the_office_publishes_the_pool_before_the_draw() -> None:
    awarded = replace(county.shortlisted_round(), awards=7, open_objections=0)
    done = replace(county.notice(), closed_at=county.NOW)
    empty = replace(visits.drawn(), pool=(), units=(), seed="")
    published = replace(visits.drawn(), units=(), seed="")
    assert [one.link for one in duties.of_office(situation(round=awarded, notice=done, draw=empty))] == [f"{BASE}/pool"]
    assert [one.link for one in duties.of_office(situation(round=awarded, notice=done, draw=published))] == [
        f"{BASE}/draw"
    ]


def test_a_follow_up_is_told_a_month_ahead() -> None:
    rows = visits.follow_ups().rows
    assert duties.of_office(situation(date(2026, 8, 1), follow_ups=rows)) == []
    assert told(duties.of_office(situation(date(2026, 9, 20), follow_ups=rows))) == [
        ("7 位榜样的跟踪回访将到期", "/follow-ups", date(2026, 10, 8))
    ]


def unit(nominations: int, *, declined: bool = False) -> UnitRow:
    return replace(county.units().rows[0], nominations=nominations, declined=declined)


def test_n10_a_unit_may_always_submit_nobody() -> None:
    season = county.season(nominations_open=True)

    def of(row: UnitRow) -> list[str]:
        now = situation(date(2026, 4, 20), season, units=(row,))
        return [duty.sentence for duty in duties.of_unit(now, row.unit_id)]

    assert of(unit(0)) == ["报送推荐（本单位名额 2 名），没有合适人选也可以申明本次不推荐"]
    assert of(unit(1)) == ["已报 1 名，还可以再报 1 名"]
    assert of(unit(2)) == []
    assert of(unit(0, declined=True)) == []


def test_a_reviewer_hears_how_many_are_left_until_when() -> None:
    now = situation(cases=county.cases(reviewer=True).rows)
    assert told(duties.of_reviewer(now)) == [("还有 6 份材料等您评分，共 8 份", "/scoring", date(2026, 6, 19))]


def test_the_leading_group_rules_on_objections_before_the_notice_ends() -> None:
    now = situation(round=county.shortlisted_round(), notice=county.notice())
    assert told(duties.of_leader(now)) == [("裁定 1 件异议", "/cases?objections=1", date(2026, 6, 29))]


def test_an_inspector_hears_of_visits_without_a_report() -> None:
    now = situation(inspections=visits.inspections().rows)
    assert [duty.link for duty in duties.of_inspector(now)] == [f"/inspections/{county.some_id('inspection-2')}"]


def test_what_can_be_done_now_stands_before_what_is_due_later() -> None:
    later, now, sooner = (
        Duty(sentence="c", link="/", due=date(2026, 6, 20)),
        Duty(sentence="a", link="/"),
        Duty(sentence="b", link="/", due=date(2026, 6, 16)),
    )
    assert duties.by_urgency([later, now, sooner]) == [now, sooner, later]
    assert [one.urgency(REVIEW_DAY) for one in (now, sooner, later)] == [
        ("due", "现在可办"), ("due", "6月16日，剩 1 天"), ("calm", "6月20日，剩 5 天"),
    ]  # fmt: skip
