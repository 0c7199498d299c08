"""How the gateway and the services talk: one envelope for every request, one for every reply.

A service has five RPC methods: ``execute(request)`` runs a command, ``ask(request)`` answers a query,
``read_published(first, limit)`` reads its log for subscribers, and ``add_checkpoint(text)`` and
``offer_checkpoint(old, cosignatures)`` let logs cosign each other (ADR 4). Errors travel inside the reply, so that no
exception class has to be importable on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from contracts.errors import KINDS, FieldProblem, Problem
from contracts.fields import Items, Label


@dataclass(frozen=True, kw_only=True)
class Request:
    """``operation`` is the class name of a command or query and ``body`` its JSON form.

    ``deadline`` is Unix time in seconds: a command that arrives later is refused, because its caller has given up.
    ``command_id`` makes a command idempotent; ``expected_version`` is the stream version the caller saw (If-Match).
    """

    operation: str
    body: Mapping[str, Any]
    token: str
    deadline: float
    command_id: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The answer to a command: where its first event stands; ``version`` is the stream's afterwards."""

    position: int
    version: int
    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TellTimeline:
    """Every service answers it: what its log says about a thing, oldest first."""

    thing: Annotated[UUID, Label("编号")]


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    source: str
    position: int
    type: str
    occurred_at: datetime
    actor: str
    role: str
    subject: str
    leafhash: str
    hlc_ms: int
    hlc_counter: int
    details: Annotated[tuple[Detail, ...], Items(0, 100)]


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A field of the event a person wants to read; nothing personal."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class TimelineView:
    rows: tuple[TimelineEntry, ...]


@dataclass(frozen=True, kw_only=True)
class TellLog:
    """Every service answers it: how far its log reaches and what waits for a person."""


@dataclass(frozen=True, kw_only=True)
class LogView:
    source: str
    events: int
    published: int
    parked: tuple[ParkedEvent, ...]


@dataclass(frozen=True, kw_only=True)
class ParkedEvent:
    source: str
    pub_seq: int
    stream: str
    reason: str


def refusal(problem: Problem) -> dict[str, Any]:
    """The reply that carries a problem."""
    return {
        "problem": {
            "kind": type(problem).__name__,
            "code": problem.code,
            "message": problem.message,
            "fields": [[field.pointer, field.code, field.message] for field in problem.fields],
        }
    }


def result_of(reply: Mapping[str, Any]) -> Any:
    """The result in a reply, or the problem in it, raised."""
    if "problem" not in reply:
        return reply["result"]
    carried = reply["problem"]
    fields = tuple(FieldProblem(*field) for field in carried["fields"])
    raise KINDS[carried["kind"]](carried["code"], fields, message=carried["message"])


QUERIES: dict[type, type] = {TellTimeline: TimelineView, TellLog: LogView}
