"""One nomination under review: opened, assigned, scored, completed; objected to; its award decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.errors import Conflict, Invalid
from contracts.nomination import NominationSubmitted, NominationWithdrawn
from contracts.review import (
    AwardDecided,
    AwardWithheld,
    CriterionScore,
    ObjectionRaised,
    ObjectionRuled,
    ObjectorKind,
    RaiseObjection,
    ReadObjection,
    ReplaceReviewer,
    ReviewCompleted,
    RuleObjection,
    ShortlistEntry,
    SignScore,
)
from services.review.domain import scoring
from services.review.domain.assignment import Panel, draw_successor
from services.review.domain.scoring_round import Round
from services.review.events import (
    AwardDeferred,
    AwardLapsed,
    CaseOpened,
    CaseWithdrawn,
    ObjectionFiled,
    ObjectionRead,
    ReviewerReplaced,
    ReviewersAssigned,
    RulingReasoned,
    ScoreAggregated,
    ScoreSigned,
)


@dataclass(frozen=True)
class Case:
    """``filed``: what each objection says. ``objections``: None while open, else whether it was upheld. ``settled``:
    whether there is an award is said.
    """

    opened: CaseOpened | None = None
    reviewers: tuple[UUID, ...] = ()
    replaced: frozenset[UUID] = frozenset()
    sheets: Mapping[UUID, tuple[CriterionScore, ...]] = field(default_factory=dict)
    totals: Mapping[UUID, Decimal] = field(default_factory=dict)
    completed: bool = False
    withdrawn: bool = False
    filed: Mapping[UUID, ObjectionFiled] = field(default_factory=dict)
    objections: Mapping[UUID, bool | None] = field(default_factory=dict)
    settled: bool = False

    @property
    def open_objections(self) -> int:
        return sum(upheld is None for upheld in self.objections.values())


def evolve(state: Case, event: object) -> Case:  # noqa: C901, PLR0911 -- one case for each event of the stream
    match event:
        case CaseOpened():
            return Case(opened=event)
        case ReviewersAssigned():
            return replace(state, reviewers=event.reviewers)
        case ReviewerReplaced():
            panel = {*state.reviewers, event.successor_id} - {event.reviewer_id}
            return replace(state, reviewers=tuple(sorted(panel)), replaced=state.replaced | {event.reviewer_id})
        case ScoreSigned(reviewer_id=reviewer):
            return replace(
                state,
                sheets={**state.sheets, reviewer: event.scores},
                totals={**state.totals, reviewer: event.total},
            )
        case ReviewCompleted():
            return replace(state, completed=True)
        case CaseWithdrawn():
            return replace(state, withdrawn=True)
        case ObjectionFiled():
            return replace(state, filed={**state.filed, event.objection_id: event})
        case ObjectionRaised():
            return replace(state, objections={**state.objections, event.objection_id: None})
        case ObjectionRuled():
            return replace(state, objections={**state.objections, event.objection_id: event.upheld})
        case AwardDecided() | AwardWithheld() | AwardLapsed():
            return replace(state, settled=True)
    return state


def open_case(submitted: NominationSubmitted, state: Case) -> Sequence[object]:
    if state.opened is not None:
        return []
    return [
        CaseOpened(
            nomination_id=submitted.nomination_id,
            season_id=submitted.season_id,
            unit_id=submitted.unit_id,
            kind=submitted.kind,
            frontline=submitted.frontline,
        )
    ]


def withdraw(withdrawn: NominationWithdrawn, state: Case) -> Sequence[object]:
    if state.withdrawn:
        return []
    return [CaseWithdrawn(nomination_id=withdrawn.nomination_id, season_id=withdrawn.season_id)]


def assign(panel: Panel, state: Case) -> Sequence[object]:
    opened = _opened(state)
    return [
        ReviewersAssigned(
            nomination_id=opened.nomination_id,
            season_id=opened.season_id,
            reviewers=panel.reviewers,
            recused=panel.recused,
        )
    ]


def replace_reviewer(
    command: ReplaceReviewer, state: Case, the_round: Round, reviewers: Mapping[UUID, UUID], burden: Counter[UUID]
) -> Sequence[object]:
    """``reviewers`` are all that are enrolled, with their units; ``burden`` is how many cases each has this season."""
    opened = _under_review(state)
    if command.reviewer_id not in state.reviewers:
        raise Conflict("case.not_on_panel")
    if command.reviewer_id in state.totals:
        raise Conflict("case.reviewer_signed")
    unfit = {*state.reviewers, *state.replaced}
    eligible = [one for one, unit in reviewers.items() if unit != opened.unit_id and one not in unfit]
    successor = draw_successor(the_round.panel_seed, opened.nomination_id, command.reviewer_id, eligible, burden)
    return [
        ReviewerReplaced(
            nomination_id=opened.nomination_id,
            season_id=opened.season_id,
            reviewer_id=command.reviewer_id,
            successor_id=successor,
            ground=command.ground,
        )
    ]


def sign_score(command: SignScore, state: Case, the_round: Round, today: date) -> Sequence[object]:
    opened = _under_review(state)
    if command.reviewer_id not in state.reviewers:
        raise Conflict("case.not_assigned")
    if command.reviewer_id in state.totals:
        raise Conflict("case.already_scored")
    if the_round.outside_review_phase(today):
        raise Conflict("case.outside_review_phase", today=today)
    rules = the_round.rules
    weighted = scoring.total(rules.rubric, command.scores)
    reason = scoring.needs_comment(rules.rubric, command.scores, weighted)
    if reason is not None and not command.comment.strip():
        raise Invalid("case.comment_required", reason=reason)
    signed = ScoreSigned(
        nomination_id=opened.nomination_id,
        season_id=opened.season_id,
        reviewer_id=command.reviewer_id,
        scores=command.scores,
        total=weighted,
        comment=command.comment,
    )
    after = evolve(state, signed)
    return [signed, *_completion(after, the_round)]


def raise_objection(command: RaiseObjection, state: Case, the_round: Round) -> Sequence[object]:
    opened = _opened(state)
    if not the_round.on_notice or the_round.entry(command.nomination_id) is None:
        raise Conflict("objection.not_on_notice")
    if command.objection_id in state.objections:
        raise Conflict("objection.already_raised")
    if not command.name.strip() or (command.objector is ObjectorKind.INDIVIDUAL and not command.contact.strip()):
        raise Invalid("objection.no_contact")
    return [
        ObjectionFiled(
            objection_id=command.objection_id,
            nomination_id=command.nomination_id,
            objector=command.objector,
            name=command.name,
            contact=command.contact,
            content=command.content,
        ),
        ObjectionRaised(
            objection_id=command.objection_id, nomination_id=command.nomination_id, season_id=opened.season_id
        ),
    ]


def read_objection(command: ReadObjection, state: Case) -> Sequence[object]:
    if command.objection_id not in state.filed:
        raise Conflict("objection.not_found")
    return [ObjectionRead(objection_id=command.objection_id, nomination_id=command.nomination_id)]


def rule_objection(command: RuleObjection, state: Case) -> Sequence[object]:
    opened = _opened(state)
    if command.objection_id not in state.objections:
        raise Conflict("objection.not_found")
    if state.objections[command.objection_id] is not None:
        raise Conflict("objection.ruled")
    return [
        RulingReasoned(objection_id=command.objection_id, nomination_id=command.nomination_id, reason=command.reason),
        ObjectionRuled(
            objection_id=command.objection_id,
            nomination_id=command.nomination_id,
            season_id=opened.season_id,
            upheld=command.upheld,
        ),
    ]


def decide_award(entry: ShortlistEntry, state: Case, today: date) -> Sequence[object]:
    """After the notice: given, withheld, lapsed with the nomination, or deferred while an objection is open (R-16)."""
    opened = _opened(state)
    if state.settled:
        return []
    ids = {"nomination_id": opened.nomination_id, "season_id": opened.season_id}
    if state.withdrawn:
        return [AwardLapsed(**ids, code="case.withdrawn", facts={})]
    if state.open_objections:
        return [AwardDeferred(**ids, code="objection.open", facts={"count": str(state.open_objections)})]
    if any(state.objections.values()):
        return [AwardWithheld(**ids, tier=entry.tier)]
    return [AwardDecided(**ids, unit_id=entry.unit_id, tier=entry.tier, score=entry.score, decided_on=today)]


def _completion(state: Case, the_round: Round) -> list[object]:
    """The end of the review, once every assigned reviewer has signed."""
    opened = _opened(state)
    if set(state.totals) != set(state.reviewers):
        return []
    result = scoring.aggregate(the_round.rules.rubric, the_round.rules.trim_from, state.sheets, state.totals)
    ids = {"nomination_id": opened.nomination_id, "season_id": opened.season_id}
    return [
        ScoreAggregated(
            **ids,
            formula=result.formula,
            reviewers=len(state.totals),
            dropped=result.dropped,
            mean=result.mean,
            plain_mean=result.plain_mean,
            leading_mean=result.leading_mean,
            failed=result.failed,
        ),
        ReviewCompleted(**ids, score=None if result.failed else result.mean, reviewers=len(state.totals)),
    ]


def _under_review(state: Case) -> CaseOpened:
    opened = _opened(state)
    if state.withdrawn or state.completed:
        raise Conflict("case.closed")
    return opened


def _opened(state: Case) -> CaseOpened:
    if state.opened is None:
        raise Conflict("case.not_found")
    return state.opened
