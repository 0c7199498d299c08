"""Review as the office and the leading group see it: ranks, scores, tiers with their vacancies, one case whole."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from contracts.errors import NotFound
from contracts.review import ListCases, ListReviewers, ShowCase, ShowRound
from gateway import charts
from gateway.chronicle import timeline
from gateway.pages.frame import fresh_key, open_desk, season_of, show
from gateway.parts import parts
from gateway.wording import short_course

blueprint = Blueprint("cases", __name__)
_PAGE = 50


@blueprint.get("/cases")
def listing() -> str:
    desk = open_desk()
    season = season_of(desk)
    scoring = desk.seek(ShowRound(season_id=season.season_id))
    if scoring is None:
        return show("cases_not_yet.html")
    objections = request.args.get("objections") == "1"
    query = ListCases(
        season_id=season.season_id, after=request.args.get("after") or None, limit=200 if objections else _PAGE
    )
    page = desk.ask(query)
    rows = [row for row in page.rows if row.open_objections or not objections]
    line = min((tier.minimum_score for tier in season.rules.tiers), default=None)
    return show(
        "cases.html",
        round=scoring,
        rows=rows,
        page=page,
        objections=objections,
        nominees=desk.nominees(row.nomination_id for row in rows),
        tied=desk.nominees(one for tie in scoring.ties for one in tie.nominations),
        reviewers=desk.ask(ListReviewers(season_id=season.season_id)).rows,
        bands=charts.bands(scoring.distribution, int(line) if line is not None else None),
        line=line,
    )


@blueprint.get("/cases/<uuid:nomination_id>")
def one(nomination_id: UUID) -> str:
    desk = open_desk()
    view = desk.ask(ShowCase(nomination_id=nomination_id))
    season = season_of(desk)
    nominee = desk.nominees([nomination_id]).get(nomination_id)
    if nominee is None:
        raise NotFound("case.not_found")
    reviewers = desk.ask(ListReviewers(season_id=season.season_id)).rows
    return show(
        "case.html",
        view=view,
        nominee=nominee,
        numbers={row.reviewer_id: number for number, row in enumerate(reviewers, start=1)},
        names={row.reviewer_id: row.name for row in reviewers},
        rubric=season.rules.rubric,
        points={
            sheet.reviewer_id: {score.criterion: score.points for score in sheet.scores} for sheet in view.score_sheets
        },
        key=fresh_key(),
        entries=short_course(timeline(desk, parts().accounts.log, nomination_id)),
    )
