"""What an objection says, for whoever rules it. Asked for by a form, because that it was read is logged (R-19)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from contracts.review import ReadObjection, ShowCase
from gateway.identity import check_form_token
from gateway.pages.frame import open_desk, season_of, show
from gateway.resources.conventions import command_id_of
from gateway.wording import OPERATIONS

blueprint = Blueprint("objections", __name__)


@blueprint.post("/cases/<uuid:nomination_id>/objections/<uuid:objection_id>/reading")
def reading(nomination_id: UUID, objection_id: UUID) -> str:
    check_form_token()
    desk = open_desk()
    command_id = command_id_of(desk.actor, request.form.get("key", ""))
    season_of(desk)
    text = desk.execute(ReadObjection(nomination_id=nomination_id, objection_id=objection_id), command_id)
    view = desk.ask(ShowCase(nomination_id=nomination_id))
    states = {one.objection_id: one.state for one in view.objections}
    return show(
        "objection.html",
        operation=OPERATIONS["ReadObjection"],
        text=text,
        state=states.get(objection_id),
        case=f"/cases/{nomination_id}",
        ruling=f"/cases/{nomination_id}/objections/{objection_id}/ruling",
        nominee=desk.nominees([nomination_id]).get(nomination_id),
    )
