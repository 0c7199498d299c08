"""The nomination service: its routes, and its RPC methods."""

from __future__ import annotations

from contracts import nomination as said
from contracts.actor import Role
from eventlog.codec import EventTypes
from eventlog.hosting.extension import Hosted, HostedService, LogHost
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
    CommandRoute(command=said.CloseNominations, handler=handlers.close_nominations, roles=OFFICE, matter="season_id"),
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
    CommandRoute(
        command=said.ErasePersonalData, handler=handlers.erase_personal_data, roles=OFFICE, matter="nomination_id"
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


def assemble(around: Surroundings) -> Hosted:
    log = around.open("nomination", EventTypes(PRIVATE, PUBLISHED), PROJECTIONS)
    subscribers = around.subscribers(log, HEARD)
    queries = [*QUERIES, *audit_trail.routes(log, subscribers)]
    answers = Entrypoint(log, around.clock, around.verifier, COMMANDS, queries)
    return Hosted(log=log, answers=answers, notary=around.notary(log), loops=[around.relay(log), *subscribers])


class NominationService(HostedService):
    name = "nomination"
    hosted = LogHost(assemble)
