"""From completed cases to the shortlist: ranks by the tie order, tiers by quota and minimum score (R-11, R-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.errors import Conflict
from contracts.nomination import ExemplarKind, Tier
from contracts.review import ShortlistEntry, Tie, TierResult


@dataclass(frozen=True, kw_only=True)
class Contender:
    nomination_id: UUID
    unit_id: UUID
    mean: Decimal
    plain_mean: Decimal
    leading_mean: Decimal
    frontline: bool
    kind: ExemplarKind
    voted: int
    """Its place in the panel's vote on those it was tied with; 0 without a vote."""

    @property
    def merit(self) -> tuple[Decimal, Decimal, Decimal, bool, bool, int]:
        """Higher is better: mean, untrimmed mean, weightiest criterion, 一线 first, fewer honours, then the vote."""
        emerging = self.kind is ExemplarKind.EMERGING
        return self.mean, self.plain_mean, self.leading_mean, self.frontline, emerging, -self.voted


@dataclass(frozen=True, kw_only=True)
class Shortlist:
    entries: tuple[ShortlistEntry, ...]
    tiers: tuple[TierResult, ...]


def rank(contenders: Sequence[Contender], tiers: Sequence[Tier]) -> Shortlist:
    """Fills tier after tier. A place whose next contender is below the minimum stays vacant and is not passed down."""
    for tie in ties(contenders, tiers):
        # Neither name nor time of submission may decide who is in; the panel has to vote.
        score = next(one.mean for one in contenders if one.nomination_id in tie.nominations)
        raise Conflict("round.tie_at_boundary", tier=tie.tier, score=score)
    entries: list[ShortlistEntry] = []
    results: list[TierResult] = []
    for tier, taken, _ in _filled(contenders, tiers):
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


def ties(contenders: Sequence[Contender], tiers: Sequence[Tier]) -> list[Tie]:
    """Whoever is equal in all of their merit on both sides of a tier's edge."""
    found = []
    for tier, taken, left in _filled(contenders, tiers):
        if taken and left and taken[-1].merit == left[0].merit:
            tied = sorted(one.nomination_id for one in contenders if one.merit == left[0].merit)
            found.append(Tie(tier=tier.name, nominations=tuple(tied)))
    return found


def _filled(
    contenders: Sequence[Contender], tiers: Sequence[Tier]
) -> Iterator[tuple[Tier, list[Contender], list[Contender]]]:
    """(tier, who takes its places, who is left)"""
    waiting = sorted(contenders, key=lambda one: (one.merit, -one.nomination_id.int), reverse=True)
    for tier in tiers:
        taken = [one for one in waiting[: tier.places] if one.mean >= tier.minimum_score]
        waiting = waiting[len(taken) :]
        yield tier, taken, waiting
