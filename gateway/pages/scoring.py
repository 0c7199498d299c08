"""A reviewer's own pages: the queue, and one dossier to read and score without knowing whose it is (R-03)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from contracts.actor import Role
from contracts.errors import Forbidden, NotFound, Problem, Uncertain
from contracts.nomination import Criterion, SeasonView
from contracts.review import CaseRow, ShowCase, SignScore
from contracts.schemas import load
from gateway.desk import Desk
from gateway.identity import check_form_token
from gateway.pages.frame import fresh_key, open_desk, season_of, show
from gateway.problems import status_of
from gateway.resources.conventions import command_id_of
from gateway.wording import OPERATIONS
from standards.word_count import count_words

blueprint = Blueprint("scoring", __name__)


@blueprint.get("/scoring")
def queue() -> str:
    desk = open_desk()
    season = season_of(desk)
    rows = _own_cases(desk, season)
    nominees = desk.nominees(row.nomination_id for row in rows)
    return show("scoring_queue.html", rows=rows, nominees=nominees, left=sum(row.my_score is None for row in rows))


@blueprint.get("/scoring/<uuid:nomination_id>")
def form(nomination_id: UUID) -> str:
    return _form(open_desk(), nomination_id, {}, None, fresh_key())


@blueprint.post("/scoring/<uuid:nomination_id>")
def sign(nomination_id: UUID) -> Response:
    check_form_token()
    desk = open_desk()
    season = season_of(desk)
    key = request.form.get("key", "")
    rubric = season.rules.rubric
    try:
        body = {
            "nomination_id": str(nomination_id),
            "reviewer_id": str(desk.actor.subject_id),
            "scores": [_score(index, criterion) for index, criterion in enumerate(rubric)],
            "comment": request.form.get("comment", "").replace("\r\n", "\n").strip(),
        }
        accepted = desk.execute(load(SignScore, body), command_id_of(desk.actor, key))
    except Problem as problem:
        # Unanswered, the same key asks what became of it; refused, the mended sheet is another deed.
        kept = key if isinstance(problem, Uncertain) else fresh_key()
        return make_response(_form(desk, nomination_id, request.form, problem, kept), status_of(problem))
    following = next((row for row in _own_cases(desk, season) if _waits(row, nomination_id)), None)
    onward = f"/scoring/{following.nomination_id}" if following else "/scoring"
    return make_response(redirect(f"{onward}?done=review-{accepted.position}", 303))


def _form(desk: Desk, nomination_id: UUID, typed: Any, problem: Problem | None, key: str) -> str:
    season = season_of(desk)
    rows = _own_cases(desk, season)
    place = next((number for number, row in enumerate(rows, start=1) if row.nomination_id == nomination_id), None)
    if place is None:
        raise NotFound("case.not_found")
    view = desk.ask(ShowCase(nomination_id=nomination_id))
    nominee = desk.nominees([nomination_id])[nomination_id]
    return show(
        "scoring.html",
        place=place,
        total=len(rows),
        view=view,
        sheet=view.score_sheets[0] if view.score_sheets else None,
        nominee=nominee,
        words=count_words(nominee.deeds).words,
        rubric=season.rules.rubric,
        typed=typed,
        problem=problem,
        faults=_faults(problem, season.rules.rubric),
        key=key,
    )


def _faults(problem: Problem | None, rubric: tuple[Criterion, ...]) -> dict[str, str]:
    """Field id to what is wrong with it."""
    if problem is None:
        return {}
    found = {}
    for fault in problem.fields:
        parts_of_pointer = fault.pointer.strip("/").split("/")
        index = parts_of_pointer[1] if parts_of_pointer[0] == "scores" and len(parts_of_pointer) > 1 else None
        found[f"points-{index}" if index is not None and int(index) < len(rubric) else "comment"] = fault.message
    if not found and problem.code == "case.comment_required":
        found["comment"] = problem.message
    return found


def _score(index: int, criterion: Criterion) -> dict[str, Any]:
    text = request.form.get(f"points-{index}", "").strip()
    try:
        return {"criterion": criterion.name, "points": str(Decimal(text))}
    except InvalidOperation:
        return {"criterion": criterion.name, "points": text or None}


def _waits(row: CaseRow, just_signed: UUID) -> bool:
    return row.my_score is None and row.nomination_id != just_signed


def _own_cases(desk: Desk, season: SeasonView) -> list[CaseRow]:
    if desk.actor.role is not Role.REVIEWER or desk.actor.subject_id is None:
        operation = OPERATIONS["SignScore"].title
        raise Forbidden("identity.role_forbidden", role=desk.actor.role.value, operation=operation)
    return desk.own_cases(season.season_id)
