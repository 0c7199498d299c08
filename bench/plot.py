"""A line a series over a logarithmic number of events, as SVG: whether it is flat is seen at a glance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 500, 30, 250
COLOURS = ("#b3261e", "#1f5fa8", "#2e7d32")
HIGHEST = 1.5
"""Of the smallest size's figure, which is 1."""


def plot(title: str, sizes: Sequence[int], series: Mapping[str, Sequence[float]]) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        f' font-size="12"><title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="18">{title}</text>'
    )
    parts = [opening]
    for share in (0.0, 0.5, 1.0, 1.5):
        y = _y(share)
        parts.append(
            f'<path d="M{LEFT} {y:.0f}H{RIGHT}" stroke="#ddd"/><text x="{LEFT - 30}" y="{y + 4:.0f}">{share}</text>'
        )
    parts += [f'<text x="{_x(one, sizes):.0f}" y="{BOTTOM + 20}" text-anchor="middle">{one:,}</text>' for one in sizes]
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number]
        points = [(_x(size, sizes), _y(value)) for size, value in zip(sizes, values, strict=True)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{RIGHT + 10}" y="{TOP + 20 + 20 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _x(size: int, sizes: Sequence[int]) -> float:
    first, last = math.log(sizes[0]), math.log(sizes[-1])
    return LEFT + (math.log(size) - first) / (last - first) * (RIGHT - LEFT)


def _y(share: float) -> float:
    return BOTTOM - min(share, HIGHEST) / HIGHEST * (BOTTOM - TOP)
