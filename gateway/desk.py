"""What a request asks of the services, on behalf of the one who is signed in.

Answers are remembered for the one request, names are joined in from nomination, and the positions the logs had before
the first question are kept: whatever the page shows is at least as new as they say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from contracts import inspection, nomination, publicity, review, rpc
from contracts.actor import Actor, Role
from contracts.errors import NotFound
from contracts.nomination import ListSeasons, ListUnits, NameNominees, Nominee, SeasonView
from contracts.review import CaseRow, ListCases, ShowCase, ShowRound
from contracts.rpc import LogView, TellLog
from gateway.masking import for_reviewer

CONTRACTS = {"nomination": nomination, "review": review, "publicity": publicity, "inspection": inspection}
"""The services by name, in the order of a season."""

OWNER_OF_QUERY = {query: service for service, module in CONTRACTS.items() for query in module.QUERIES}
OWNER_OF_COMMAND = {command: service for service, module in CONTRACTS.items() for command in module.COMMANDS}
ANSWERS = {query: answer for module in CONTRACTS.values() for query, answer in module.QUERIES.items()} | rpc.QUERIES

_NAMES_AT_ONCE = 500
_ROWS_AT_ONCE = 200
_BLIND = frozenset({NameNominees, ListCases, ShowCase})


class Calls(Protocol):
    """The services as the gateway reaches them (:class:`gateway.rpc.Services`)."""

    def execute(
        self, service: str, command: object, actor: Actor, command_id: UUID, expected_version: int | None = None
    ) -> Any:
        """:class:`contracts.rpc.Accepted`, or the report of an import or of an objection; raises a
        :class:`contracts.errors.Problem`.
        """

    def ask(self, service: str, query: object, actor: Actor) -> Any:
        """The answer ``ANSWERS`` names for the query; raises a :class:`contracts.errors.Problem`."""


class Desk:
    def __init__(self, services: Calls, actor: Actor) -> None:
        self.actor = actor
        self._services = services
        self._answers: dict[object, Any] = {}
        self._logs: dict[str, LogView] = {}

    def ask(self, query: object) -> Any:
        if query not in self._answers:
            service = OWNER_OF_QUERY[type(query)]
            self.log_of(service)
            answer = self._services.ask(service, query, self.actor)
            if self.actor.role is Role.REVIEWER and type(query) in _BLIND and not self._scores_are_locked():
                answer = for_reviewer(answer, self.unit_names().values())
            self._answers[query] = answer
        return self._answers[query]

    def _scores_are_locked(self) -> bool:
        """Whether every round has its shortlist: only then may a reviewer know who is who (R-03)."""
        rounds = [self.seek(ShowRound(season_id=season.season_id)) for season in self.seasons()]
        return all(one is not None and one.tiers for one in rounds)

    def seek(self, query: object) -> Any | None:
        """As :meth:`ask`, but nothing when the thing is not there yet."""
        try:
            return self.ask(query)
        except NotFound:
            return None

    def log_of(self, service: str) -> LogView:
        """How far a service's log reached when this request first turned to it."""
        if service not in self._logs:
            self._logs[service] = self._services.ask(service, TellLog(), self.actor)
        return self._logs[service]

    def logs_asked(self) -> list[tuple[str, LogView]]:
        return [(service, self._logs[service]) for service in CONTRACTS if service in self._logs]

    def execute(self, command: object, command_id: UUID, expected_version: int | None = None) -> Any:
        service = OWNER_OF_COMMAND[type(command)]
        return self._services.execute(service, command, self.actor, command_id, expected_version)

    def ask_of(self, service: str, query: object) -> Any:
        """For the questions every service answers."""
        return self._services.ask(service, query, self.actor)

    def seasons(self) -> tuple[SeasonView, ...]:
        found: tuple[SeasonView, ...] = self.ask(ListSeasons()).rows
        return found

    def own_cases(self, season_id: UUID) -> list[CaseRow]:
        """All that are assigned to this reviewer, in an order that does not move when one is signed."""
        rows: list[CaseRow] = []
        after = None
        while True:
            query = ListCases(season_id=season_id, reviewer_id=self.actor.subject_id, after=after, limit=_ROWS_AT_ONCE)
            answer = self.ask(query)
            rows += answer.rows
            after = answer.following
            if after is None:
                return sorted(rows, key=lambda row: row.nomination_id)

    def unit_names(self, season_id: UUID | None = None) -> dict[UUID, str]:
        return {row.unit_id: row.name for row in self.ask(ListUnits(season_id=season_id)).rows}

    def nominees(self, nomination_ids: Iterable[UUID]) -> dict[UUID, Nominee]:
        wanted = tuple(dict.fromkeys(nomination_ids))
        found: dict[UUID, Nominee] = {}
        for first in range(0, len(wanted), _NAMES_AT_ONCE):
            answer = self.ask(NameNominees(nomination_ids=wanted[first : first + _NAMES_AT_ONCE]))
            found |= {nominee.nomination_id: nominee for nominee in answer.rows}
        return found
