"""The nomination service: its routes, and its RPC methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nameko.rpc import rpc

from contracts import nomination as said
from contracts.actor import Role
from eventlog.codec import EventTypes
from eventlog.hosting.calls import as_rows
from eventlog.hosting.extension import Hosted, LogHost
from eventlog.log import EventLog
from services import audit_trail
from services.entrypoint import CommandRoute, Entrypoint, QueryRoute
from services.nomination import handlers, views
from services.nomination.events import PRIVATE, PUBLISHED
from services.nomination.policies import HEARD
from services.nomination.projections import PROJECTIONS
from services.surroundings import Surroundings

OFFICE = frozenset({Role.OFFICE})
NOMINATORS = frozenset({Role.OFFICE, Role.UNIT})
EVERYONE = frozenset(Role)

COMMANDS = (
    CommandRoute(command=said.OpenSeason, handler=handlers.open_season, roles=OFFICE, matter="season_id"),
    CommandRoute(
        command=said.CloseNominations, handler=handlers.close_nominations, roles=OFFICE, matter="season_id"
    ),
    CommandRoute(command=said.RegisterUnit, handler=handlers.register_unit, roles=OFFICE, matter="unit_id"),
    CommandRoute(
        command=said.DeclineToNominate,
        handler=handlers.decline_to_nominate,
        roles=NOMINATORS,
        matter="unit_id",
        own="unit_id",
    ),
    CommandRoute(
        command=said.SubmitNomination,
        handler=handlers.submit_nomination,
        roles=NOMINATORS,
        matter="nomination_id",
        own="unit_id",
    ),
    CommandRoute(
        command=said.ImportNominations,
        handler=handlers.import_nominations,
        roles=NOMINATORS,
        matter="unit_id",
        own="unit_id",
    ),
    CommandRoute(
        command=said.WithdrawNomination,
        handler=handlers.withdraw_nomination,
        roles=NOMINATORS,
        matter="nomination_id",
        own="unit_id",
    ),
)
READERS = frozenset({Role.OFFICE, Role.UNIT, Role.LEADER, Role.AUDITOR})
QUERIES = (
    QueryRoute(query=said.ListSeasons, view=views.list_seasons, roles=EVERYONE),
    QueryRoute(query=said.ListUnits, view=views.list_units, roles=EVERYONE),
    QueryRoute(query=said.ListNominations, view=views.list_nominations, roles=READERS),
    QueryRoute(query=said.ShowNomination, view=views.show_nomination, roles=READERS),
    QueryRoute(query=said.NameNominees, view=views.name_nominees, roles=EVERYONE),
)


class Nomination:
    """The service put together; the nameko class below only hands requests on."""

    def __init__(self, around: Surroundings) -> None:
        self.log = EventLog("nomination", around.store, EventTypes(PRIVATE, PUBLISHED), PROJECTIONS).open()
        subscribers = around.subscribers(self.log, HEARD)
        queries = [*QUERIES, *audit_trail.routes(self.log, subscribers)]
        self.entrypoint = Entrypoint(self.log, around.clock, around.verifier, COMMANDS, queries)
        self.loops = [around.relay(self.log), *subscribers]


def assemble(around: Surroundings) -> Hosted:
    nomination = Nomination(around)
    return Hosted(service=nomination, loops=nomination.loops)


class NominationService:
    name = "nomination"
    nomination = LogHost(assemble)

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def execute(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return self.nomination.entrypoint.execute(request)

    @rpc  # type: ignore[untyped-decorator]
    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return self.nomination.entrypoint.ask(request)

    @rpc  # type: ignore[untyped-decorator]
    def read_published(self, first: int, limit: int) -> list[list[Any]]:
        return as_rows(self.nomination.log.read_published(first, limit))
