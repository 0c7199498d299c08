"""Reviewers, cases, scores, the shortlist and objections."""

from __future__ import annotations

from uuid import UUID

from contracts.review import (
    AssignReviewers,
    BreakTie,
    CasePage,
    CaseView,
    EnrolReviewer,
    FixShortlist,
    ListCases,
    ListReviewers,
    ObjectionRow,
    ObjectionText,
    RaiseObjection,
    ReadObjection,
    ReplaceReviewer,
    ReviewerList,
    RoundView,
    RuleObjection,
    ShowCase,
    ShowRound,
    SignScore,
)
from contracts.schemas import schema_for
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.parts import parts
from gateway.resources.conventions import (
    POST_PARAMETERS,
    PREFIX,
    CommandRoute,
    Resource,
    command,
    document,
    keyed,
    one_of,
    query,
)
from gateway.wording import SERVICES

blueprint = Resource("review", __name__, url_prefix=PREFIX, description=SERVICES["review"])

COMMANDS = tuple(
    command(blueprint, route)
    for route in (
        CommandRoute(
            rule="/reviewers", contract=EnrolReviewer, creates="reviewer_id", found_at="/timeline/{reviewer_id}"
        ),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/assignments",
            contract=AssignReviewers,
            found_at="/seasons/{season_id}/round",
        ),
        CommandRoute(
            rule="/cases/<uuid:nomination_id>/replacements",
            contract=ReplaceReviewer,
            found_at="/cases/{nomination_id}",
        ),
        CommandRoute(
            rule="/cases/<uuid:nomination_id>/scores",
            contract=SignScore,
            acting="reviewer_id",
            found_at="/cases/{nomination_id}",
        ),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/ties",
            contract=BreakTie,
            found_at="/seasons/{season_id}/round",
        ),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/shortlist",
            contract=FixShortlist,
            found_at="/seasons/{season_id}/cases",
        ),
        CommandRoute(
            rule="/cases/<uuid:nomination_id>/objections",
            contract=RaiseObjection,
            creates="objection_id",
            found_at="/cases/{nomination_id}/objections/{objection_id}",
        ),
        CommandRoute(
            rule="/cases/<uuid:nomination_id>/objections/<uuid:objection_id>/ruling",
            contract=RuleObjection,
            found_at="/cases/{nomination_id}/objections/{objection_id}",
        ),
    )
)


def _read_objection(
    command_id: UUID, nomination_id: UUID, objection_id: UUID
) -> tuple[ObjectionText, int, dict[str, str]]:
    """Posted, because that it was read is itself an event."""
    desk = Desk(parts().services, current_actor())
    text = desk.execute(ReadObjection(nomination_id=nomination_id, objection_id=objection_id), command_id)
    return text, 201, {"Location": f"{PREFIX}/timeline/{nomination_id}", "Cache-Control": "no-store"}


blueprint.route(
    "/cases/<uuid:nomination_id>/objections/<uuid:objection_id>/readings", methods=["POST"], endpoint="ReadObjection"
)(
    keyed(
        document("ReadObjection", parameters=POST_PARAMETERS)(
            blueprint.response(201, schema_for(ObjectionText))(_read_objection)
        )
    )
)
query(blueprint, "/seasons/<uuid:season_id>/reviewers", ListReviewers, ReviewerList)
query(blueprint, "/seasons/<uuid:season_id>/cases", ListCases, CasePage)
query(blueprint, "/seasons/<uuid:season_id>/round", ShowRound, RoundView)
query(blueprint, "/cases/<uuid:nomination_id>", ShowCase, CaseView)
one_of(
    blueprint,
    "/cases/<uuid:nomination_id>/objections/<uuid:objection_id>",
    "ShowObjection",
    ObjectionRow,
    lambda desk, path: desk.ask(ShowCase(nomination_id=path["nomination_id"])).objections,
    "objection",
)
