from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.rounding import half_up


def test_x18_scenario_28_a_mean_of_90_125_is_90_13() -> None:
    assert str(half_up(Decimal("90.125"))) == "90.13"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("90", "90.00"), ("90.134999", "90.13"), ("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68")],
)
def test_x18_two_places_with_ties_away_from_zero(value: str, rounded: str) -> None:
    assert str(half_up(Decimal(value))) == rounded


@given(st.decimals(Decimal(-1000), Decimal(1000), places=4))
def test_x18_rounding_moves_a_value_by_at_most_half_a_hundredth(value: Decimal) -> None:
    assert abs(half_up(value) - value) <= Decimal("0.005")
