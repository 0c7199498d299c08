"""The logs: how far each reaches, what proves them, who verified them last, and the course of any one thing."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, request, send_from_directory
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from contracts import errors
from contracts.errors import Problem
from gateway.chronicle import READERS, logs, timeline
from gateway.desk import CONTRACTS, Desk
from gateway.identity import check_form_token
from gateway.pages.frame import fresh_key, open_desk, season_of, show
from gateway.parts import parts
from gateway.problems import BadRequest, status_of
from gateway.resources.conventions import command_id_of
from gateway.verification_report import read_report
from gateway.verifications import file, filed, may_file
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
    return _page(desk, None, wanted)


@blueprint.post("/log/verifications")
def verified() -> Response:
    """An auditor files the report of their own tool."""
    check_form_token()
    desk = open_desk()
    given = request.files.get("report")
    try:
        if given is None or not given.filename:
            raise BadRequest("request.no_report")
        command_id = command_id_of(desk.actor, request.form.get("key", ""))
        report = read_report(given.read())
        event = file(parts().accounts.log, parts().settings.clock, desk.actor, command_id, report)
    except Problem as problem:
        return make_response(_page(desk, problem, ""), status_of(problem))
    return make_response(redirect(f"/log?done=gateway-{event.position}", 303))


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
    headers = {"Content-Disposition": "attachment; filename=keys.txt"}
    return FlaskResponse(text, mimetype="text/plain", headers=headers)


@blueprint.get("/proof/<name>.zip")
def archive(name: str) -> Response:
    """A log's checkpoint and tiles in one file."""
    _admit(open_desk())
    content = parts().settings.proofs.archive(_known(name))
    if content is None:
        raise errors.NotFound("page.not_found")
    headers = {"Content-Disposition": f"attachment; filename={name}-proof.zip"}
    return FlaskResponse(content, mimetype="application/zip", headers=headers)


@blueprint.get("/proof/<name>/<path:address>")
def proof(name: str, address: str) -> Response:
    """``checkpoint`` and ``tile/…`` of a log, as C2SP tlog-tiles lays them out."""
    _admit(open_desk())
    mimetype = "text/plain" if address == "checkpoint" else "application/octet-stream"
    folder = parts().settings.proofs.folder(_known(name)).resolve()
    saved_as = f"{name}-checkpoint" if address == "checkpoint" else None
    return send_from_directory(folder, address, mimetype=mimetype, as_attachment=True, download_name=saved_as)


def _page(desk: Desk, problem: Problem | None, wanted: str) -> str:
    own = parts().accounts.log
    told = logs(desk, own)
    reads = desk.actor.role in READERS
    proofs, verification = parts().settings.proofs, next(iter(filed(own)), None) if reads else None
    reached = verification.logs if verification else ()
    return show(
        "log.html",
        logs=told,
        proofs={one.source: proofs.of(one.source) for one in told},
        wanted=wanted,
        takes_proofs=reads,
        verification=verification,
        differing={one.log for one in reached if one.size and one.root and proofs.differs(one.log, one.size, one.root)},
        files=may_file(desk.actor),
        problem=problem,
        key=fresh_key(),
    )


def _known(name: str) -> str:
    if name not in (*CONTRACTS, parts().accounts.log.source):
        raise errors.NotFound("page.not_found")
    return name


def _admit(desk: Desk) -> None:
    if desk.actor.role not in READERS:
        raise errors.Forbidden("identity.role_forbidden", role=desk.actor.role.value, operation="下载日志证明")


def _read(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
