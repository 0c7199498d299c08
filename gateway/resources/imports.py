"""Nominations of one unit, many at once, as JSON rows or as the workbook: every row is submitted or none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from contracts.errors import Invalid
from contracts.nomination import ImportNominations, ImportReport
from contracts.schemas import schema_for
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.importing import read_sheet, run_import
from gateway.parts import parts
from gateway.problems import BadRequest
from gateway.resources.conventions import PARSER, POST_PARAMETERS, PREFIX, Resource, document, keyed, without

_GIVEN = ("season_id", "unit_id")
_FILE, _DRY_RUN = "workbook", "dry_run"
_JSON = without(ImportNominations, _GIVEN)
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": _JSON},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [_FILE],
                "properties": {
                    _FILE: {"type": "string", "format": "binary", "title": "推荐表（xlsx 或 csv）"},
                    _DRY_RUN: {"type": "boolean", "default": False, "title": "只检查不报送"},
                },
            }
        },
    },
}


def add_to(blueprint: Resource) -> None:
    """Registers ``POST /seasons/…/units/…/imports``."""
    view = blueprint.response(201, schema_for(ImportReport))(_import)
    looked_at = "没有报送：只是检查，或有不合的行"
    view = blueprint.alt_response(200, schema=schema_for(ImportReport), description=looked_at)(view)
    view = keyed(document("ImportNominations", parameters=POST_PARAMETERS, requestBody=_BODY)(view))
    rule = "/seasons/<uuid:season_id>/units/<uuid:unit_id>/imports"
    blueprint.route(rule, methods=["POST"], endpoint="ImportNominations")(view)


def _import(command_id: UUID, season_id: UUID, unit_id: UUID) -> tuple[ImportReport, int, dict[str, str]]:
    """201 when the rows were submitted; 200 when they were only looked at, or turned back with what is wrong."""
    desk = Desk(parts().services, current_actor())
    if request.mimetype == "multipart/form-data":
        report = _from_file(desk, (season_id, unit_id), command_id)
    else:
        body: dict[str, Any] = PARSER.parse(_JSON, request, location="json")
        report = desk.execute(ImportNominations(season_id=season_id, unit_id=unit_id, **body), command_id)
    location = f"{PREFIX}/seasons/{season_id}/nominations?unit_id={unit_id}"
    return report, 201 if report.submitted else 200, {"Location": location}


def _from_file(desk: Desk, target: tuple[UUID, UUID], command_id: UUID) -> ImportReport:
    file = request.files.get(_FILE)
    if file is None:
        raise BadRequest("request.no_workbook")
    dry_run = {"true": True, "false": False}.get(request.form.get(_DRY_RUN, "false"))
    if dry_run is None:
        raise BadRequest("request.unreadable")
    checked = run_import(
        desk, target, read_sheet(file.filename or "", file.read(), target[0]), command_id, dry_run=dry_run
    )
    if checked.report is None or checked.sheet.problems:
        raise Invalid.of(list(checked.problems))
    return checked.report
