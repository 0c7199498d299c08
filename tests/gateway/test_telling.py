from __future__ import annotations

from datetime import date

import pytest

from gateway.telling import span


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 3, 11), date(2026, 5, 8), "3月11日至5月8日"),
        (date(2026, 6, 8), date(2026, 6, 19), "6月8日至19日"),
        (date(2026, 6, 8), date(2026, 6, 8), "6月8日"),
        (date(2026, 11, 1), date(2027, 10, 31), "11月1日至2027年10月31日"),
        (date(2026, 11, 1), date(2027, 11, 5), "11月1日至2027年11月5日"),
    ],
)
def test_a_period_that_ends_in_another_year_says_which(first: date, last: date, told: str) -> None:
    assert span(first, last) == told
