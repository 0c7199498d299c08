from __future__ import annotations

from decimal import Decimal
from statistics import mean
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.people import merit_ladder
from deploy.demo.plan import read_plan
from deploy.demo.scores import LARGEST_DEVIATION, criterion_scores

RULES = read_plan().season.rules
SPACE = UUID("00000000-0000-0000-0000-00000000ab10")

seeds = st.integers(0, 2**32)


def weighted(seed: int, reviewer: str, nominee: str, merit: float) -> Decimal:
    scores = criterion_scores(seed, uuid5(SPACE, reviewer), uuid5(SPACE, nominee), merit, RULES.rubric)
    weights = {criterion.name: criterion.weight for criterion in RULES.rubric}
    return sum((weights[score.criterion] * score.points for score in scores), Decimal(0)) / 100


def test_the_same_reviewer_gives_the_same_nominee_the_same_scores() -> None:
    assert weighted(1, "a", "b", 80.0) == weighted(1, "a", "b", 80.0)


def test_two_reviewers_differ() -> None:
    assert weighted(1, "a", "b", 80.0) != weighted(1, "c", "b", 80.0)


@given(seeds, st.text(max_size=4), st.text(max_size=4), st.sampled_from(merit_ladder()))
def test_r05_no_score_needs_a_comment_and_none_leaves_the_promised_range(
    seed: int, reviewer: str, nominee: str, merit: float
) -> None:
    total = weighted(seed, reviewer, nominee, merit)
    assert 60 <= total < 95
    assert abs(float(total) - merit) <= LARGEST_DEVIATION


@given(seeds, st.text(max_size=4), st.text(max_size=4))
def test_r05_points_have_one_decimal_and_pass_fail_is_passed(seed: int, reviewer: str, nominee: str) -> None:
    for score in criterion_scores(seed, uuid5(SPACE, reviewer), uuid5(SPACE, nominee), 80.0, RULES.rubric):
        assert score.points == score.points.quantize(Decimal("0.1"))
        assert score.criterion != "清正廉洁" or score.points == 100


def test_r12_whoever_judges_exactly_four_can_reach_the_first_tier_of_five_places() -> None:
    reach = [sum(merit - LARGEST_DEVIATION > tier.minimum_score for merit in merit_ladder()) for tier in RULES.tiers]
    may_reach = [
        sum(merit + LARGEST_DEVIATION >= tier.minimum_score for merit in merit_ladder()) for tier in RULES.tiers
    ]
    assert (reach, may_reach) == ([4, 16, 36], [4, 16, 36])
    assert [tier.places for tier in RULES.tiers] == [5, 10, 15]


def test_r12_with_any_seed_a_first_prize_stays_vacant() -> None:
    for seed in range(5):
        means = [
            mean(sorted(weighted(seed, f"r{(n + k) % 30}", f"n{n}", merit) for k in range(5))[1:-1])
            for n, merit in enumerate(merit_ladder())
        ]
        assert sum(value >= RULES.tiers[0].minimum_score for value in means) == 4
