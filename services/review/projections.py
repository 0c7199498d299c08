"""Events of review to the rows its pages ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Connection, insert, select, update

from contracts.fields import Withheld, told
from contracts.nomination import PersonalDataErasureAcknowledged
from contracts.review import (
    AwardDecided,
    AwardWithheld,
    ObjectionRaised,
    ObjectionRuled,
    ReplacementGround,
    ReviewCompleted,
    ShortlistFixed,
)
from eventlog.codec import to_text
from eventlog.event import Recorded
from eventlog.projection import Projection
from eventlog.timeline import Timeline
from services.review.events import (
    AwardLapsed,
    CaseOpened,
    CaseWithdrawn,
    NominationsEnded,
    NoticeEnded,
    NoticeOpened,
    PanelsDrawn,
    ReviewerEnrolled,
    ReviewerReplaced,
    ReviewersAssigned,
    RoundOpened,
    RulingReasoned,
    ScoreAggregated,
    ScoreSigned,
    TieBroken,
)
from services.review.store import (
    ASSIGNMENT,
    CASE,
    COMPLETED,
    DECIDING,
    DISMISSED,
    ENDED,
    FAILED,
    NOMINATING,
    OBJECTION,
    ON_NOTICE,
    OPEN,
    REVIEWER,
    ROUND,
    SCORING,
    SHORTLISTED,
    UNDER_REVIEW,
    UPHELD,
    WAITING,
    WITHDRAWN,
)


def hundredths(value: Decimal) -> int:
    return int(value * 100)


def _of_case(nomination_id: UUID) -> ColumnElement[bool]:
    return CASE.c.nomination_id == str(nomination_id)


def _set_case(connection: Connection, nomination_id: UUID, event: Recorded, **values: Any) -> None:
    connection.execute(update(CASE).where(_of_case(nomination_id)).values(version=event.version, **values))


def _set_round(connection: Connection, season_id: UUID, **values: Any) -> None:
    connection.execute(update(ROUND).where(ROUND.c.season_id == str(season_id)).values(**values))


def _set_objection(connection: Connection, ruling: RulingReasoned | ObjectionRuled, **values: str) -> None:
    one = OBJECTION.c.objection_id == str(ruling.objection_id)
    of_case = OBJECTION.c.nomination_id == str(ruling.nomination_id)
    connection.execute(update(OBJECTION).where(one, of_case).values(**values))


def _reviewer_enrolled(connection: Connection, reviewer: ReviewerEnrolled, _: Recorded) -> None:
    connection.execute(
        insert(REVIEWER).values(
            reviewer_id=str(reviewer.reviewer_id), name=told(reviewer.name), unit_id=str(reviewer.unit_id)
        )
    )


def _round_opened(connection: Connection, opened: RoundOpened, _: Recorded) -> None:
    connection.execute(
        insert(ROUND).values(
            season_id=str(opened.season_id),
            state=NOMINATING,
            withdrawn=0,
            rules=to_text(opened.rules.tiers),
            tiers="[]",
        )
    )


def _nominations_ended(connection: Connection, ended: NominationsEnded, _: Recorded) -> None:
    _set_round(connection, ended.season_id, state=ENDED)


def _panels_drawn(connection: Connection, drawn: PanelsDrawn, _: Recorded) -> None:
    _set_round(connection, drawn.season_id, state=SCORING)


def _notice_opened(connection: Connection, opened: NoticeOpened, _: Recorded) -> None:
    _set_round(connection, opened.season_id, state=ON_NOTICE)


def _notice_ended(connection: Connection, ended: NoticeEnded, _: Recorded) -> None:
    _set_round(connection, ended.season_id, state=DECIDING)


def _case_opened(connection: Connection, opened: CaseOpened, event: Recorded) -> None:
    connection.execute(
        insert(CASE).values(
            nomination_id=str(opened.nomination_id),
            version=event.version,
            season_id=str(opened.season_id),
            unit_id=str(opened.unit_id),
            kind=opened.kind.value,
            frontline=opened.frontline,
            state=WAITING,
            reviewers="[]",
            recused="[]",
            dropped="[]",
            voted=0,
            assigned=0,
            scored=0,
            open_objections=0,
        )
    )


def _case_withdrawn(connection: Connection, withdrawn: CaseWithdrawn, event: Recorded) -> None:
    _set_case(connection, withdrawn.nomination_id, event, state=WITHDRAWN)
    ended = (ROUND.c.season_id == str(withdrawn.season_id)) & (ROUND.c.state != NOMINATING)
    connection.execute(update(ROUND).where(ended).values(withdrawn=ROUND.c.withdrawn + 1))


def _assigned(connection: Connection, assigned: ReviewersAssigned, event: Recorded) -> None:
    _set_case(
        connection,
        assigned.nomination_id,
        event,
        state=UNDER_REVIEW,
        reviewers=to_text(assigned.reviewers),
        recused=to_text(assigned.recused),
        assigned=len(assigned.reviewers),
    )
    connection.execute(
        insert(ASSIGNMENT),
        [
            {
                "nomination_id": str(assigned.nomination_id),
                "reviewer_id": str(reviewer),
                "season_id": str(assigned.season_id),
            }
            for reviewer in assigned.reviewers
        ],
    )


def _replaced(connection: Connection, replaced: ReviewerReplaced, event: Recorded) -> None:
    nomination, leaving = str(replaced.nomination_id), str(replaced.reviewer_id)
    mine = (ASSIGNMENT.c.nomination_id == nomination) & (ASSIGNMENT.c.reviewer_id == leaving)
    connection.execute(update(ASSIGNMENT).where(mine).values(reviewer_id=str(replaced.successor_id)))
    row = connection.execute(select(CASE.c.reviewers, CASE.c.recused).where(_of_case(replaced.nomination_id))).one()
    panel = sorted({*orjson.loads(row.reviewers), str(replaced.successor_id)} - {leaving})
    recused = orjson.loads(row.recused)
    if replaced.ground is ReplacementGround.RECUSED:
        recused.append({"reason": replaced.ground.value, "reviewer_id": leaving})
    _set_case(connection, replaced.nomination_id, event, reviewers=to_text(panel), recused=to_text(recused))


def _signed(connection: Connection, signed: ScoreSigned, event: Recorded) -> None:
    _set_case(connection, signed.nomination_id, event, scored=CASE.c.scored + 1)
    connection.execute(
        update(ASSIGNMENT)
        .where(
            ASSIGNMENT.c.nomination_id == str(signed.nomination_id),
            ASSIGNMENT.c.reviewer_id == str(signed.reviewer_id),
        )
        .values(
            signed_at=event.occurred_at.isoformat(),
            total=hundredths(signed.total),
            scores=to_text(signed.scores),
            comment=told(signed.comment),
        )
    )


def _aggregated(connection: Connection, aggregated: ScoreAggregated, event: Recorded) -> None:
    _set_case(
        connection,
        aggregated.nomination_id,
        event,
        dropped=to_text(aggregated.dropped),
        plain_mean=hundredths(aggregated.plain_mean),
        leading_mean=hundredths(aggregated.leading_mean),
    )


def _completed(connection: Connection, completed: ReviewCompleted, event: Recorded) -> None:
    score = None if completed.score is None else hundredths(completed.score)
    state = FAILED if score is None else COMPLETED
    _set_case(connection, completed.nomination_id, event, state=state, score=score)


def _tie_broken(connection: Connection, broken: TieBroken, _: Recorded) -> None:
    for place, nomination_id in enumerate(broken.order, start=1):
        connection.execute(update(CASE).where(_of_case(nomination_id)).values(voted=place))


def _shortlist_fixed(connection: Connection, fixed: ShortlistFixed, _: Recorded) -> None:
    _set_round(connection, fixed.season_id, state=SHORTLISTED, tiers=to_text(fixed.tiers))
    for entry in fixed.entries:
        values = {"rank": entry.rank, "proposed_tier": entry.tier}
        connection.execute(update(CASE).where(_of_case(entry.nomination_id)).values(**values))


def _objection_raised(connection: Connection, raised: ObjectionRaised, event: Recorded) -> None:
    _set_case(connection, raised.nomination_id, event, open_objections=CASE.c.open_objections + 1)
    connection.execute(
        insert(OBJECTION).values(
            objection_id=str(raised.objection_id),
            nomination_id=str(raised.nomination_id),
            state=OPEN,
            raised_at=event.occurred_at.isoformat(),
            reason="",
        )
    )


def _ruling_reasoned(connection: Connection, reasoned: RulingReasoned, _: Recorded) -> None:
    _set_objection(connection, reasoned, reason=told(reasoned.reason))


def _erased(connection: Connection, erased: PersonalDataErasureAcknowledged, _: Recorded) -> None:
    """All that was written about the nominee: the reviewers' comments, and why objections were ruled as they were."""
    nomination, gone = str(erased.nomination_id), Withheld.ERASED.value
    signed = ASSIGNMENT.c.signed_at.is_not(None)
    connection.execute(update(ASSIGNMENT).where(ASSIGNMENT.c.nomination_id == nomination, signed).values(comment=gone))
    reasoned = OBJECTION.c.reason != ""
    connection.execute(update(OBJECTION).where(OBJECTION.c.nomination_id == nomination, reasoned).values(reason=gone))


