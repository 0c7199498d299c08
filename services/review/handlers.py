"""One function per command: load, decide, append. Commands of our own policies come last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import select

from contracts.fields import told
from contracts.nomination import NominationsClosed, NominationSubmitted, NominationWithdrawn, SeasonOpened
from contracts.review import (
    AssignReviewers,
    BreakTie,
    EnrolReviewer,
    FixShortlist,
    ObjectionText,
    RaiseObjection,
    ReadObjection,
    ReplaceReviewer,
    RuleObjection,
    SignScore,
)
from eventlog.event import Provenance
from eventlog.log import Appended, Transaction
from eventlog.stream import StreamName
from services.review.domain import assignment, case, reviewer, scoring_round
from services.review.store import REVIEWER, ROUND, WAITING
from services.review.views import burden_in, cases_in, standing
from standards.working_days import BEIJING


def enrol_reviewer(command: EnrolReviewer, tx: Transaction, by: Provenance) -> Appended:
    stream = StreamName("reviewer", command.reviewer_id)
    return tx.decide(stream, reviewer.evolve, False, lambda enrolled: reviewer.enrol(command, enrolled), by)  # noqa: FBT003 -- the initial state


def assign_reviewers(command: AssignReviewers, tx: Transaction, by: Provenance) -> Appended:
    cases = {UUID(row.nomination_id): UUID(row.unit_id) for row in cases_in(tx.connection, command.season_id, WAITING)}
    reviewers = _enrolled(tx)
    of_season = select(ROUND.c.withdrawn).where(ROUND.c.season_id == str(command.season_id))
    withdrawn = tx.connection.execute(of_season).scalar_one_or_none() or 0
    appended = _decide_round(
        tx,
        command.season_id,
        lambda state: scoring_round.draw_panels(command, state, len(cases), withdrawn, len(reviewers)),
        by,
    )
    if appended.duplicate:
        return appended
    the_round, _ = _load_round(tx, command.season_id)
    panels = assignment.draw_panels(command.seed, the_round.rules.panel_size, cases, reviewers)
    for nomination_id, panel in panels.items():
        _decide_case(tx, nomination_id, partial(case.assign, panel), by.derived(str(nomination_id)))
    return appended


def replace_reviewer(command: ReplaceReviewer, tx: Transaction, by: Provenance) -> Appended:
    def decision(state: case.Case) -> Sequence[object]:
        burden = burden_in(tx.connection, state.opened.season_id) if state.opened else Counter()
        return case.replace_reviewer(command, state, _round_of(tx, state), _enrolled(tx), burden)

    return _decide_case(tx, command.nomination_id, decision, by)


def sign_score(command: SignScore, tx: Transaction, by: Provenance) -> Appended:
    def decision(state: case.Case) -> Sequence[object]:
        return case.sign_score(command, state, _round_of(tx, state), _day(by))

    return _decide_case(tx, command.nomination_id, decision, by)


def break_tie(command: BreakTie, tx: Transaction, by: Provenance) -> Appended:
    contenders, unscored = standing(tx.connection, command.season_id)
    return _decide_round(
        tx, command.season_id, lambda state: scoring_round.break_tie(command, state, contenders, unscored), by
    )


def fix_shortlist(command: FixShortlist, tx: Transaction, by: Provenance) -> Appended:
    contenders, unscored = standing(tx.connection, command.season_id)
    return _decide_round(
        tx, command.season_id, lambda state: scoring_round.fix_shortlist(command, state, contenders, unscored), by
    )


def raise_objection(command: RaiseObjection, tx: Transaction, by: Provenance) -> Appended:
    def decision(state: case.Case) -> Sequence[object]:
        return case.raise_objection(command, state, _round_of(tx, state))

    return _decide_case(tx, command.nomination_id, decision, by)


def read_objection(command: ReadObjection, tx: Transaction, by: Provenance) -> ObjectionText:
    _decide_case(tx, command.nomination_id, lambda state: case.read_objection(command, state), by)
    state, _ = tx.load(StreamName("case", command.nomination_id), case.evolve, case.Case())
    filed = state.filed[command.objection_id]
    return ObjectionText(
        objector=filed.objector, name=told(filed.name), contact=told(filed.contact), content=told(filed.content)
    )


def rule_objection(command: RuleObjection, tx: Transaction, by: Provenance) -> Appended:
    """An award that only waited for this ruling is decided with it."""
    appended = _decide_case(tx, command.nomination_id, lambda state: case.rule_objection(command, state), by)
    state, _ = tx.load(StreamName("case", command.nomination_id), case.evolve, case.Case())
    if not appended.duplicate and state.opened is not None:
        the_round, _ = _load_round(tx, state.opened.season_id)
        if the_round.notice_ended:
            decide_award(command.nomination_id, the_round, tx, by.derived("award"))
    return appended


def open_round(season: SeasonOpened, tx: Transaction, by: Provenance) -> Appended:
    return _decide_round(tx, season.season_id, lambda state: scoring_round.open_round(season, state), by)


def end_nominations(closed: NominationsClosed, tx: Transaction, by: Provenance) -> Appended:
    return _decide_round(tx, closed.season_id, lambda state: scoring_round.end_nominations(closed, state), by)


def open_case(submitted: NominationSubmitted, tx: Transaction, by: Provenance) -> Appended:
    return _decide_case(tx, submitted.nomination_id, lambda state: case.open_case(submitted, state), by)


def withdraw_case(withdrawn: NominationWithdrawn, tx: Transaction, by: Provenance) -> Appended:
    return _decide_case(tx, withdrawn.nomination_id, lambda state: case.withdraw(withdrawn, state), by)


def open_notice(season_id: UUID, tx: Transaction, by: Provenance) -> Appended:
    return _decide_round(tx, season_id, lambda state: scoring_round.open_notice(season_id, state), by)


def end_notice(season_id: UUID, tx: Transaction, by: Provenance) -> Appended:
    """The period is over: every award that can be decided is decided now."""
    appended = _decide_round(tx, season_id, lambda state: scoring_round.end_notice(season_id, state), by)
    the_round, _ = _load_round(tx, season_id)
    for entry in the_round.shortlist or ():
        decide_award(entry.nomination_id, the_round, tx, by.derived(str(entry.nomination_id)))
    return appended


def decide_award(nomination_id: UUID, the_round: scoring_round.Round, tx: Transaction, by: Provenance) -> Appended:
    entry = the_round.entry(nomination_id)
    if entry is None:
        return Appended(events=(), duplicate=False)
    return _decide_case(tx, nomination_id, lambda state: case.decide_award(entry, state, _day(by)), by)


def _decide_case(
    tx: Transaction, nomination_id: UUID, decision: Callable[[case.Case], Sequence[object]], by: Provenance
) -> Appended:
    return tx.decide(StreamName("case", nomination_id), case.evolve, case.Case(), decision, by)


def _decide_round(
    tx: Transaction, season_id: UUID, decision: Callable[[scoring_round.Round], Sequence[object]], by: Provenance
) -> Appended:
    return tx.decide(StreamName("round", season_id), scoring_round.evolve, scoring_round.Round(), decision, by)


def _load_round(tx: Transaction, season_id: UUID) -> tuple[scoring_round.Round, int]:
    return tx.load(StreamName("round", season_id), scoring_round.evolve, scoring_round.Round())


def _round_of(tx: Transaction, state: case.Case) -> scoring_round.Round:
    """The round a case belongs to; an empty one where there is no case."""
    return _load_round(tx, state.opened.season_id)[0] if state.opened else scoring_round.Round()


def _enrolled(tx: Transaction) -> dict[UUID, UUID]:
    """Reviewers and their units."""
    return {UUID(row.reviewer_id): UUID(row.unit_id) for row in tx.connection.execute(select(REVIEWER))}


def _day(by: Provenance) -> date:
    return by.occurred_at.astimezone(BEIJING).date()
