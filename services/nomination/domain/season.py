"""A season: opened once from its plan, closed to nominations once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import pairwise

from contracts.errors import Conflict, Invalid
from contracts.nomination import (
    CloseNominations,
    LegalBasis,
    NominationsClosed,
    OpenSeason,
    Phase,
    PhaseName,
    RulePack,
    SeasonOpened,
)
from services.nomination.events import SeasonRefused

RESERVED_WORDS = ("国家", "中国", "中华", "全国", "亚洲", "全球", "世界")
"""Not to stand in an activity's name without approval (N-04)."""


@dataclass(frozen=True)
class Season:
    opened: SeasonOpened | None = None
    closed: bool = False

    @property
    def rules(self) -> RulePack:
        if self.opened is None:
            raise Conflict("season.not_found")
        return self.opened.rules

    def phase(self, name: PhaseName) -> Phase:
        if self.opened is None:
            raise Conflict("season.not_found")
        return next(phase for phase in self.opened.phases if phase.name is name)


def evolve(state: Season, event: object) -> Season:
    match event:
        case SeasonOpened():
            return Season(opened=event)
        case NominationsClosed():
            return replace(state, closed=True)
    return state


def open_season(command: OpenSeason, state: Season) -> Sequence[object]:
    if state.opened is not None:
        raise Conflict("season.already_open")
    if command.basis is None:
        return [SeasonRefused(season_id=command.season_id, code="season.no_legal_basis", facts={})]
    if command.basis.kind is LegalBasis.INTERNAL_AWARD:
        return [SeasonRefused(season_id=command.season_id, code="season.basis_b_county", facts={})]
    for word in RESERVED_WORDS:
        if word in command.name or word in command.basis.project_name:
            return [SeasonRefused(season_id=command.season_id, code="season.name_reserved", facts={"word": word})]
    _check_phases(command.phases)
    _check_rules(command.rules)
    if (total := sum(criterion.weight for criterion in command.rules.rubric)) != 100:  # noqa: PLR2004 -- R-04
        raise Invalid("season.weights_not_100", total=total)
    whole = {name: getattr(command, name) for name in asdict(command)}
    return [SeasonOpened(**whole)]


def close_nominations(command: CloseNominations, state: Season, nominations: int) -> Sequence[object]:
    if state.opened is None:
        raise Conflict("season.not_found")
    if state.closed:
        raise Conflict("season.nominations_closed")
    return [NominationsClosed(season_id=command.season_id, nominations=nominations)]


def outside_nomination_phase(season: Season, today: date) -> tuple[str, dict[str, str]] | None:
    """(code, facts) when nothing may be submitted today."""
    phase = season.phase(PhaseName.NOMINATION)
    if season.closed:
        return "season.nominations_closed", {}
    if not phase.starts_on <= today <= phase.ends_on:
        facts = {"today": today, "starts_on": phase.starts_on, "ends_on": phase.ends_on}
        return "season.outside_nomination_phase", {name: day.isoformat() for name, day in facts.items()}
    return None


def _check_rules(rules: RulePack) -> None:
    """Criteria, tiers and months are told apart by these; a second one of the same would never be reached. A pass/fail
    criterion weighs nothing, for what weighs can be made up for (R-04), and a panel is odd (R-01).
    """
    _check_repeats("评分细则", [criterion.name for criterion in rules.rubric])
    _check_repeats("拟设奖项", [tier.name for tier in rules.tiers])
    _check_repeats("跟踪回访月数", [str(months) for months in rules.follow_up_months])

    for criterion in rules.rubric:
        if criterion.pass_fail and criterion.weight:
            raise Invalid("season.pass_fail_weighs", criterion=criterion.name, weight=criterion.weight)
    if rules.panel_size % 2 == 0:
        raise Invalid("season.panel_even", size=rules.panel_size)


def _check_repeats(what: str, names: Sequence[str]) -> None:
    if repeated := [name for place, name in enumerate(names) if name in names[:place]]:
        raise Invalid("season.repeated", what=what, which="、".join(repeated))


def _check_phases(phases: Sequence[Phase]) -> None:
    _check_repeats("阶段", [phase.name.value for phase in phases])
    for phase in phases:
        if phase.ends_on < phase.starts_on:
            raise Invalid("season.phases_disordered", phase=phase.name.value)
    for earlier, later in pairwise(phases):
        if later.starts_on < earlier.starts_on:
            raise Invalid("season.phases_disordered", phase=later.name.value)
    for needed in (PhaseName.NOMINATION, PhaseName.NOTICE):
        if needed not in {phase.name for phase in phases}:
            raise Invalid("season.phase_missing", phase=needed.value)
