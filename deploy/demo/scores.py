"""What the demo's reviewers give: plausible, different from reviewer to reviewer, and the same in every run."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from uuid import UUID

from contracts.nomination import Criterion
from contracts.review import CriterionScore

_SEVERITY = 0.8
_SPREAD = 0.5
LARGEST_DEVIATION = _SEVERITY + _SPREAD + 0.05
"""Points a weighted total can lie away from the nominee's merit: severity, spread and rounding to one decimal."""

_PASSED = Decimal(100)


def criterion_scores(
    seed: int, reviewer_id: UUID, nomination_id: UUID, merit: float, rubric: tuple[Criterion, ...]
) -> tuple[CriterionScore, ...]:
    """One score per criterion, 0 to 100 with one decimal; everybody passes what can only be passed or failed.

    Each is the merit, moved by how severe the reviewer is in general and by a taste for this nominee in this criterion.
    """
    middle = merit + _SEVERITY * _unit(f"{seed} severity {reviewer_id}")
    scores = []
    for criterion in rubric:
        taste = _SPREAD * _unit(f"{seed} {reviewer_id} {nomination_id} {criterion.name}")
        points = _PASSED if criterion.pass_fail else Decimal(f"{middle + taste:.1f}")
        scores.append(CriterionScore(criterion=criterion.name, points=points))
    return tuple(scores)


def _unit(what: str) -> float:
    """A number from -1 to 1 that depends on nothing but the text."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big") / 2**63 - 1
