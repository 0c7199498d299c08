"""Inspection: the draw anybody can recompute, the inspections, their findings and the report on all of them."""

from __future__ import annotations

from collections import Counter
from shlex import quote
from uuid import UUID

from flask import Blueprint, Response

from contracts.inspection import (
    DrawView,
    InspectionRow,
    InspectionView,
    ListInspections,
    Severity,
    ShowDraw,
    ShowInspection,
)
from contracts.nomination import SeasonView
from gateway import charts
from gateway.desk import Desk
from gateway.pages.frame import open_desk, season_of, show
from gateway.parts import parts
from standards.random_draw import ticket

blueprint = Blueprint("inspections", __name__)


@blueprint.get("/inspections")
def listing() -> str:
    desk = open_desk()
    season = season_of(desk)
    draw = desk.seek(ShowDraw(season_id=season.season_id))
    return show(
        "inspections.html",
        draw=draw,
        rows=_rows(desk, season),
        units=desk.unit_names(),
        accounts=parts().accounts.accounts_by_subject(),
    )


@blueprint.get("/inspections/<uuid:inspection_id>")
def one(inspection_id: UUID) -> str:
    desk = open_desk()
    view = desk.ask(ShowInspection(inspection_id=inspection_id))
    season_of(desk)
    return show(
        "inspection.html",
        view=view,
        unit=desk.unit_names().get(view.row.unit_id, ""),
        accounts=parts().accounts.accounts_by_subject(),
        mine=desk.actor.subject_id in view.row.inspectors,
    )


@blueprint.get("/inspections/report")
def report() -> str:
    desk = open_desk()
    season = season_of(desk)
    units = desk.unit_names()
    views: list[InspectionView] = [
        desk.ask(ShowInspection(inspection_id=row.inspection_id)) for row in _rows(desk, season)
    ]
    reported = [view for view in views if view.row.visited_on is not None]
    severities = Counter(finding.severity for view in reported for finding in view.findings)
    by_unit = sorted(
        ((units.get(view.row.unit_id, ""), view.row.findings) for view in reported),
        key=lambda pair: pair[1],
        reverse=True,
    )
    return show(
        "inspection_report.html",
        views=views,
        reported=reported,
        units=units,
        severities=[(severity.value, severities[severity]) for severity in Severity],
        bars=charts.rows(by_unit),
        clean=sum(view.row.findings == 0 for view in reported),
    )


@blueprint.get("/draw")
def draw() -> str:
    desk = open_desk()
    season = season_of(desk)
    view: DrawView | None = desk.seek(ShowDraw(season_id=season.season_id))
    if view is None or not view.pool:
        return show("draw_not_yet.html")
    tickets = sorted((ticket(view.seed, str(unit)), unit) for unit in view.pool) if view.seed else []
    return show(
        "draw.html",
        view=view,
        units=desk.unit_names(),
        tickets=tickets[: len(view.units) + 2],
        drawn=set(view.units),
        seed=quote(view.seed),
    )


@blueprint.get("/draw/pool.txt")
def pool() -> Response:
    """The exact bytes whose SHA-256 was published before the seed."""
    desk = open_desk()
    view = desk.ask(ShowDraw(season_id=season_of(desk).season_id))
    return Response(
        view.pool_text, mimetype="text/plain", headers={"Content-Disposition": "attachment; filename=pool.txt"}
    )


def _rows(desk: Desk, season: SeasonView) -> tuple[InspectionRow, ...]:
    found: tuple[InspectionRow, ...] = desk.ask(ListInspections(season_id=season.season_id)).rows
    return found
