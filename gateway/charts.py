"""Charts as geometry: what to draw where, computed here, drawn by ``templates/charts.html`` as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.review import DayCount, ScoreBand
from gateway.telling import day

LEFT, RIGHT, TOP, BOTTOM = 52, 648, 34, 204
"""The field of the plot in a view box of 680 by 250."""

_FULL_MARKS = 100


@dataclass(frozen=True, kw_only=True)
class Point:
    x: float
    y: float
    label: str
    share: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``finding`` is the title, ``description`` for those who cannot see it. ``forecast_x``: where 100 % is reached
    at the pace so far, when that is on the chart.
    """

    finding: str
    description: str
    points: tuple[Point, ...]
    deadline_x: float
    deadline: str
    forecast_x: float | None


@dataclass(frozen=True, kw_only=True)
class Bar:
    label: str
    count: int
    x: float
    y: float
    width: float
    height: float
    marked: bool = False


def progress(days: Sequence[DayCount], expected: int, starts_on: date, ends_on: date, on: date) -> Progress:
    """Signed score sheets against the days of the review phase. ``expected`` is not 0."""
    counted = {one.day: one.count for one in days}
    first = min([starts_on, *counted])
    unfinished = [on] if sum(counted.values()) < expected and counted else []
    last = max([ends_on, *unfinished, *counted])
    length = max((last - first).days, 1)

    def x_of(moment: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (moment - first).days / length, 1)

    total = 0
    nothing_yet = Point(x=x_of(first), y=BOTTOM, label=day(first), share=0, total=0)
    shown = [] if first in counted else [nothing_yet]
    for moment in sorted(counted):
        total += counted[moment]
        share = 100 * total / expected
        y = round(BOTTOM - (BOTTOM - TOP) * share / 100, 1)
        shown.append(Point(x=x_of(moment), y=y, label=day(moment), share=int(share), total=total))
    done_on = _forecast(counted, total, expected)
    return Progress(
        finding=_finding(total, expected, ends_on, done_on),
        description="；".join(f"{point.label} {point.share}%" for point in shown) + f"；截止 {day(ends_on)}",
        points=tuple(shown),
        deadline_x=x_of(ends_on),
        deadline=day(ends_on),
        forecast_x=x_of(done_on) if done_on and done_on <= last and total < expected else None,
    )


def _forecast(counted: dict[date, int], total: int, expected: int) -> date | None:
    """The day the last sheet is signed if it goes on as on the days so far."""
    if not total:
        return None
    if total >= expected:
        return max(counted)
    days = (max(counted) - min(counted)).days + 1
    return max(counted) + timedelta(days=-(-(expected - total) * days // total))


def _finding(total: int, expected: int, ends_on: date, done_on: date | None) -> str:
    if total >= expected:
        return f"{expected} 份评分表已全部签名"
    share = f"评分完成 {100 * total // expected}%（{total} / {expected}）"
    if done_on is None:
        return f"评分还没有开始，共 {expected} 份评分表"
    if done_on <= ends_on:
        return f"{share}，照现在的进度 {day(done_on)}可以评完"
    return f"{share}，照现在的进度要到 {day(done_on)}，赶不上 {day(ends_on)}的截止"


def bands(distribution: Sequence[ScoreBand], line: int | None = None) -> tuple[Bar, ...]:
    """Upright bars, one for each five-point band; those below ``line`` are marked."""
    if not distribution:
        return ()
    by_least = {one.least: one.count for one in distribution}
    lows = range(min(by_least), max(by_least) + 1, 5)
    most = max(by_least.values())
    step = (RIGHT - LEFT) / len(lows)
    found = []
    for index, least in enumerate(lows):
        number = by_least.get(least, 0)
        height = round((BOTTOM - TOP) * number / most, 1)
        found.append(
            Bar(
                label=f"{least}–{least + 5}" if least < _FULL_MARKS else str(_FULL_MARKS),
                count=number,
                x=round(LEFT + index * step + step * 0.12, 1),
                y=round(BOTTOM - height, 1),
                width=round(step * 0.76, 1),
                height=height,
                marked=line is not None and least < line,
            )
        )
    return tuple(found)


def rows(counts: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Lying bars under each other, 30 units apart; the longest is marked."""
    most = max((number for _, number in counts), default=0)
    found = []
    for index, (label, number) in enumerate(counts):
        width = round(380 * number / most, 1) if most else 0
        found.append(
            Bar(label=label, count=number, x=210, y=8 + index * 30, width=width, height=18, marked=number == most > 0)
        )
    return tuple(found)
