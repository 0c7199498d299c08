"""A season's draw: planned, its pool published, then drawn from a seed nobody could know before (I-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.errors import Conflict
from contracts.inspection import DrawUnits, InspectionDrawn, PublishPool
from contracts.nomination import SeasonOpened
from services.inspection.events import DrawPlanned, PoolPublished
from standards.random_draw import draw, pool_hash, ticket

INSPECTORS_A_UNIT = 2


@dataclass(frozen=True)
class SeasonDraw:
    planned: DrawPlanned | None = None
    pool: PoolPublished | None = None
    drawn: bool = False


def evolve(state: SeasonDraw, event: object) -> SeasonDraw:
    match event:
        case DrawPlanned():
            return SeasonDraw(planned=event)
        case PoolPublished():
            return replace(state, pool=event)
        case InspectionDrawn():
            return replace(state, drawn=True)
    return state


def plan(opened: SeasonOpened, state: SeasonDraw) -> Sequence[object]:
    if state.planned is not None:
        return []
    rules = opened.rules
    return [
        DrawPlanned(season_id=opened.season_id, draw_count=rules.draw_count, follow_up_months=rules.follow_up_months)
    ]


def publish_pool(command: PublishPool, state: SeasonDraw, units: Sequence[UUID]) -> Sequence[object]:
    if state.planned is None:
        raise Conflict("season.not_found")
    if state.pool is not None:
        raise Conflict("inspection.pool_published")
    if state.planned.draw_count > len(units):
        raise Conflict("inspection.draw_too_large", count=state.planned.draw_count, pool=len(units))
    pool = tuple(sorted(units))
    return [
        PoolPublished(
            season_id=command.season_id,
            pool=pool,
            pool_hash=pool_hash([str(one) for one in pool]),
            seed_source=command.seed_source,
        )
    ]


def draw_units(command: DrawUnits, state: SeasonDraw) -> Sequence[object]:
    if state.planned is None or state.pool is None:
        raise Conflict("inspection.pool_missing")
    if state.drawn:
        raise Conflict("inspection.already_drawn")
    drawn = draw(command.seed, [str(one) for one in state.pool.pool], state.planned.draw_count)
    return [
        InspectionDrawn(
            season_id=command.season_id,
            pool=state.pool.pool,
            pool_hash=state.pool.pool_hash,
            seed_source=state.pool.seed_source,
            seed=command.seed,
            units=tuple(UUID(one) for one in drawn),
        )
    ]


def inspectors_for(unit_id: UUID, seed: str, inspectors: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    """Two for a unit, none of them its own; ``inspectors`` is from inspector to unit."""
    eligible = [one for one, unit in inspectors.items() if unit != unit_id]
    if len(eligible) < INSPECTORS_A_UNIT:
        raise Conflict("inspection.too_few_inspectors", available=len(eligible), needed=INSPECTORS_A_UNIT)
    return tuple(sorted(eligible, key=lambda one: ticket(f"{seed}|{unit_id}", str(one)))[:INSPECTORS_A_UNIT])