def _objection_ruled(connection: Connection, ruled: ObjectionRuled, event: Recorded) -> None:
    _set_case(connection, ruled.nomination_id, event, open_objections=CASE.c.open_objections - 1)
    _set_objection(connection, ruled, state=UPHELD if ruled.upheld else DISMISSED)


def _award_decided(connection: Connection, decided: AwardDecided, event: Recorded) -> None:
    _set_case(connection, decided.nomination_id, event, awarded_tier=decided.tier)


def _award_withheld(connection: Connection, withheld: AwardWithheld, event: Recorded) -> None:
    _set_case(connection, withheld.nomination_id, event, proposed_tier=None)


def _award_lapsed(connection: Connection, lapsed: AwardLapsed, event: Recorded) -> None:
    _set_case(connection, lapsed.nomination_id, event, proposed_tier=None)


PROJECTIONS = (
    Projection(
        "rounds",
        2,
        [REVIEWER, ROUND, CASE, ASSIGNMENT, OBJECTION],
        {
            ReviewerEnrolled: _reviewer_enrolled,
            RoundOpened: _round_opened,
            NominationsEnded: _nominations_ended,
            PanelsDrawn: _panels_drawn,
            NoticeOpened: _notice_opened,
            NoticeEnded: _notice_ended,
            CaseOpened: _case_opened,
            CaseWithdrawn: _case_withdrawn,
            ReviewersAssigned: _assigned,
            ReviewerReplaced: _replaced,
            ScoreSigned: _signed,
            ScoreAggregated: _aggregated,
            ReviewCompleted: _completed,
            TieBroken: _tie_broken,
            ShortlistFixed: _shortlist_fixed,
            ObjectionRaised: _objection_raised,
            RulingReasoned: _ruling_reasoned,
            ObjectionRuled: _objection_ruled,
            AwardDecided: _award_decided,
            AwardWithheld: _award_withheld,
            AwardLapsed: _award_lapsed,
            PersonalDataErasureAcknowledged: _erased,
        },
    ),
    Timeline(),
)
