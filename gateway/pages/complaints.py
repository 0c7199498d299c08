"""Complaints and suggestions: a form for everybody, a list for the office and the leading group."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, request

from contracts.actor import Role
from contracts.errors import Forbidden, Invalid
from contracts.schemas import load
from gateway.complaints import Complaint, receive, received
from gateway.forms import body_of, inputs_of
from gateway.identity import check_form_token, current_actor
from gateway.pages.frame import show
from gateway.parts import parts
from gateway.wording import OPERATIONS

blueprint = Blueprint("complaints", __name__)
_KIND_OF_PAGE = re.compile("/[a-z-]{0,30}")
_READERS = frozenset({Role.OFFICE, Role.LEADER})


@blueprint.get("/complaint")
def form() -> str:
    current_actor()
    return _form(request.args, None)


@blueprint.post("/complaint")
def posted() -> Response:
    check_form_token()
    try:
        complaint = load(Complaint, body_of(Complaint, (), request.form))
    except Invalid as problem:
        return make_response(_form(request.form, problem), problem.status)
    # What follows the first word of an address is an id, and tells which unit writes.
    kind = _KIND_OF_PAGE.match(request.form.get("about", ""))
    page = kind[0] if kind else ""
    position = receive(parts().accounts.log, parts().settings.clock, complaint, page)
    return make_response(redirect(f"/complaint?done=gateway-{position}", 303))


@blueprint.get("/complaints")
def listing() -> str:
    actor = current_actor()
    if actor.role not in _READERS:
        title = OPERATIONS["ListComplaints"].title
        raise Forbidden("identity.role_forbidden", role=actor.role.value, operation=title)
    return show("complaints.html", rows=received(parts().accounts.log))


def _form(typed: Mapping[str, str], problem: Invalid | None) -> str:
    return show(
        "complaint.html",
        inputs=inputs_of(Complaint, (), typed, problem.fields if problem else (), {}),
        about=typed.get("about", ""),
        problem=problem,
        reads=current_actor().role in _READERS,
    )
