"""Panels drawn at random from a published seed, with the nominating unit's reviewers recused (R-01, R-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.errors import Conflict
from contracts.review import Recusal
from standards.random_draw import ticket

OWN_UNIT = "本单位"


@dataclass(frozen=True, kw_only=True)
class Panel:
    reviewers: tuple[UUID, ...]
    recused: tuple[Recusal, ...]


def draw_panels(seed: str, size: int, cases: Mapping[UUID, UUID], reviewers: Mapping[UUID, UUID]) -> dict[UUID, Panel]:
    """A panel for every case; both mappings are from an id to its unit.

    Cases come in the order of their tickets. Each takes the ``size`` least burdened eligible reviewers, ties by
    ticket, so that nobody scores many more than the others, and anybody can recompute it from the seed.
    """
    burden: Counter[UUID] = Counter()
    panels: dict[UUID, Panel] = {}
    for case in sorted(cases, key=lambda one: ticket(seed, str(one))):
        recused = sorted(one for one, unit in reviewers.items() if unit == cases[case])
        eligible = [one for one in reviewers if one not in recused]
        if len(eligible) < size:
            raise Conflict("round.too_few_reviewers", available=len(eligible), needed=size)
        chosen = _least_burdened(eligible, burden, f"{seed}|{case}", size)
        burden.update(chosen)
        panels[case] = Panel(
            reviewers=tuple(sorted(chosen)),
            recused=tuple(Recusal(reviewer_id=one, reason=OWN_UNIT) for one in recused),
        )
    return panels


def draw_successor(seed: str, case: UUID, leaving: UUID, eligible: Sequence[UUID], burden: Counter[UUID]) -> UUID:
    """Who takes the place of a reviewer: the least burdened of the eligible, ties by ticket."""
    if not eligible:
        raise Conflict("case.no_successor")
    return _least_burdened(eligible, burden, f"{seed}|{case}|{leaving}", 1)[0]


def _least_burdened(eligible: Sequence[UUID], burden: Counter[UUID], seed: str, size: int) -> list[UUID]:
    return sorted(eligible, key=lambda one: (burden[one], ticket(seed, str(one))))[:size]
