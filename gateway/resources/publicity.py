"""The public notice and the exemplars."""

from __future__ import annotations

from contracts.publicity import (
    AdoptCalendarTable,
    CalendarTableList,
    CloseNotice,
    ExemplarList,
    ListCalendarTables,
    ListExemplars,
    NoticeView,
    PublishNotice,
    ShowNotice,
)
from gateway.resources.conventions import PREFIX, CommandRoute, Resource, command, query
from gateway.wording import SERVICES

blueprint = Resource("publicity", __name__, url_prefix=PREFIX, description=SERVICES["publicity"])

COMMANDS = tuple(
    command(blueprint, route)
    for route in (
        CommandRoute(
            rule="/seasons/<uuid:season_id>/notice", contract=PublishNotice, found_at="/seasons/{season_id}/notice"
        ),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/notice/closing",
            contract=CloseNotice,
            found_at="/seasons/{season_id}/notice",
        ),
        CommandRoute(rule="/calendar-tables", contract=AdoptCalendarTable, found_at="/calendar-tables"),
    )
)
query(blueprint, "/seasons/<uuid:season_id>/notice", ShowNotice, NoticeView)
query(blueprint, "/seasons/<uuid:season_id>/exemplars", ListExemplars, ExemplarList)
query(blueprint, "/calendar-tables", ListCalendarTables, CalendarTableList)
