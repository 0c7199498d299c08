"""The inspection service: who may ask what of it, and how it is put together."""

from __future__ import annotations

from contracts import inspection as said
from contracts.actor import Role
from eventlog.codec import EventTypes
from eventlog.hosting.extension import Hosted, HostedService, LogHost
from services import audit_trail
from services.entrypoint import CommandRoute, Entrypoint, QueryRoute
from services.inspection import handlers, views
from services.inspection.events import PRIVATE, PUBLISHED
from services.inspection.policies import HEARD, NAME
from services.inspection.projections import PROJECTIONS
from services.surroundings import Surroundings

OFFICE = frozenset({Role.OFFICE})
INSPECTORS = frozenset({Role.INSPECTOR})
COMMANDS = (
    CommandRoute(command=said.EnrolInspector, handler=handlers.enrol_inspector, roles=OFFICE, matter="inspector_id"),
    CommandRoute(command=said.PublishPool, handler=handlers.publish_pool, roles=OFFICE, matter="season_id"),
    CommandRoute(command=said.DrawUnits, handler=handlers.draw_units, roles=OFFICE, matter="season_id"),
    CommandRoute(
        command=said.RecordFinding,
        handler=handlers.record_finding,
        roles=INSPECTORS,
        matter="inspection_id",
        own="inspector_id",
    ),
    CommandRoute(
        command=said.ReportInspection,
        handler=handlers.report_inspection,
        roles=INSPECTORS,
        matter="inspection_id",
        own="inspector_id",
    ),
)
EVERYONE = frozenset(Role)
STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})
QUERIES = (
    QueryRoute(query=said.ListFollowUps, view=views.list_follow_ups, roles=STAFF),
    QueryRoute(query=said.ShowDraw, view=views.show_draw, roles=EVERYONE),
    QueryRoute(query=said.ListInspections, view=views.list_inspections, roles=STAFF | INSPECTORS),
    QueryRoute(query=said.ShowInspection, view=views.show_inspection, roles=STAFF | INSPECTORS),
)


def assemble(around: Surroundings) -> Hosted:
    log = around.open(NAME, EventTypes(PRIVATE, PUBLISHED), PROJECTIONS)
    subscribers = around.subscribers(log, HEARD)
    queries = [*QUERIES, *audit_trail.routes(log, subscribers)]
    answers = Entrypoint(log, around.clock, around.verifier, COMMANDS, queries)
    return Hosted(log=log, answers=answers, notary=around.notary(log), loops=[around.relay(log), *subscribers])


class InspectionService(HostedService):
    name = NAME
    hosted = LogHost(assemble)
