"""A season's round: open, nominations ended, panels drawn, shortlist fixed, notice running, notice over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.errors import Conflict
from contracts.nomination import NominationsClosed, PhaseName, RulePack, SeasonOpened
from contracts.review import AssignReviewers, BreakTie, FixShortlist, ShortlistEntry, ShortlistFixed
from services.review.domain.ranking import Contender, rank, ties
from services.review.events import NominationsEnded, NoticeEnded, NoticeOpened, PanelsDrawn, RoundOpened, TieBroken


@dataclass(frozen=True)
class Round:
    opened: RoundOpened | None = None
    nominations: int | None = None
    """How many there are; None until they have ended."""
    seed: str | None = None
    """What the panels were drawn from; None until they are."""
    shortlist: tuple[ShortlistEntry, ...] | None = None
    on_notice: bool = False
    notice_ended: bool = False

    @property
    def rules(self) -> RulePack:
        return self._opened().rules

    @property
    def panel_seed(self) -> str:
        if self.seed is None:
            raise Conflict("round.not_assigned")
        return self.seed

    def entry(self, nomination_id: UUID) -> ShortlistEntry | None:
        return next((one for one in self.shortlist or () if one.nomination_id == nomination_id), None)

    def outside_review_phase(self, today: date) -> bool:
        phase = next((one for one in self._opened().phases if one.name is PhaseName.REVIEW), None)
        return phase is not None and not phase.starts_on <= today <= phase.ends_on

    def _opened(self) -> RoundOpened:
        if self.opened is None:
            raise Conflict("round.not_found")
        return self.opened


def evolve(state: Round, event: object) -> Round:
    match event:
        case RoundOpened():
            return Round(opened=event)
        case NominationsEnded():
            return replace(state, nominations=event.nominations)
        case PanelsDrawn():
            return replace(state, seed=event.seed)
        case ShortlistFixed():
            return replace(state, shortlist=event.entries)
        case NoticeOpened():
            return replace(state, on_notice=True)
        case NoticeEnded():
            return replace(state, on_notice=False, notice_ended=True)
    return state


def open_round(season: SeasonOpened, state: Round) -> Sequence[object]:
    if state.opened is not None:
        return []
    return [RoundOpened(season_id=season.season_id, phases=season.phases, rules=season.rules)]


def end_nominations(closed: NominationsClosed, state: Round) -> Sequence[object]:
    if state.nominations is not None:
        return []
    return [NominationsEnded(season_id=closed.season_id, nominations=closed.nominations)]


def draw_panels(command: AssignReviewers, state: Round, cases: int, withdrawn: int, reviewers: int) -> Sequence[object]:
    """``cases`` are those waiting for a panel, ``withdrawn`` those withdrawn since the nominations ended. A nomination
    without a case yet would be left out of the season without a word.
    """
    if state.opened is None:
        raise Conflict("round.not_found")
    if state.nominations is None:
        raise Conflict("round.not_closed")
    if state.seed is not None:
        raise Conflict("round.already_assigned")
    if (missing := state.nominations - withdrawn - cases) > 0:
        raise Conflict("round.cases_missing", nominations=state.nominations, missing=missing)
    return [PanelsDrawn(season_id=command.season_id, seed=command.seed, cases=cases, reviewers=reviewers)]


def break_tie(command: BreakTie, state: Round, contenders: Sequence[Contender], unscored: int) -> Sequence[object]:
    _check_scored(state, unscored)
    if command.votes_for < command.votes_against:
        raise Conflict("round.vote_not_carried", votes_for=command.votes_for, votes_against=command.votes_against)
    if tuple(sorted(command.order)) not in {tie.nominations for tie in ties(contenders, state.rules.tiers)}:
        raise Conflict("round.not_tied")
    return [TieBroken(**vars(command))]


def fix_shortlist(
    command: FixShortlist, state: Round, contenders: Sequence[Contender], unscored: int
) -> Sequence[object]:
    _check_scored(state, unscored)
    shortlist = rank(contenders, state.rules.tiers)
    return [ShortlistFixed(season_id=command.season_id, entries=shortlist.entries, tiers=shortlist.tiers)]


def _check_scored(state: Round, unscored: int) -> None:
    if state.seed is None:
        raise Conflict("round.not_assigned")
    if state.shortlist is not None:
        raise Conflict("round.shortlist_fixed")
    if unscored:
        raise Conflict("round.unscored_cases", count=unscored)


def open_notice(season_id: UUID, state: Round) -> Sequence[object]:
    return [] if state.on_notice or state.notice_ended else [NoticeOpened(season_id=season_id)]


def end_notice(season_id: UUID, state: Round) -> Sequence[object]:
    return [] if state.notice_ended else [NoticeEnded(season_id=season_id)]
