"""Pool, draw, inspections and follow-ups: domain, handlers, policies and views."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.actor import Actor, Role
from contracts.errors import Conflict, Forbidden, NotFound, Problem
from contracts.inspection import (
    DrawUnits,
    DrawView,
    EnrolInspector,
    FollowUpRow,
    InspectionRow,
    ListFollowUps,
    ListInspections,
    PublishPool,
    RecordFinding,
    ReportInspection,
    Severity,
    ShowDraw,
    ShowInspection,
)
from services.inspection.domain.follow_up import months_later
from services.inspection.domain.season_draw import inspectors_for
from standards.random_draw import draw
from tests.services.county import SEED, County, awarded, drawn
from tests.services.sample import OPEN_SEASON, SEASON, an_id, unit

POOL = PublishPool(season_id=SEASON, seed_source="演示种子来源")


def _ticket(seed: str, item: object) -> str:
    return hashlib.sha256(f"{seed}|{item}".encode()).hexdigest()


def _draw(county: County) -> DrawView:
    view: DrawView = county.ask("inspection", ShowDraw(season_id=SEASON))
    return view


def _inspections(county: County) -> tuple[InspectionRow, ...]:
    rows: tuple[InspectionRow, ...] = county.ask("inspection", ListInspections(season_id=SEASON)).rows
    return rows


def _as(inspector_id: UUID) -> Actor:
    return Actor(account="inspector", role=Role.INSPECTOR, subject_id=inspector_id)


def _finding(inspection_id: UUID, inspector_id: UUID) -> RecordFinding:
    return RecordFinding(
        inspection_id=inspection_id,
        inspector_id=inspector_id,
        found_on=date(2026, 8, 3),
        place="演示地点",
        fact="演示事实内容",
        rule="演示规定",
        severity=Severity.MINOR,
    )


def _report(inspection_id: UUID, inspector_id: UUID) -> ReportInspection:
    return ReportInspection(
        inspection_id=inspection_id, inspector_id=inspector_id, visited_on=date(2026, 8, 3), conclusion="演示结论内容"
    )


def test_i03_s52_anybody_can_recompute_pool_hash_and_drawn_units(county: County) -> None:
    drawn(county)
    view = _draw(county)
    assert hashlib.sha256(view.pool_text.encode()).hexdigest() == view.pool_hash
    assert view.pool_text.split() == sorted(str(unit(number)) for number in range(1, 5))
    expected = sorted(view.pool_text.split(), key=lambda item: _ticket(SEED, item))[:2]
    assert [str(one) for one in view.units] == expected


def test_i03_s52_another_pool_entry_is_another_hash(county: County) -> None:
    drawn(county)
    view = _draw(county)
    other = view.pool_text.replace(str(view.pool[0]), str(an_id("another unit")))
    assert hashlib.sha256(other.encode()).hexdigest() != view.pool_hash


def test_i03_the_pool_is_published_once_before_the_draw_and_units_drawn_once(county: County) -> None:
    draw_units = DrawUnits(season_id=SEASON, seed=SEED)
    with pytest.raises(Conflict, match=r"inspection\.pool_missing"):
        county.do("inspection", draw_units)
    drawn(county)
    stood = county.everything("inspection")
    for command, code in ((POOL, "pool_published"), (draw_units, "already_drawn")):
        with pytest.raises(Conflict, match=code):
            county.do("inspection", command)
    assert county.everything("inspection") == stood


def test_i03_a_pool_smaller_than_the_draw_is_refused_with_both_numbers(empty_county: County) -> None:
    empty_county.do("nomination", OPEN_SEASON)
    empty_county.settle()
    with pytest.raises(Conflict, match="要抽 2 个单位，名单池只有 0 个"):
        empty_county.do("inspection", POOL)


def test_i03_two_inspectors_none_of_the_unit_can_be_recomputed(county: County) -> None:
    drawn(county)
    inspectors = {an_id(f"inspector {number}"): unit(number + 1) for number in range(4)}
    for row in _inspections(county):
        eligible = [one for one, of_unit in inspectors.items() if of_unit != row.unit_id]
        expected = sorted(eligible, key=lambda one: _ticket(f"{SEED}|{row.unit_id}", one))[:2]
        assert row.inspectors == tuple(expected)


def test_i03_too_few_inspectors_leave_nothing_drawn(county: County) -> None:
    county.do("inspection", EnrolInspector(inspector_id=an_id("inspector 0"), name="检演示", unit_id=unit(1)))
    county.do("inspection", POOL)
    stood = county.everything("inspection")
    with pytest.raises(Conflict, match=r"inspection\.too_few_inspectors"):
        county.do("inspection", DrawUnits(season_id=SEASON, seed=SEED))
    assert county.everything("inspection") == stood
    with pytest.raises(Conflict):
        inspectors_for(unit(1), SEED, {an_id("inspector 0"): unit(1), an_id("inspector 1"): unit(2)})


def test_the_draw_again_under_its_key_opens_no_second_inspection(county: County) -> None:
    for number in range(4):
        enrol = EnrolInspector(inspector_id=an_id(f"inspector {number}"), name="检演示", unit_id=unit(number + 1))
        county.do("inspection", enrol)
    county.do("inspection", POOL)
    key = uuid4()
    first = county.do("inspection", DrawUnits(season_id=SEASON, seed=SEED), command_id=key)
    stood = county.everything("inspection")
    assert county.do("inspection", DrawUnits(season_id=SEASON, seed=SEED), command_id=key) == first
    assert county.everything("inspection") == stood


def test_i07_findings_are_numbered_and_reported_once_by_their_inspector(county: County) -> None:
    drawn(county)
    row = _inspections(county)[0]
    one = row.inspectors[0]
    for _ in range(2):
        county.do("inspection", _finding(row.inspection_id, one), _as(one))
    county.do("inspection", _report(row.inspection_id, one), _as(one))
    shown = county.ask("inspection", ShowInspection(inspection_id=row.inspection_id))
    assert (shown.row.findings, shown.row.state, len(shown.findings)) == (2, "已出结果", 2)
    for command in (_finding(row.inspection_id, one), _report(row.inspection_id, one)):
        with pytest.raises(Conflict, match=r"inspection\.reported"):
            county.do("inspection", command, _as(one))


def test_i07_an_inspection_without_a_finding_is_reported_too(county: County) -> None:
    drawn(county)
    row = _inspections(county)[0]
    county.do("inspection", _report(row.inspection_id, row.inspectors[0]), _as(row.inspectors[0]))
    assert _inspections(county)[0].findings == 0


def test_an_inspector_acts_only_as_oneself_and_where_sent(county: County) -> None:
    drawn(county)
    row = _inspections(county)[0]
    outsider = next(one for number in range(4) if (one := an_id(f"inspector {number}")) not in row.inspectors)
    stood = county.everything("inspection")
    refusals: list[tuple[object, type[Problem]]] = [
        (_finding(row.inspection_id, row.inspectors[0]), Forbidden),
        (_finding(row.inspection_id, outsider), Conflict),
        (_report(row.inspection_id, outsider), Conflict),
    ]
    for command, kind in refusals:
        with pytest.raises(kind):
            county.do("inspection", command, _as(outsider))
    with pytest.raises(NotFound):
        county.ask("inspection", ShowInspection(inspection_id=row.inspection_id), _as(outsider))
    seen = county.ask("inspection", ListInspections(season_id=SEASON), _as(outsider)).rows
    assert [one for one in seen if outsider not in one.inspectors] == []
    assert county.everything("inspection") == stood


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 6, 15), 3, date(2026, 9, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_a_follow_up_is_due_on_the_same_day_or_the_months_last(day: date, months: int, due: date) -> None:
    assert months_later(day, months) == due


def test_every_published_exemplar_is_followed_up_by_the_rule_pack(county: County) -> None:
    nominations = awarded(county)
    rows: tuple[FollowUpRow, ...] = county.ask("inspection", ListFollowUps(season_id=SEASON)).rows
    assert sorted((row.nomination_id, row.month, row.due_on) for row in rows) == sorted(
        (one, month, date(2026, 6 + month, 15)) for one in nominations for month in (3, 6)
    )


def test_a_longer_pool_draws_what_hashlib_draws() -> None:
    pool = [str(an_id(number)) for number in range(60)]
    assert draw(SEED, pool, 12) == tuple(sorted(pool, key=lambda item: _ticket(SEED, item))[:12])
