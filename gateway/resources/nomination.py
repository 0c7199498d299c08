"""Seasons, units and nominations."""

from __future__ import annotations

from contracts.nomination import (
    CloseNominations,
    DeclineToNominate,
    ErasePersonalData,
    ListNominations,
    ListSeasons,
    ListUnits,
    NameNominees,
    NominationPage,
    NominationView,
    NomineeList,
    OpenSeason,
    RegisterUnit,
    SeasonList,
    SeasonView,
    ShowNomination,
    SubmitNomination,
    UnitList,
    UnitRow,
    WithdrawNomination,
)
from gateway.resources import imports
from gateway.resources.conventions import PREFIX, CommandRoute, Resource, command, one_of, query
from gateway.wording import SERVICES

blueprint = Resource("nomination", __name__, url_prefix=PREFIX, description=SERVICES["nomination"])

COMMANDS = tuple(
    command(blueprint, route)
    for route in (
        CommandRoute(rule="/seasons", contract=OpenSeason, creates="season_id", found_at="/seasons/{season_id}"),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/nominations/closing",
            contract=CloseNominations,
            found_at="/seasons/{season_id}",
        ),
        CommandRoute(rule="/units", contract=RegisterUnit, creates="unit_id", found_at="/units/{unit_id}"),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/units/<uuid:unit_id>/declination",
            contract=DeclineToNominate,
            found_at="/units/{unit_id}",
        ),
        CommandRoute(
            rule="/seasons/<uuid:season_id>/nominations",
            contract=SubmitNomination,
            creates="nomination_id",
            found_at="/nominations/{nomination_id}",
        ),
        CommandRoute(
            rule="/nominations/<uuid:nomination_id>/withdrawal",
            contract=WithdrawNomination,
            found_at="/nominations/{nomination_id}",
        ),
        CommandRoute(
            rule="/nominations/<uuid:nomination_id>/erasure",
            contract=ErasePersonalData,
            found_at="/nominations/{nomination_id}",
        ),
    )
)
imports.add_to(blueprint)
query(blueprint, "/seasons", ListSeasons, SeasonList)
query(blueprint, "/units", ListUnits, UnitList)
query(blueprint, "/seasons/<uuid:season_id>/nominations", ListNominations, NominationPage)
query(blueprint, "/nominations/<uuid:nomination_id>", ShowNomination, NominationView)
query(blueprint, "/nominees", NameNominees, NomineeList)
one_of(
    blueprint,
    "/seasons/<uuid:season_id>",
    "ShowSeason",
    SeasonView,
    lambda desk, _path: desk.ask(ListSeasons()).rows,
    "season",
)
one_of(blueprint, "/units/<uuid:unit_id>", "ShowUnit", UnitRow, lambda desk, _path: desk.ask(ListUnits()).rows, "unit")
