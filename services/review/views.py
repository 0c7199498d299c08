"""What review's read models answer, one function per question."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, Select, func, select

from contracts.actor import Actor, Role
from contracts.errors import NotFound
from contracts.nomination import ExemplarKind, Tier
from contracts.review import (
    CasePage,
    CaseRow,
    CaseView,
    CriterionScore,
    DayCount,
    ListCases,
    ListReviewers,
    ObjectionRow,
    Recusal,
    ReviewerList,
    ReviewerRow,
    RoundView,
    ScoreBand,
    ScoreSheet,
    ShowCase,
    ShowRound,
    Tie,
    TierResult,
)
from eventlog.codec import from_json
from services.review.domain.ranking import Contender, ties
from services.review.store import (
    ASSIGNMENT,
    CASE,
    COMPLETED,
    OBJECTION,
    REVIEWER,
    ROUND,
    SCORING,
    UNDER_REVIEW,
    WAITING,
)  # fmt: skip
from standards.working_days import BEIJING

BAND = 5
_LAST = 1_000_000
"""Stands for "no rank yet" in the order of a page."""


def list_cases(query: ListCases, connection: Connection, actor: Actor) -> CasePage:
    own = actor.role is Role.REVIEWER
    reviewer = actor.subject_id if own else query.reviewer_id
    wanted = _cases(reviewer).where(CASE.c.season_id == str(query.season_id))
    place = func.coalesce(CASE.c.rank, _LAST)
    if own or reviewer is not None:
        wanted = wanted.where(ASSIGNMENT.c.reviewer_id.is_not(None))
    if query.after is not None:
        rank, _, nomination_id = query.after.partition(" ")
        wanted = wanted.where((place > int(rank)) | ((place == int(rank)) & (CASE.c.nomination_id > nomination_id)))
    ordered = wanted.order_by(place, CASE.c.nomination_id).limit(query.limit + 1)
    found = [_case(row) for row in connection.execute(ordered)]
    shown = found[: query.limit]
    return CasePage(rows=tuple(shown), following=shown[-1].cursor if len(found) > query.limit else None)


def show_case(query: ShowCase, connection: Connection, actor: Actor) -> CaseView:
    own = actor.role is Role.REVIEWER
    reviewer = actor.subject_id if own else None
    wanted = _cases(reviewer).where(CASE.c.nomination_id == str(query.nomination_id))
    row = connection.execute(wanted).one_or_none()
    panel = () if row is None else from_json(tuple[UUID, ...], orjson.loads(row.reviewers))
    if row is None or (own and reviewer not in panel):
        raise NotFound("case.not_found")
    sheets = (
        select(ASSIGNMENT)
        .where(ASSIGNMENT.c.nomination_id == row.nomination_id, ASSIGNMENT.c.signed_at.is_not(None))
        .order_by(ASSIGNMENT.c.total.desc(), ASSIGNMENT.c.reviewer_id)
    )
    if own:
        sheets = sheets.where(ASSIGNMENT.c.reviewer_id == str(reviewer))
    objections = select(OBJECTION).where(OBJECTION.c.nomination_id == row.nomination_id).order_by(OBJECTION.c.raised_at)
    dropped = set(orjson.loads(row.dropped))
    return CaseView(
        row=_case(row),
        version=row.version,
        reviewers=tuple(one for one in panel if not own or one == reviewer),
        recused=() if own else from_json(tuple[Recusal, ...], orjson.loads(row.recused)),
        score_sheets=tuple(_sheet(sheet, dropped) for sheet in connection.execute(sheets)),
        objections=() if own else tuple(_objection(one) for one in connection.execute(objections)),
    )


def list_reviewers(query: ListReviewers, connection: Connection, _actor: Actor) -> ReviewerList:
    burden = (
        select(
            ASSIGNMENT.c.reviewer_id,
            func.count().label("assigned"),
            func.count(ASSIGNMENT.c.signed_at).label("scored"),
            func.max(ASSIGNMENT.c.signed_at).label("last_signed_at"),
        )
        .where(ASSIGNMENT.c.season_id == str(query.season_id))
        .group_by(ASSIGNMENT.c.reviewer_id)
        .subquery()
    )
    wanted = (
        select(
            REVIEWER,
            func.coalesce(burden.c.assigned, 0).label("assigned"),
            func.coalesce(burden.c.scored, 0).label("scored"),
            burden.c.last_signed_at,
        )
        .outerjoin(burden, burden.c.reviewer_id == REVIEWER.c.reviewer_id)
        .order_by(REVIEWER.c.reviewer_id)
    )
    return ReviewerList(rows=from_json(tuple[ReviewerRow, ...], connection.execute(wanted).all()))


def show_round(query: ShowRound, connection: Connection, actor: Actor) -> RoundView:
    season = str(query.season_id)
    row = connection.execute(select(ROUND).where(ROUND.c.season_id == season)).one_or_none()
    if row is None:
        raise NotFound("round.not_found")
    cases = connection.execute(select(CASE).where(CASE.c.season_id == season)).all()
    signed = connection.execute(
        select(ASSIGNMENT.c.signed_at).where(ASSIGNMENT.c.season_id == season, ASSIGNMENT.c.signed_at.is_not(None))
    ).scalars()
    days = Counter(_local_day(moment) for moment in signed)
    bands = Counter(one.score // (BAND * 100) * BAND for one in cases if one.score is not None)
    return RoundView(
        season_id=query.season_id,
        state=row.state,
        cases=len(cases),
        completed=sum(one.assigned > 0 and one.scored == one.assigned for one in cases),
        sheets_expected=sum(one.assigned for one in cases),
        sheets_signed=sum(one.scored for one in cases),
        scores_by_day=tuple(DayCount(day=day, count=count) for day, count in sorted(days.items())),
        distribution=tuple(ScoreBand(least=least, count=count) for least, count in sorted(bands.items())),
        ties=_ties(connection, query.season_id, row) if actor.role is Role.OFFICE else (),
        tiers=from_json(tuple[TierResult, ...], orjson.loads(row.tiers)),
        awards=sum(one.awarded_tier is not None for one in cases),
        open_objections=sum(one.open_objections for one in cases),
    )


def standing(connection: Connection, season_id: UUID) -> tuple[list[Contender], int]:
    """Who can be ranked, and how many cases are not scored yet."""
    contenders = [
        Contender(
            nomination_id=UUID(row.nomination_id),
            unit_id=UUID(row.unit_id),
            mean=Decimal(row.score) / 100,
            plain_mean=Decimal(row.plain_mean) / 100,
            leading_mean=Decimal(row.leading_mean) / 100,
            frontline=row.frontline,
            kind=ExemplarKind(row.kind),
            voted=row.voted,
        )
        for row in cases_in(connection, season_id, COMPLETED)
    ]
    return contenders, sum(len(cases_in(connection, season_id, state)) for state in (WAITING, UNDER_REVIEW))


def cases_in(connection: Connection, season_id: UUID, state: str) -> list[Row[Any]]:
    query = select(CASE).where(CASE.c.season_id == str(season_id), CASE.c.state == state)
    return list(connection.execute(query.order_by(CASE.c.nomination_id)))


def burden_in(connection: Connection, season_id: UUID) -> Counter[UUID]:
    """How many cases of the season each reviewer has."""
    query = (
        select(ASSIGNMENT.c.reviewer_id, func.count().label("cases"))
        .where(ASSIGNMENT.c.season_id == str(season_id))
        .group_by(ASSIGNMENT.c.reviewer_id)
    )
    return Counter({UUID(row.reviewer_id): row.cases for row in connection.execute(query)})


def _ties(connection: Connection, season_id: UUID, row: Row[Any]) -> tuple[Tie, ...]:
    contenders, unscored = standing(connection, season_id)
    if row.state != SCORING or unscored:
        return ()
    return tuple(ties(contenders, from_json(tuple[Tier, ...], orjson.loads(row.rules))))


def _cases(reviewer: UUID | None) -> Select[Any]:
    """Cases, each with the reviewer's own total when one asks."""
    joined = (ASSIGNMENT.c.nomination_id == CASE.c.nomination_id) & (ASSIGNMENT.c.reviewer_id == str(reviewer))
    return select(CASE, ASSIGNMENT.c.total.label("my_total")).outerjoin(ASSIGNMENT, joined)


