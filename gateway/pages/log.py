"""The logs: how far each reaches, what waits for a person, and the course of any one thing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from gateway.chronicle import logs, timeline
from gateway.pages.frame import open_desk, season_of, show
from gateway.parts import parts
from gateway.wording import sentence_of

blueprint = Blueprint("log", __name__)


@blueprint.get("/log")
def page() -> str | Response:
    desk = open_desk()
    wanted = request.args.get("thing", "").strip()
    if wanted and (thing := _read(wanted)) is not None:
        return make_response(redirect(f"/log/{thing}", 303))
    if desk.seasons():
        season_of(desk)
    return show("log.html", logs=logs(desk, parts().accounts.log), wanted=wanted)


@blueprint.get("/log/<uuid:thing>")
def course(thing: UUID) -> str:
    desk = open_desk()
    if desk.seasons():
        season_of(desk)
    entries = timeline(desk, parts().accounts.log, thing)
    return show(
        "course.html",
        thing=thing,
        entries=[(entry, sentence_of(entry)) for entry in entries],
        sources=list(dict.fromkeys(entry.source for entry in entries)),
    )


def _read(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
