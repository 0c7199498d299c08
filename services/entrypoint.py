"""The way into every service: check who asks, until when, and what; then run it and say what came of it.

Entry points translate. What a command may do is the domain's to decide; who may send it stands in each service's
table of routes, and what is not in the table is denied.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from contracts.actor import Actor, Role, TokenVerifier
from contracts.errors import SENTENCES, Conflict, Forbidden, Invalid, Problem, Refused, Uncertain
from contracts.rpc import Accepted, Request, refusal
from contracts.schemas import load
from eventlog import canonical
from eventlog.clock import Clock
from eventlog.codec import UnreadableEvent, from_json, to_json
from eventlog.event import EventTooLarge, Provenance
from eventlog.log import Appended, EventLog, Transaction
from eventlog.store import CommandReused, SeenVersionIsOld, WrongExpectedVersion
from standards.refusal import Refusal

Handler = Callable[[Any, Transaction, Provenance], object]
View = Callable[[Any, Connection, Actor], object]


@dataclass(frozen=True, kw_only=True)
class CommandRoute:
    """``matter`` names the field whose id correlates everything the command causes; ``own`` the field that must be
    the actor's own subject unless the actor is the office.
    """

    command: type
    handler: Handler
    roles: frozenset[Role]
    matter: str
    own: str | None = None


@dataclass(frozen=True, kw_only=True)
class QueryRoute:
    query: type
    view: View
    roles: frozenset[Role]


class Entrypoint:
    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        verifier: TokenVerifier,
        commands: Sequence[CommandRoute],
        queries: Sequence[QueryRoute],
    ) -> None:
        self._log = log
        self._clock = clock
        self._verifier = verifier
        self._commands = {route.command.__name__: route for route in commands}
        self._queries = {route.query.__name__: route for route in queries}

    def execute(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Runs a command; the reply of :mod:`contracts.rpc`."""
        return _answered(lambda: self._execute(raw))

    def ask(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Answers a query; the reply of :mod:`contracts.rpc`."""
        return _answered(lambda: self._ask(raw))

    def act(self, command: object, key: str) -> None:
        """What the service does by itself, for example because time has passed; once for each matter and key."""
        route = _route(self._commands, type(command).__name__)
        actor = Actor(account=f"system:{self._log.source}", role=Role.SYSTEM)
        matter: UUID = getattr(command, route.matter)
        by = self._provenance(command, actor, matter, uuid.uuid5(matter, key), None)
        self._log.run(lambda transaction: route.handler(command, transaction, by))

    def _execute(self, raw: Mapping[str, Any]) -> object:
        request, actor = self._admit(raw)
        route = _route(self._commands, request.operation)
        _permit(actor, route.roles, request.operation)
        command = load(route.command, request.body)
        _permit_own(actor, route.own, command)
        if request.command_id is None:
            raise Invalid("request.key_missing")
        matter: UUID = getattr(command, route.matter)
        by = self._provenance(command, actor, matter, from_json(UUID, request.command_id), request.expected_version)

        def in_time(transaction: Transaction) -> object:
            outcome = route.handler(command, transaction, by)
            _check_deadline(request)  # it may have waited for the log's lock
            return outcome

        outcome = self._log.run(in_time)
        return _accepted(outcome) if isinstance(outcome, Appended) else outcome

    def _ask(self, raw: Mapping[str, Any]) -> object:
        request, actor = self._admit(raw)
        route = _route(self._queries, request.operation)
        _permit(actor, route.roles, request.operation)
        query = load(route.query, request.body)
        with self._log.store.reading() as connection:
            return route.view(query, connection, actor)

    def _admit(self, raw: Mapping[str, Any]) -> tuple[Request, Actor]:
        request: Request = from_json(Request, raw)
        actor = self._verifier.actor(request.token)
        _check_deadline(request)
        return request, actor

    def _provenance(
        self, command: object, actor: Actor, matter: UUID, command_id: UUID, expected_version: int | None
    ) -> Provenance:
        content = canonical.dumps([type(command).__name__, to_json(command)])
        return Provenance(
            actor=actor_in_log(actor),
            command_id=command_id,
            correlation_id=matter,
            occurred_at=self._clock.now(),
            fingerprint=self._log.vault.fingerprint(content),
            expected_version=expected_version,
        )


def actor_in_log(actor: Actor) -> dict[str, str]:
    """The actor as the envelope keeps it (X-01): account, role, and whom the account stands for."""
    known = {"account": actor.account, "role": actor.role.value}
    return known | ({"subject": str(actor.subject_id)} if actor.subject_id else {})


def _check_deadline(request: Request) -> None:
    """Whoever sent it no longer waits for the answer."""
    if time.time() > request.deadline:
        raise Conflict("request.expired")


def _route(routes: Mapping[str, Any], operation: str) -> Any:
    if operation not in routes:
        raise Invalid("request.unknown_operation", name=operation)
    return routes[operation]


def _permit(actor: Actor, roles: frozenset[Role], operation: str) -> None:
    """Comes before the body is read: who may not act learns nothing of what would be wrong with it."""
    if actor.role not in roles:
        raise Forbidden("identity.role_forbidden", role=actor.role.value, operation=operation)


def _permit_own(actor: Actor, own: str | None, command: object) -> None:
    if own is not None and actor.role is not Role.OFFICE and getattr(command, own) != actor.subject_id:
        raise Forbidden("identity.not_own", role=actor.role.value)


def _accepted(appended: Appended) -> Accepted:
    for event in appended.events:
        if isinstance(event.data, Refused):
            raise Conflict(event.data.code, message=SENTENCES[event.data.code].format(**event.data.facts))
    last = appended.events[-1]
    return Accepted(
        position=appended.events[0].position,
        version=last.version,
        events=tuple(event.type for event in appended.events),
    )


_TURNED_BACK = frozenset({"40001", "40P01", "55P03", "57014"})
"""Serialization failure, deadlock, lock timeout, statement timeout: PostgreSQL has undone the transaction."""


def _failed(failure: DBAPIError) -> Problem:
    """Busy where the database says it undid everything; else the connection may have been lost after the commit."""
    cause = failure.orig
    sqlite = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the lower byte; the upper ones say more closely
    if getattr(cause, "sqlstate", None) in _TURNED_BACK or sqlite in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Conflict("request.busy")
    return Uncertain("request.outcome_unknown")


def _answered(work: Callable[[], object]) -> dict[str, Any]:
    try:
        return {"result": to_json(work())}
    except Problem as problem:
        return refusal(problem)
    except Refusal as broken_rule:
        return refusal(Invalid(broken_rule.code, message=broken_rule.message))
    except _TOLD as error:
        return refusal(_problem(error))


_TOLD = (
    SeenVersionIsOld, CommandReused, EventTooLarge, WrongExpectedVersion, OperationalError, InterfaceError,
    UnreadableEvent,
)  # fmt: skip


def _problem(error: Exception) -> Problem:
    """What the kernel or the database raised, as the sender is told of it."""
    problem: Problem = Invalid("request.unreadable")
    match error:
        case SeenVersionIsOld():
            problem = Conflict("request.stale_version", expected=error.expected, actual=error.actual)
        case CommandReused():
            problem = Invalid("request.key_reused")
        case EventTooLarge():
            problem = Invalid("request.too_much")
        case WrongExpectedVersion():
            problem = Conflict("request.busy")
        case DBAPIError():
            problem = _failed(error)
    logger = structlog.get_logger()
    tell = logger.error if isinstance(problem, Uncertain) else logger.warning
    tell("request not carried out", code=problem.code, reason=str(error).splitlines()[0])
    return problem