def _case(row: Row[Any]) -> CaseRow:
    return CaseRow(
        cursor=f"{_LAST if row.rank is None else row.rank} {row.nomination_id}",
        nomination_id=UUID(row.nomination_id),
        unit_id=UUID(row.unit_id),
        state=row.state,
        assigned=row.assigned,
        scored=row.scored,
        score=_decimal(row.score),
        rank=row.rank,
        proposed_tier=row.proposed_tier,
        awarded_tier=row.awarded_tier,
        open_objections=row.open_objections,
        my_score=_decimal(row.my_total),
    )


def _sheet(row: Row[Any], dropped: set[str]) -> ScoreSheet:
    return ScoreSheet(
        reviewer_id=UUID(row.reviewer_id),
        total=Decimal(row.total) / 100,
        scores=from_json(tuple[CriterionScore, ...], orjson.loads(row.scores)),
        comment=row.comment,
        signed_at=_moment(row.signed_at),
        dropped=row.reviewer_id in dropped,
    )


def _objection(row: Row[Any]) -> ObjectionRow:
    return ObjectionRow(
        objection_id=UUID(row.objection_id), state=row.state, raised_at=_moment(row.raised_at), reason=row.reason
    )


def _decimal(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _local_day(text: str) -> date:
    return _moment(text).astimezone(BEIJING).date()
