"""Reviewers, cases, scores, the shortlist and objections."""

from __future__ import annotations

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
    RaiseObjection,
    ReviewerList,
    RoundView,
    RuleObjection,
    ShowCase,
    ShowRound,
    SignScore,
)
from gateway.resources.conventions import PREFIX, CommandRoute, Resource, command, one_of, query
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
