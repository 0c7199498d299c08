"""Rounding of scores and amounts (X-18)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")


def half_up(value: Decimal) -> Decimal:
    """``value`` to two places, a tie going away from zero: 90.125 becomes 90.13."""
    return value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
