"""Exemplars, and the follow-up each has before them."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint

from contracts.inspection import ListFollowUps
from contracts.publicity import ListExemplars
from gateway.pages.frame import open_desk, season_of, show

blueprint = Blueprint("exemplars", __name__)


@blueprint.get("/exemplars")
def listing() -> str:
    desk = open_desk()
    season = season_of(desk)
    found = desk.seek(ListExemplars(season_id=season.season_id))
    rows = found.rows if found else ()
    return show(
        "exemplars.html",
        rows=rows,
        tiers=[(tier, list(group)) for tier, group in groupby(rows, key=lambda row: row.tier)],
        nominees=desk.nominees(row.nomination_id for row in rows),
        units=desk.unit_names(),
    )


@blueprint.get("/follow-ups")
def follow_ups() -> str:
    desk = open_desk()
    season = season_of(desk)
    rows = desk.ask(ListFollowUps(season_id=season.season_id)).rows
    return show(
        "follow_ups.html",
        rows=rows,
        nominees=desk.nominees(row.nomination_id for row in rows),
        units=desk.unit_names(),
    )
