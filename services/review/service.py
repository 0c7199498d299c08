"""The review service: who may ask what of it, and how it is put together."""

from __future__ import annotations

from contracts import review as said
from contracts.actor import Role
from eventlog.codec import EventTypes
from eventlog.hosting.extension import Hosted, HostedService, LogHost
from services import audit_trail
from services.entrypoint import CommandRoute, Entrypoint, QueryRoute
from services.review import handlers, views
from services.review.events import PRIVATE, PUBLISHED
from services.review.policies import HEARD, NAME
from services.review.projections import PROJECTIONS
from services.surroundings import Surroundings

OFFICE = frozenset({Role.OFFICE})
LEADER = frozenset({Role.LEADER})
COMMANDS = (
    CommandRoute(command=said.EnrolReviewer, handler=handlers.enrol_reviewer, roles=OFFICE, matter="reviewer_id"),
    CommandRoute(command=said.AssignReviewers, handler=handlers.assign_reviewers, roles=OFFICE, matter="season_id"),
    CommandRoute(command=said.ReplaceReviewer, handler=handlers.replace_reviewer, roles=OFFICE, matter="nomination_id"),
    CommandRoute(
        command=said.SignScore,
        handler=handlers.sign_score,
        roles=frozenset({Role.REVIEWER}),
        matter="nomination_id",
        own="reviewer_id",
    ),
    CommandRoute(command=said.BreakTie, handler=handlers.break_tie, roles=OFFICE, matter="season_id"),
    CommandRoute(command=said.FixShortlist, handler=handlers.fix_shortlist, roles=OFFICE, matter="season_id"),
    CommandRoute(command=said.RaiseObjection, handler=handlers.raise_objection, roles=OFFICE, matter="nomination_id"),
    CommandRoute(command=said.ReadObjection, handler=handlers.read_objection, roles=LEADER, matter="nomination_id"),
    CommandRoute(command=said.RuleObjection, handler=handlers.rule_objection, roles=LEADER, matter="nomination_id"),
)
STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})
PANEL = STAFF | {Role.REVIEWER}
QUERIES = (
    QueryRoute(query=said.ListCases, view=views.list_cases, roles=PANEL),
    QueryRoute(query=said.ShowCase, view=views.show_case, roles=PANEL),
    QueryRoute(query=said.ListReviewers, view=views.list_reviewers, roles=STAFF),
    QueryRoute(query=said.ShowRound, view=views.show_round, roles=frozenset(Role)),
)


def assemble(around: Surroundings) -> Hosted:
    log = around.open(NAME, EventTypes(PRIVATE, PUBLISHED), PROJECTIONS)
    subscribers = around.subscribers(log, HEARD)
    queries = [*QUERIES, *audit_trail.routes(log, subscribers)]
    answers = Entrypoint(log, around.clock, around.verifier, COMMANDS, queries)
    return Hosted(log=log, answers=answers, notary=around.notary(log), loops=[around.relay(log), *subscribers])


class ReviewService(HostedService):
    name = NAME
    hosted = LogHost(assemble)
