"""From completed cases to the shortlist: ranks by the tie order, tiers by quota and minimum score (R-11, R-12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.errors import Conflict
from contracts.nomination import ExemplarKind, Tier
from contracts.review import ShortlistEntry, TierResult


@dataclass(frozen=True, kw_only=True)
class Contender:
    nomination_id: UUID
    unit_id: UUID
    mean: Decimal
    plain_mean: Decimal
    leading_mean: Decimal
    frontline: bool
    kind: ExemplarKind

    @property
    def merit(self) -> tuple[Decimal, Decimal, Decimal, bool, bool]:
        """Higher is better: mean, untrimmed mean, weightiest criterion, 一线 first, then fewer honours."""
        emerging = self.kind is ExemplarKind.EMERGING
        return self.mean, self.plain_mean, self.leading_mean, self.frontline, emerging


@dataclass(frozen=True, kw_only=True)
class Shortlist:
    entries: tuple[ShortlistEntry, ...]
    tiers: tuple[TierResult, ...]


def rank(contenders: Sequence[Contender], tiers: Sequence[Tier]) -> Shortlist:
    """Fills tier after tier. A place whose next contender is below the minimum stays vacant and is not passed down."""
    waiting = sorted(contenders, key=lambda one: (one.merit, -one.nomination_id.int), reverse=True)
    entries: list[ShortlistEntry] = []
    results: list[TierResult] = []
    for tier in tiers:
        taken = [one for one in waiting[: tier.places] if one.mean >= tier.minimum_score]
        waiting = waiting[len(taken) :]
        if taken and waiting and taken[-1].merit == waiting[0].merit:
            # Neither name nor time of submission may decide who is in; the panel has to vote.
            raise Conflict("round.tie_at_boundary", tier=tier.name, score=taken[-1].mean)
        entries += [
            ShortlistEntry(
                nomination_id=one.nomination_id,
                unit_id=one.unit_id,
                rank=len(entries) + place,
                score=one.mean,
                tier=tier.name,
            )
            for place, one in enumerate(taken, start=1)
        ]
        results.append(TierResult(tier=tier.name, places=tier.places, vacant=tier.places - len(taken)))
    return Shortlist(entries=tuple(entries), tiers=tuple(results))
