"""An exemplar's public profile: published once, with the award."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.publicity import ExemplarPublished
from contracts.review import AwardDecided


@dataclass(frozen=True)
class Exemplar:
    published: bool = False


def evolve(state: Exemplar, event: object) -> Exemplar:
    return Exemplar(published=True) if isinstance(event, ExemplarPublished) else state


def publish(decided: AwardDecided, state: Exemplar, now: datetime) -> Sequence[object]:
    if state.published:
        return []
    return [
        ExemplarPublished(
            nomination_id=decided.nomination_id,
            season_id=decided.season_id,
            unit_id=decided.unit_id,
            tier=decided.tier,
            path=f"exemplars/{decided.nomination_id}.html",
            published_at=now,
        )
    ]
