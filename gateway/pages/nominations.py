"""Nominations: the list with its filters in the address, and one nomination whole."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from contracts.actor import Role
from contracts.nomination import ExemplarKind, ListNominations, ListUnits, ShowNomination
from contracts.review import ShowCase
from contracts.schemas import load
from gateway.chronicle import READERS, timeline
from gateway.pages.frame import open_desk, season_of, show
from gateway.parts import parts
from gateway.wording import short_course

blueprint = Blueprint("nominations", __name__)


@blueprint.get("/nominations")
def listing() -> str:
    desk = open_desk()
    season = season_of(desk)
    wanted = {name: request.args.get(name) for name in ("unit_id", "kind", "search", "after")}
    query = load(
        ListNominations,
        {"season_id": str(season.season_id), **{name: text for name, text in wanted.items() if text}},
    )
    units = desk.ask(ListUnits(season_id=season.season_id)).rows
    own = next((unit for unit in units if unit.unit_id == desk.actor.subject_id), None)
    return show(
        "nominations.html",
        page=desk.ask(query),
        wanted=wanted,
        kinds=[kind.value for kind in ExemplarKind],
        units=units if desk.actor.role is not Role.UNIT else (),
        unit_names={unit.unit_id: unit.name for unit in units},
        own=own,
    )


@blueprint.get("/nominations/<uuid:nomination_id>")
def one(nomination_id: UUID) -> str:
    desk = open_desk()
    view = desk.ask(ShowNomination(nomination_id=nomination_id))
    case = desk.seek(ShowCase(nomination_id=nomination_id)) if desk.actor.role in READERS else None
    if desk.seasons():
        season_of(desk)
    entries = timeline(desk, parts().accounts.log, nomination_id) if desk.actor.role in READERS else ()
    return show(
        "nomination.html",
        view=view,
        unit=desk.unit_names().get(view.row.unit_id, ""),
        case=case,
        entries=short_course(entries),
    )
