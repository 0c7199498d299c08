"""Follow-up, the random draw and inspections."""

from __future__ import annotations

from contracts.inspection import (
    DrawUnits,
    DrawView,
    EnrolInspector,
    FollowUpList,
    InspectionList,
    InspectionView,
    ListFollowUps,
    ListInspections,
    PublishPool,
    RecordFinding,
    ReportInspection,
    ShowDraw,
    ShowInspection,
)
from gateway.resources.conventions import PREFIX, CommandRoute, Resource, command, query
from gateway.wording import SERVICES

blueprint = Resource("inspection", __name__, url_prefix=PREFIX, description=SERVICES["inspection"])

COMMANDS = tuple(
    command(blueprint, route)
    for route in (
        CommandRoute(
            rule="/inspectors", contract=EnrolInspector, creates="inspector_id", found_at="/timeline/{inspector_id}"
        ),
        CommandRoute(rule="/seasons/<uuid:season_id>/pool", contract=PublishPool, found_at="/seasons/{season_id}/draw"),
        CommandRoute(rule="/seasons/<uuid:season_id>/draw", contract=DrawUnits, found_at="/seasons/{season_id}/draw"),
        CommandRoute(
            rule="/inspections/<uuid:inspection_id>/findings",
            contract=RecordFinding,
            acting="inspector_id",
            found_at="/inspections/{inspection_id}",
        ),
        CommandRoute(
            rule="/inspections/<uuid:inspection_id>/report",
            contract=ReportInspection,
            acting="inspector_id",
            found_at="/inspections/{inspection_id}",
        ),
    )
)
query(blueprint, "/seasons/<uuid:season_id>/draw", ShowDraw, DrawView)
query(blueprint, "/seasons/<uuid:season_id>/inspections", ListInspections, InspectionList)
query(blueprint, "/inspections/<uuid:inspection_id>", ShowInspection, InspectionView)
query(blueprint, "/seasons/<uuid:season_id>/follow-ups", ListFollowUps, FollowUpList)
