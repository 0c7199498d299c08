"""From scores to ranks and tiers: quotas, minimum scores, and the order of a tie."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contracts.errors import Conflict
from contracts.nomination import ExemplarKind, Tier
from contracts.review import TierResult
from services.review.domain.ranking import Contender, rank
from tests.services.sample import an_id, unit


def contender(number: int, mean: str, **changes: Any) -> Contender:
    usual = Contender(
        nomination_id=an_id(f"nomination {number}"),
        unit_id=unit(1),
        mean=Decimal(mean),
        plain_mean=Decimal(80),
        leading_mean=Decimal(80),
        frontline=False,
        kind=ExemplarKind.ESTABLISHED,
        voted=0,
    )
    return replace(usual, **changes)


ONE_FIRST = (
    Tier(name="一等奖", places=1, minimum_score=Decimal(85)),
    Tier(name="二等奖", places=1, minimum_score=Decimal(70)),
)


def test_r12_tiers_fill_by_mean_up_to_their_places() -> None:
    shortlist = rank([contender(0, "80"), contender(1, "90"), contender(2, "75")], ONE_FIRST)
    assert [(entry.nomination_id, entry.rank, entry.tier) for entry in shortlist.entries] == [
        (an_id("nomination 1"), 1, "一等奖"),
        (an_id("nomination 0"), 2, "二等奖"),
    ]
    assert [tier.vacant for tier in shortlist.tiers] == [0, 0]


def test_r12_s33_a_place_below_the_minimum_stays_vacant_and_is_not_passed_down() -> None:
    shortlist = rank([contender(0, "84.99"), contender(1, "80")], ONE_FIRST)
    assert [(entry.nomination_id, entry.tier) for entry in shortlist.entries] == [(an_id("nomination 0"), "二等奖")]
    assert shortlist.tiers == (
        TierResult(tier="一等奖", places=1, vacant=1),
        TierResult(tier="二等奖", places=1, vacant=0),
    )


@pytest.mark.parametrize(
    "better",
    [
        {"plain_mean": Decimal("80.01")},
        {"leading_mean": Decimal("80.01")},
        {"frontline": True},
        {"kind": ExemplarKind.EMERGING},
    ],
)
def test_r11_s31_a_tie_goes_by_untrimmed_mean_then_leading_criterion_then_frontline_then_fewer_honours(
    better: dict[str, Any],
) -> None:
    for numbers in ((0, 1), (1, 0)):
        contenders = [contender(numbers[0], "90", **better), contender(numbers[1], "90")]
        first = rank(contenders, ONE_FIRST).entries[0]
        assert first.nomination_id == an_id(f"nomination {numbers[0]}")


def test_r11_s31_a_tie_that_nothing_breaks_at_a_boundary_is_for_the_panel() -> None:
    with pytest.raises(Conflict) as refused:
        rank([contender(0, "90"), contender(1, "90")], ONE_FIRST)
    assert refused.value.code == "round.tie_at_boundary"


def test_r11_a_tie_within_a_tier_stops_nobody() -> None:
    tiers = (Tier(name="一等奖", places=2, minimum_score=Decimal(85)),)
    assert len(rank([contender(0, "90"), contender(1, "90")], tiers).entries) == 2
