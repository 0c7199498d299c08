"""A unit, and its part in a season: its places (N-11), or that it nominates nobody (N-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from contracts.errors import Conflict
from contracts.nomination import DeclineToNominate, RegisterUnit, UnitRegistered
from services.nomination.domain.season import Season
from services.nomination.events import NominationDeclined, PlaceReturned, PlaceTaken


@dataclass(frozen=True)
class Unit:
    name: str = ""

    @property
    def registered(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True)
class Participation:
    places_taken: int = 0
    declined: bool = False


def evolve_unit(state: Unit, event: object) -> Unit:
    return Unit(name=event.name) if isinstance(event, UnitRegistered) else state


def evolve_participation(state: Participation, event: object) -> Participation:
    match event:
        case PlaceTaken():
            return replace(state, places_taken=state.places_taken + 1)
        case PlaceReturned():
            return replace(state, places_taken=state.places_taken - 1)
        case NominationDeclined():
            return replace(state, declined=True)
    return state


def register_unit(command: RegisterUnit, state: Unit) -> Sequence[object]:
    if state.registered:
        raise Conflict("unit.already_registered", name=state.name)
    return [UnitRegistered(**asdict(command))]


def decline_to_nominate(
    command: DeclineToNominate, state: Participation, unit: Unit, season: Season
) -> Sequence[object]:
    if season.opened is None:
        raise Conflict("season.not_found")
    if season.closed:
        raise Conflict("season.nominations_closed")
    if not unit.registered:
        raise Conflict("unit.not_found")
    if state.places_taken:
        raise Conflict("nomination.unit_has_nominations")
    if state.declined:
        raise Conflict("nomination.unit_declined")
    return [NominationDeclined(season_id=command.season_id, unit_id=command.unit_id)]
