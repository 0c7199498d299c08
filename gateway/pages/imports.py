"""Nominating by workbook: download, upload, read what is wrong cell by cell, then confirm what was checked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.datastructures import FileStorage

from contracts.actor import Actor, Role
from contracts.errors import FieldProblem, NotFound, Problem, Uncertain
from contracts.nomination import ListUnits, SeasonView
from gateway.desk import Desk
from gateway.identity import check_form_token
from gateway.importing import Checked, read_sheet, run_import
from gateway.pages.frame import fresh_key, open_desk, season_of, show
from gateway.parts import parts
from gateway.problems import BadRequest, status_of
from gateway.resources.conventions import command_id_of
from gateway.waiting import Waiting, WaitingWorkbooks
from gateway.workbook import write_report, write_template

blueprint = Blueprint("imports", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/import")
def form() -> str:
    desk = open_desk()
    return _form(desk, season_of(desk), None)


@blueprint.get("/import/template.xlsx")
def template() -> Response:
    season = season_of(open_desk())
    return _download(write_template(season.season_id, season.name), "%E6%8E%A8%E8%8D%90%E8%A1%A8.xlsx")


@blueprint.post("/import")
def check() -> Response:
    """Looks at the file and keeps it for its sender to confirm; nothing is submitted."""
    check_form_token()
    desk = open_desk()
    season = season_of(desk)
    key = fresh_key()
    try:
        file = _file()
        waiting = Waiting(unit_id=_unit_id(desk.actor), name=file.filename or "", content=file.read())
        checked = _run(desk, season, waiting, key, dry_run=True)
    except Problem as problem:
        return make_response(_form(desk, season, problem), status_of(problem))
    _waiting().keep(key, desk.actor, waiting)
    return make_response(_report(desk, waiting, checked, key, None))


@blueprint.get("/import/<uuid:key>/report.xlsx")
def marked(key: UUID) -> Response:
    """The sender's own workbook with the faulty cells marked."""
    desk = open_desk()
    season = season_of(desk)
    waiting = _waiting().find(str(key), desk.actor)
    if waiting is None or not waiting.name.lower().endswith(".xlsx"):
        raise NotFound("request.workbook_gone")
    checked = _run(desk, season, waiting, str(key), dry_run=True)
    content = write_report(waiting.content, season.season_id, season.name, checked.problems)
    return _download(content, "%E6%A3%80%E6%9F%A5%E7%BB%93%E6%9E%9C.xlsx")


@blueprint.post("/import/confirmation")
def confirm() -> Response:
    check_form_token()
    desk = open_desk()
    season = season_of(desk)
    key = request.form.get("key", "")
    waiting = _waiting().find(key, desk.actor)
    if waiting is None:
        return make_response(_form(desk, season, BadRequest("request.workbook_gone")), BadRequest.status)
    try:
        checked = _run(desk, season, waiting, key, dry_run=False)
    except Uncertain as problem:
        return make_response(_report(desk, waiting, None, key, problem), status_of(problem))
    except Problem as problem:
        return make_response(_form(desk, season, problem), status_of(problem))
    if checked.report is None or not checked.report.submitted:
        return make_response(_report(desk, waiting, checked, key, None))
    _waiting().forget(key)
    return make_response(redirect(f"/nominations?unit_id={waiting.unit_id}&submitted={checked.report.submitted}", 303))


def _run(desk: Desk, season: SeasonView, waiting: Waiting, key: str, *, dry_run: bool) -> Checked:
    sheet = read_sheet(waiting.name, waiting.content, season.season_id)
    target = (season.season_id, waiting.unit_id)
    return run_import(desk, target, sheet, command_id_of(desk.actor, key), dry_run=dry_run)


def _file() -> FileStorage:
    file = request.files.get("workbook")
    if file is None or not file.filename:
        raise BadRequest("request.no_workbook")
    return file


def _unit_id(actor: Actor) -> UUID:
    """The unit the account stands for; the office says for which it submits."""
    if actor.subject_id is not None and actor.role is Role.UNIT:
        return actor.subject_id
    try:
        return UUID(request.form.get("unit_id", ""))
    except ValueError:
        raise BadRequest("request.no_unit") from None


def _form(desk: Desk, season: SeasonView, problem: Problem | None) -> str:
    units = desk.ask(ListUnits(season_id=season.season_id)).rows
    return show(
        "import.html",
        own=next((unit for unit in units if unit.unit_id == desk.actor.subject_id), None),
        units=units,
        chosen=request.values.get("unit_id", ""),
        problem=problem,
    )


def _report(desk: Desk, waiting: Waiting, checked: Checked | None, key: str, problem: Problem | None) -> str:
    problems: tuple[FieldProblem, ...] = checked.problems if checked else ()
    return show(
        "import_report.html",
        unit=desk.unit_names().get(waiting.unit_id, ""),
        rows=checked.sheet.rows if checked else (),
        problems=problems,
        markable=waiting.name.lower().endswith(".xlsx"),
        key=key,
        problem=problem,
    )


def _download(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, mimetype=_XLSX, headers=headers)


def _waiting() -> WaitingWorkbooks:
    accounts = parts().accounts
    return WaitingWorkbooks(accounts.log.store, accounts.wall)
