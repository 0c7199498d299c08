"""Weighted scores and their mean (R-04, R-05, R-06, X-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.errors import Conflict, Invalid
from contracts.nomination import Criterion
from contracts.review import CriterionScore
from standards.rounding import half_up

PASSED = Decimal(100)
FAILED = Decimal(0)
LOW = Decimal(60)
HIGH = Decimal(95)
LEAST_REVIEWERS = 3


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """``dropped`` are left out of ``mean``; ``failed``: more than half of the panel failed a pass/fail criterion."""

    formula: str
    dropped: tuple[UUID, ...]
    mean: Decimal
    plain_mean: Decimal
    leading_mean: Decimal
    failed: bool


def total(rubric: Sequence[Criterion], scores: Sequence[CriterionScore]) -> Decimal:
    """The weighted total; the scores must be the rubric's criteria, each once, within range."""
    points = {score.criterion: score.points for score in scores}
    if sorted(score.criterion for score in scores) != sorted(criterion.name for criterion in rubric):
        raise Invalid("case.criteria_mismatch", expected="、".join(criterion.name for criterion in rubric))
    for criterion in rubric:
        _check(criterion, points[criterion.name])
    return half_up(sum((criterion.weight * points[criterion.name] for criterion in rubric), Decimal(0)) / 100)


def needs_comment(rubric: Sequence[Criterion], scores: Sequence[CriterionScore], weighted: Decimal) -> str | None:
    """Why this score must be explained, or None (R-05)."""
    if weighted < LOW:
        return f"总分 {weighted} 低于 {LOW}"
    if weighted >= HIGH:
        return f"总分 {weighted} 不低于 {HIGH}"
    points = {score.criterion: score.points for score in scores}
    for criterion in rubric:
        if criterion.pass_fail and points[criterion.name] == FAILED:
            return f"“{criterion.name}”判为不合格"
    return None


def aggregate(
    rubric: Sequence[Criterion],
    trim_from: int,
    sheets: Mapping[UUID, Sequence[CriterionScore]],
    totals: Mapping[UUID, Decimal],
) -> Aggregate:
    """From ``trim_from`` totals on, one highest and one lowest are dropped; with fewer, the plain mean (R-06)."""
    if len(totals) < LEAST_REVIEWERS:
        raise Conflict("round.too_few_reviewers", available=len(totals), needed=LEAST_REVIEWERS)
    by_total = sorted(totals, key=lambda one: (totals[one], one))
    trims = len(totals) >= trim_from
    dropped = (by_total[-1], by_total[0]) if trims else ()
    kept = [totals[one] for one in by_total if one not in dropped]
    leading = max(rubric, key=lambda criterion: criterion.weight).name
    failures = sum(_fails(rubric, sheet) for sheet in sheets.values())
    return Aggregate(
        formula="去掉一个最高分和一个最低分后平均" if trims else "全部评分平均",
        dropped=dropped,
        mean=_mean(kept),
        plain_mean=_mean(list(totals.values())),
        leading_mean=_mean([_points(sheet, leading) for sheet in sheets.values()]),
        failed=failures * 2 > len(sheets),
    )


def _check(criterion: Criterion, points: Decimal) -> None:
    if not 0 <= points <= PASSED:
        raise Invalid("case.points_out_of_range", criterion=criterion.name)
    if criterion.pass_fail and points not in (PASSED, FAILED):
        raise Invalid("case.pass_or_fail", criterion=criterion.name)
    if points != points.quantize(Decimal("0.1")):
        raise Invalid("case.one_decimal", criterion=criterion.name)


def _fails(rubric: Sequence[Criterion], sheet: Sequence[CriterionScore]) -> bool:
    return any(criterion.pass_fail and _points(sheet, criterion.name) == FAILED for criterion in rubric)


def _points(sheet: Sequence[CriterionScore], criterion: str) -> Decimal:
    return next(score.points for score in sheet if score.criterion == criterion)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return half_up(sum(values, Decimal(0)) / len(values))
