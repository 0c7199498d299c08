"""The logs: how far each reaches, what waits for a person, and the course of any one thing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, request, send_from_directory
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from contracts import errors
from gateway.chronicle import READERS, logs, timeline
from gateway.desk import CONTRACTS, Desk
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
    told = logs(desk, parts().accounts.log)
    proofs = {one.source: parts().settings.proofs.of(one.source) for one in told}
    return show("log.html", logs=told, proofs=proofs, wanted=wanted, takes_proofs=desk.actor.role in READERS)


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


@blueprint.get("/proof/keys.txt")
def keys() -> Response:
    _admit(open_desk())
    text = parts().settings.proofs.keys_text((*CONTRACTS, parts().accounts.log.source))
    return FlaskResponse(text, mimetype="text/plain")


@blueprint.get("/proof/<name>/<path:file>")
def proof(name: str, file: str) -> Response:
    """``checkpoint`` and ``tile/…`` of a log, as C2SP tlog-tiles lays them out."""
    _admit(open_desk())
    if name not in (*CONTRACTS, parts().accounts.log.source):
        raise errors.NotFound("page.not_found")
    mimetype = "text/plain" if file == "checkpoint" else "application/octet-stream"
    return send_from_directory(parts().settings.proofs.folder(name).resolve(), file, mimetype=mimetype)


def _admit(desk: Desk) -> None:
    if desk.actor.role not in READERS:
        raise errors.Forbidden("identity.role_forbidden", role=desk.actor.role.value, operation="下载日志证明")


def _read(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
