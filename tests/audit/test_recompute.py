"""The auditor's own arithmetic gives what the requirements' examples say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.recompute import Averaging, Candidate, Panelled, Standing, panelled, standings, successor, total
from contracts.nomination import Criterion, ExemplarKind, Tier
from services.review.domain.assignment import draw_successor
from services.review.events import CaseOpened
from tests.services.sample import SEASON, an_id, unit

RUBRIC = (
    Criterion(name="实绩", weight=60),
    Criterion(name="群众基础", weight=40),
    Criterion(name="廉洁", weight=0, pass_fail=True),
)
TIERS = [
    Tier(name="一等奖", places=1, minimum_score=Decimal(90)),
    Tier(name="二等奖", places=2, minimum_score=Decimal(80)),
]


def sheet(points: str, *, passed: bool = True) -> dict[str, Decimal]:
    return {"实绩": Decimal(points), "群众基础": Decimal(points), "廉洁": Decimal(100 if passed else 0)}


def scored(*points: str, averaging: Averaging = Averaging.TRIMMED) -> Decimal:
    return panelled(RUBRIC, 5, [sheet(one) for one in points], averaging).score


def test_seven_scores_lose_the_highest_and_the_lowest_r06_scenario_25() -> None:
    assert scored("92", "88", "95", "90", "85", "91", "89") == Decimal("90.00")
    assert scored("92", "88", "95", "90", "91", "89") == Decimal("90.50")


def test_four_scores_are_not_trimmed_r06_scenario_27() -> None:
    assert scored("92", "88", "95", "90") == Decimal("91.25")


def test_ties_round_up_x18_scenario_28() -> None:
    assert scored("90", "90", "90", "90.5", averaging=Averaging.MEAN) == Decimal("90.13")


def test_other_ways_to_average() -> None:
    points = ("40", "92", "88", "95", "90", "91")
    assert scored(*points, averaging=Averaging.MEAN) == Decimal("82.67")
    assert scored(*points, averaging=Averaging.MEDIAN) == Decimal("90.50")


def test_the_total_weighs_each_criterion_r04() -> None:
    assert total(RUBRIC, {"实绩": Decimal(90), "群众基础": Decimal(80), "廉洁": Decimal(0)}) == Decimal("86.00")


@pytest.mark.parametrize(("failures", "failed"), [(2, False), (3, True)])
def test_more_than_half_of_the_panel_fails_a_nominee_r04(failures: int, failed: bool) -> None:
    sheets = [sheet("90", passed=number >= failures) for number in range(5)]
    assert panelled(RUBRIC, 5, sheets).failed is failed


def candidate(name: str, score: str, *, leading: str = "80", frontline: bool = True) -> Candidate:
    case = CaseOpened(
        nomination_id=an_id(name), season_id=SEASON, unit_id=unit(1), kind=ExemplarKind.EMERGING, frontline=frontline
    )
    result = Panelled(
        score=Decimal(score), untrimmed=Decimal(score), leading=Decimal(leading), failed=False, trimmed=True
    )
    return Candidate(case=case, result=result)


def told(found: list[Standing]) -> list[tuple[int, str | None, bool]]:
    return [(one.rank, one.tier, one.tied) for one in found]


def test_a_place_nobody_reaches_the_minimum_for_stays_vacant_r12() -> None:
    found = standings(
        [candidate(name, score) for name, score in zip("abc", ("89", "79", "85"), strict=True)], TIERS, []
    )
    assert told(found) == [(1, "二等奖", False), (2, "二等奖", False), (3, None, False)]


def test_the_tie_order_decides_before_a_vote_r11() -> None:
    found = standings([candidate("a", "95"), candidate("b", "95", leading="81")], TIERS, [])
    assert [one.candidate.case.nomination_id for one in found] == [an_id("b"), an_id("a")]
    assert told(found) == [(1, "一等奖", False), (2, "二等奖", False)]


def test_a_vote_decides_between_those_it_was_on_and_nobody_else_r11() -> None:
    equal = [candidate(name, "95") for name in "abc"]
    found = standings(equal, TIERS, [[an_id("c"), an_id("a"), an_id("b")]])
    assert [one.candidate.case.nomination_id for one in found] == [an_id("c"), an_id("a"), an_id("b")]
    assert [one.tied for one in found] == [False, False, False]
    assert [one.tied for one in standings(equal, TIERS, [[an_id("c"), an_id("a")]])] == [True, True, True]


def test_equal_merit_where_places_run_out_is_left_to_a_vote_r11_scenario_31() -> None:
    found = standings([candidate("a", "95"), candidate("b", "95"), candidate("c", "85")], TIERS, [])
    assert [one.tied for one in found] == [True, True, False]


@given(st.text(max_size=20), st.uuids(), st.uuids(), st.dictionaries(st.uuids(), st.integers(0, 2), min_size=1))
def test_a_successor_is_recomputed_as_review_draws_one_r02(
    seed: str, case: UUID, leaving: UUID, burden: dict[UUID, int]
) -> None:
    drawn = draw_successor(seed, case, leaving, list(burden), Counter(burden))
    assert successor(seed, case, leaving, burden) == drawn
