"""Units and where each stands in the season."""

from __future__ import annotations

from flask import Blueprint, request

from contracts.nomination import ListUnits
from gateway.pages.frame import open_desk, season_of, show

blueprint = Blueprint("units", __name__)


@blueprint.get("/units")
def listing() -> str:
    desk = open_desk()
    season = season_of(desk)
    rows = desk.ask(ListUnits(season_id=season.season_id)).rows
    silent = request.args.get("silent") == "1"
    level = request.args.get("level") or None
    return show(
        "units.html",
        rows=[
            row
            for row in rows
            if (level is None or row.level == level) and not (silent and (row.nominations or row.declined))
        ],
        total=len(rows),
        levels=sorted({row.level for row in rows}),
        level=level,
        silent=silent,
        silent_count=sum(not row.nominations and not row.declined for row in rows),
    )
