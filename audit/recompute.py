"""The auditor's own arithmetic: totals, means, ranks and draws, written from the requirements and not from the code
that is audited (R-01, R-02, R-04, R-06, R-11, R-12, X-18).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from statistics import median
from uuid import UUID

from contracts.nomination import Criterion, ExemplarKind, Tier
from services.review.events import CaseOpened, ScoreSigned
from standards.random_draw import ticket
from standards.rounding import half_up

FULL = Decimal(100)
INSPECTORS_A_UNIT = 2


class Averaging(Enum):
    """How the totals of a panel become one score (R-06)."""

    TRIMMED = "trimmed"
    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, kw_only=True)
class Panelled:
    """What a panel's sheets come to: ``score`` averaged, ``untrimmed`` over all totals, ``leading`` over the weightiest
    criterion; ``failed`` when more than half of the panel failed a pass/fail criterion.
    """

    score: Decimal
    untrimmed: Decimal
    leading: Decimal
    failed: bool
    trimmed: bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    case: CaseOpened
    result: Panelled

    @property
    def merit(self) -> tuple[Decimal, Decimal, Decimal, bool, bool]:
        """Higher is better, in the tie order of R-11; what is equal in all of it only a vote can tell apart."""
        emerging = self.case.kind is ExemplarKind.EMERGING
        return self.result.score, self.result.untrimmed, self.result.leading, self.case.frontline, emerging


@dataclass(frozen=True)
class Standing:
    """``tier`` is None where no place was left or no minimum reached; ``tied`` where a vote has to decide; ``voted`` is
    the place a vote gave among those equal in merit, 0 without one.
    """

    rank: int
    candidate: Candidate
    tier: str | None
    tied: bool
    voted: int


def points_of(signed: ScoreSigned) -> dict[str, Decimal]:
    return {score.criterion: score.points for score in signed.scores}


def total(rubric: Sequence[Criterion], points: Mapping[str, Decimal]) -> Decimal:
    """The weighted total (R-04), half up to two places (X-18)."""
    return half_up(sum((one.weight * points[one.name] for one in rubric), Decimal(0)) / 100)


def panelled(
    rubric: Sequence[Criterion], trim_from: int, sheets: Sequence[Mapping[str, Decimal]],
    averaging: Averaging = Averaging.TRIMMED,
) -> Panelled:  # fmt: skip
    """``sheets`` are points by criterion, one mapping a reviewer; at least one."""
    totals = sorted(total(rubric, sheet) for sheet in sheets)
    trimmed = averaging is Averaging.TRIMMED and len(totals) >= trim_from
    kept = totals[1:-1] if trimmed else totals
    leading = max(rubric, key=lambda one: one.weight).name
    vetoes = [one.name for one in rubric if one.pass_fail]
    failures = sum(any(sheet[name] == 0 for name in vetoes) for sheet in sheets)
    return Panelled(
        score=half_up(median(kept)) if averaging is Averaging.MEDIAN else mean(kept),
        untrimmed=mean(totals),
        leading=mean([sheet[leading] for sheet in sheets]),
        failed=failures * 2 > len(sheets),
        trimmed=trimmed,
    )


def mean(values: Sequence[Decimal]) -> Decimal:
    return half_up(sum(values, Decimal(0)) / len(values))


def standings(
    candidates: Iterable[Candidate], tiers: Sequence[Tier], votes: Sequence[Sequence[UUID]]
) -> list[Standing]:
    """Tier after tier is filled from the best down; a place nobody reaches the minimum for stays vacant (R-12).

    Where the last place of a tier would go to one of several equal in merit, none of them gets it: they are tied. A
    vote settles it between those of its order, where it is on all that are equal (R-11).
    """
    ranked = list(candidates)
    voted = _places_voted(ranked, votes)
    waiting = sorted(ranked, key=lambda one: (one.merit, -voted.get(one.case.nomination_id, 0)), reverse=True)
    placed: list[tuple[Candidate, str | None]] = []
    contested = set()
    for tier in tiers:
        taken = [one for one in waiting[: tier.places] if one.result.score >= tier.minimum_score]
        waiting = waiting[len(taken) :]
        placed += [(one, tier.name) for one in taken]
        if taken and waiting and taken[-1].merit == waiting[0].merit:
            contested.add(waiting[0].merit)
    placed += [(one, None) for one in waiting]
    return [
        Standing(rank, one, tier, one.merit in contested and not place, place)
        for rank, (one, tier) in enumerate(placed, start=1)
        for place in [voted.get(one.case.nomination_id, 0)]
    ]


def _places_voted(candidates: Sequence[Candidate], votes: Sequence[Sequence[UUID]]) -> dict[UUID, int]:
    equals: dict[object, set[UUID]] = defaultdict(set)
    for one in candidates:
        equals[one.merit].add(one.case.nomination_id)
    return {
        nomination: order.index(nomination) + 1
        for group in equals.values()
        for order in votes
        if group <= set(order)
        for nomination in group
    }


def panels(seed: str, size: int, cases: Mapping[UUID, UUID], reviewers: Mapping[UUID, UUID]) -> dict[UUID, set[UUID]]:
    """The panel of each case drawn from a seed; both mappings are from an id to its unit (R-01, R-02).

    Cases by their tickets; each takes the least burdened of those who are not of its unit, equal ones by ticket.
    """
    burden: Counter[UUID] = Counter()
    drawn: dict[UUID, set[UUID]] = {}
    for case in sorted(cases, key=lambda one: ticket(seed, str(one))):
        may = [one for one, unit in reviewers.items() if unit != cases[case]]
        may.sort(key=lambda one: (burden[one], ticket(f"{seed}|{case}", str(one))))
        drawn[case] = set(may[:size])
        burden.update(drawn[case])
    return drawn


def successor(seed: str, case: UUID, leaving: UUID, burden: Mapping[UUID, int]) -> UUID | None:
    """Who takes a reviewer's place; ``burden`` is of those who may (R-02)."""
    by_ticket = sorted(burden, key=lambda one: (burden[one], ticket(f"{seed}|{case}|{leaving}", str(one))))
    return by_ticket[0] if by_ticket else None


def inspectors(seed: str, unit: UUID, enrolled: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    """The inspectors of a drawn unit; ``enrolled`` is from inspector to unit (I-03)."""
    may = [one for one, own in enrolled.items() if own != unit]
    return tuple(sorted(may, key=lambda one: ticket(f"{seed}|{unit}", str(one)))[:INSPECTORS_A_UNIT])
