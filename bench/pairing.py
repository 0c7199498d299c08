"""Two ways of doing the same, measured in turn, so that a machine whose speed drifts hurts both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5
HEADING = ("| 测什么 | 我们 | 对照 | 对照速度 | 比值（中位） | 各轮 | 目标 |", "|---|---|---|---|---|---|---|")
"""Of a table of :meth:`Pair.row`."""


@dataclass(frozen=True)
class Pair:
    """Operations per second by round; the ratio of each round is ours over the peer's of the same round."""

    ours: list[float]
    peers: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def ratios(self) -> list[float]:
        return [ours / peer for ours, peer in zip(self.ours, self.peers, strict=True)]

    def row(self, what: str, peer: str, goal: str) -> str:
        spread = f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"
        ours, peers = statistics.median(self.ours), statistics.median(self.peers)
        return f"| {what} | {ours:,.0f}/s | {peer} | {peers:,.0f}/s | **{self.ratio:.2f}** | {spread} | {goal} |"


def pair(ours: Callable[[], None], peers: Callable[[], None], seconds: float, each: int = 1) -> Pair:
    """Calls each for ``seconds`` in turn, ``ROUNDS`` times after one round to warm up; ``each``: operations a call."""
    results: tuple[list[float], list[float]] = ([], [])
    for round_number in range(ROUNDS + 1):
        for work, rates in zip((ours, peers), results, strict=True):
            per_second = rate(work, seconds) * each
            if round_number:
                rates.append(per_second)
    return Pair(*results)


def rate(work: Callable[[], None], seconds: float) -> float:
    done = 0
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        work()
        done += 1
    return done / spent
