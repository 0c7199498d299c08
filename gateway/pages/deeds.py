"""Every deed that is one form: the page has the address of its API resource and the fields of its contract.

A deed that was refused is shown again with what was typed; one that nobody answered keeps its key, so that sending it
again cannot do it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from contracts import inspection as inspection_contract
from contracts import nomination as nomination_contract
from contracts import publicity as publicity_contract
from contracts import review as review_contract
from contracts.errors import Problem, Uncertain
from gateway.desk import OWNER_OF_COMMAND, Desk
from gateway.forms import body_of, inputs_of
from gateway.identity import check_form_token
from gateway.pages.frame import fresh_key, open_desk, season_by_id, season_of, show
from gateway.problems import status_of
from gateway.resources import inspection, nomination, publicity, review
from gateway.resources.conventions import CommandRoute, command_id_of, read_body
from gateway.wording import OPERATIONS

blueprint = Blueprint("deeds", __name__)

SEEN_AT: dict[type, str] = {
    nomination_contract.RegisterUnit: "/units",
    nomination_contract.CloseNominations: "/",
    nomination_contract.DeclineToNominate: "/",
    nomination_contract.WithdrawNomination: "/nominations/{nomination_id}",
    nomination_contract.ErasePersonalData: "/nominations/{nomination_id}",
    review_contract.EnrolReviewer: "/cases",
    review_contract.AssignReviewers: "/cases",
    review_contract.ReplaceReviewer: "/cases/{nomination_id}",
    review_contract.BreakTie: "/cases",
    review_contract.FixShortlist: "/cases",
    review_contract.RaiseObjection: "/cases/{nomination_id}",
    review_contract.RuleObjection: "/cases/{nomination_id}",
    publicity_contract.PublishNotice: "/notice",
    publicity_contract.CloseNotice: "/notice",
    publicity_contract.AdoptCalendarTable: "/notice",
    inspection_contract.EnrolInspector: "/inspections",
    inspection_contract.PublishPool: "/draw",
    inspection_contract.DrawUnits: "/draw",
    inspection_contract.RecordFinding: "/inspections/{inspection_id}",
    inspection_contract.ReportInspection: "/inspections/{inspection_id}",
}
"""The deeds with a page of this kind, and the page that shows what came of them."""

FORM_AT: dict[type, str] = {nomination_contract.RegisterUnit: "/units/new"}
"""Where the resource's own address is a list's."""


def _register(route: CommandRoute) -> None:
    def form(**path: UUID) -> str:
        return _form(open_desk(), route, path, request.args, None, fresh_key())

    def done(**path: UUID) -> Response:
        check_form_token()
        desk = open_desk()
        key = request.form.get("key", "")
        try:
            command_id = command_id_of(desk.actor, key)
            body = read_body(route, body_of(route.contract, route.given, request.form))
            command = route.build(body, path, desk.actor, command_id)
            accepted = desk.execute(command, command_id)
        except Problem as problem:
            kept = key if isinstance(problem, Uncertain) else fresh_key()
            return make_response(_form(desk, route, path, request.form, problem, kept), status_of(problem))
        seen_at = SEEN_AT[route.contract].format(**vars(command))
        return make_response(redirect(f"{seen_at}?done={OWNER_OF_COMMAND[route.contract]}-{accepted.position}", 303))

    name = route.contract.__name__
    rule = FORM_AT.get(route.contract, route.rule)
    blueprint.add_url_rule(rule, f"{name}-form", form, methods=["GET"])
    blueprint.add_url_rule(rule, name, done, methods=["POST"])


def _form(
    desk: Desk,
    route: CommandRoute,
    path: Mapping[str, UUID],
    typed: Mapping[str, str],
    problem: Problem | None,
    key: str,
) -> str:
    season = season_by_id(desk, path["season_id"]) if "season_id" in path else season_of(desk)
    choices = {"unit_id": [(str(unit), name) for unit, name in desk.unit_names().items()]}
    if route.contract is review_contract.BreakTie:
        choices["order"] = _tied(desk, season.season_id)
    if route.contract is review_contract.ReplaceReviewer:
        choices["reviewer_id"] = _unsigned(desk, season.season_id, path["nomination_id"])
    faults = problem.fields if problem else ()
    return show(
        "deed.html",
        operation=OPERATIONS[route.contract.__name__],
        inputs=inputs_of(route.contract, route.given, typed, faults, choices),
        subject=_subject(desk, path),
        back=SEEN_AT[route.contract].format(**{"nomination_id": "", "inspection_id": "", **path}).rstrip("/") or "/",
        problem=problem,
        key=key,
        about=season.name,
    )


def _tied(desk: Desk, season_id: UUID) -> list[tuple[str, str]]:
    """Those of the first tie: the vote on it may settle the next one too."""
    scoring = desk.seek(review_contract.ShowRound(season_id=season_id))
    tied = scoring.ties[0].nominations if scoring is not None and scoring.ties else ()
    nominees = desk.nominees(tied)
    return [(str(one), f"{nominees[one].name}（{nominees[one].unit}）") for one in tied]


def _unsigned(desk: Desk, season_id: UUID, nomination_id: UUID) -> list[tuple[str, str]]:
    view = desk.ask(review_contract.ShowCase(nomination_id=nomination_id))
    names = {row.reviewer_id: row.name for row in desk.ask(review_contract.ListReviewers(season_id=season_id)).rows}
    return [(str(one), names.get(one, str(one))) for one in view.unsigned]


def _subject(desk: Desk, path: Mapping[str, Any]) -> str:
    """Whom or what the deed is about, in words."""
    if "nomination_id" in path:
        nominee = desk.nominees([path["nomination_id"]]).get(path["nomination_id"])
        return f"{nominee.name}（{nominee.unit}）" if nominee else ""
    if "unit_id" in path:
        return desk.unit_names().get(path["unit_id"], "")
    return ""


for _route in (*nomination.COMMANDS, *review.COMMANDS, *publicity.COMMANDS, *inspection.COMMANDS):
    if _route.contract in SEEN_AT:
        _register(_route)
