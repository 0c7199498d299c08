"""What must be kept of a nominee's data, and whether it may be erased (X-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.errors import Conflict
from contracts.nomination import ErasePersonalData, HoldGround, PersonalDataErased
from services.nomination.domain.nomination import Nomination
from services.nomination.events import ErasureRefused, LegalHoldLifted, LegalHoldPlaced


@dataclass(frozen=True)
class Custody:
    """Of one nomination."""

    holds: frozenset[HoldGround] = frozenset()
    erased: bool = False


@dataclass(frozen=True)
class Selection:
    """Whether a season's shortlist is known, so that whoever is not on it may be forgotten."""

    made: bool = False


def evolve(state: Custody, event: object) -> Custody:
    match event:
        case LegalHoldPlaced():
            return replace(state, holds=state.holds | {event.ground})
        case LegalHoldLifted():
            return replace(state, holds=state.holds - {event.ground})
        case PersonalDataErased():
            return replace(state, erased=True)
    return state


def evolve_selection(_state: Selection, _event: object) -> Selection:
    return Selection(made=True)


def check_withdrawable(state: Custody) -> None:
    """Whoever was awarded can only renounce the award, and of an erased nominee nothing is left to withdraw (N-19)."""
    if state.erased:
        raise Conflict("nomination.already_erased")
    if HoldGround.AWARDED in state.holds:
        raise Conflict("nomination.awarded")


def erase(command: ErasePersonalData, state: Custody, nomination: Nomination, selection: Selection) -> Sequence[object]:
    if nomination.submitted is None:
        raise Conflict("nomination.not_found")
    if state.erased:
        raise Conflict("nomination.already_erased")
    season_id = nomination.submitted.season_id
    holds = set(state.holds)
    if not selection.made and not nomination.withdrawn:
        holds.add(HoldGround.UNDER_REVIEW)
    if holds:
        grounds = "；".join(ground.value for ground in HoldGround if ground in holds)
        return [
            ErasureRefused(
                nomination_id=command.nomination_id,
                season_id=season_id,
                code="nomination.erasure_held",
                facts={"grounds": grounds},
            )
        ]
    return [PersonalDataErased(nomination_id=command.nomination_id, season_id=season_id, ground=command.ground)]
