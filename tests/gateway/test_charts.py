from __future__ import annotations

from datetime import date

import pytest

from contracts.review import DayCount, ScoreBand
from gateway import charts

STARTS, ENDS = date(2026, 6, 8), date(2026, 6, 19)


def days(*counts: int) -> list[DayCount]:
    return [DayCount(day=date(2026, 6, 8 + index), count=count) for index, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("signed", "finding"),
    [
        ((), "评分还没有开始，共 100 份评分表"),
        ((10, 10, 20), "评分完成 40%（40 / 100），照现在的进度 6月15日可以评完"),
        ((5, 5), "评分完成 10%（10 / 100），照现在的进度要到 6月27日，赶不上 6月19日的截止"),
        ((50, 50), "100 份评分表已全部签名"),
    ],
)
def test_the_title_of_the_progress_chart_is_what_it_shows(signed: tuple[int, ...], finding: str) -> None:
    assert charts.progress(days(*signed), 100, STARTS, ENDS, date(2026, 6, 12)).finding == finding


def test_progress_adds_up_and_stays_within_the_plot() -> None:
    drawn = charts.progress(days(10, 10, 20), 100, STARTS, ENDS, date(2026, 6, 12))
    assert [point.total for point in drawn.points] == [10, 20, 40]
    assert all(charts.LEFT <= point.x <= charts.RIGHT for point in drawn.points)
    assert all(charts.TOP <= point.y <= charts.BOTTOM for point in drawn.points)
    assert drawn.deadline_x == charts.RIGHT
    assert drawn.description == "6月8日 10%；6月9日 20%；6月10日 40%；截止 6月19日"


def test_scores_before_the_phase_and_after_its_end_are_drawn_too() -> None:
    early_and_late = [DayCount(day=date(2026, 6, 5), count=50), DayCount(day=date(2026, 6, 22), count=30)]
    drawn = charts.progress(early_and_late, 100, STARTS, ENDS, date(2026, 6, 22))
    assert [point.x for point in drawn.points] == [charts.LEFT, charts.RIGHT]
    assert charts.LEFT < drawn.deadline_x < charts.RIGHT


def test_score_bands_show_empty_ones_between_and_mark_what_is_below_the_line() -> None:
    bars = charts.bands([ScoreBand(least=70, count=2), ScoreBand(least=80, count=4), ScoreBand(least=100, count=1)], 80)
    assert [(bar.label, bar.count, bar.marked) for bar in bars] == [
        ("70–75", 2, True), ("75–80", 0, True), ("80–85", 4, False), ("85–90", 0, False), ("90–95", 0, False),
        ("95–100", 0, False), ("100", 1, False),
    ]  # fmt: skip
    assert max(bar.height for bar in bars) == charts.BOTTOM - charts.TOP


def test_the_longest_bar_is_the_marked_one_and_none_when_all_are_zero() -> None:
    assert [bar.marked for bar in charts.rows([("甲", 3), ("乙", 1), ("丙", 3)])] == [True, False, True]
    assert [bar.marked for bar in charts.rows([("甲", 0)])] == [False]
