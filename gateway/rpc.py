"""How the gateway reaches the services."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from contracts.actor import Actor, TokenSigner
from contracts.nomination import ImportNominations, ImportReport
from contracts.review import ObjectionText, ReadObjection
from contracts.rpc import Accepted, Request, result_of
from eventlog.codec import from_json, to_json
from eventlog.hosting.calls import CallFailed, RemoteCalls
from gateway.desk import ANSWERS
from gateway.problems import Unavailable

COMMAND_SECONDS = 5.0
QUERY_SECONDS = 3.0

_log = structlog.get_logger(__name__)


REPORTS: dict[type, type] = {ImportNominations: ImportReport, ReadObjection: ObjectionText}
"""Commands that answer with more than that they were accepted."""


class Services:
    """``config`` is nameko's (``AMQP_URI`` and what else the broker needs)."""

    def __init__(self, config: Mapping[str, Any], signer: TokenSigner) -> None:
        self._signer = signer
        self._commands = RemoteCalls(config, COMMAND_SECONDS)
        self._queries = RemoteCalls(config, QUERY_SECONDS)

    def execute(
        self, service: str, command: object, actor: Actor, command_id: UUID, expected_version: int | None = None
    ) -> Any:
        """:class:`Accepted`, or what :data:`REPORTS` names for the command.

        Raises the service's :class:`contracts.errors.Problem`, or :class:`Unavailable`. A broken connection is tried
        once more with the same command id, which cannot act twice.
        """
        request = Request(
            operation=type(command).__name__,
            body=to_json(command),
            token=self._signer.sign(actor, service),
            deadline=time.time() + COMMAND_SECONDS,
            command_id=str(command_id),
            expected_version=expected_version,
        )
        answer = REPORTS.get(type(command), Accepted)
        return from_json(answer, _call(self._commands, service, "execute", request))

    def ask(self, service: str, query: object, actor: Actor) -> Any:
        """The answer :data:`gateway.desk.ANSWERS` names; raises as :meth:`execute` does."""
        request = Request(
            operation=type(query).__name__,
            body=to_json(query),
            token=self._signer.sign(actor, service),
            deadline=time.time() + QUERY_SECONDS,
        )
        return from_json(ANSWERS[type(query)], _call(self._queries, service, "ask", request))

    def close(self) -> None:
        self._commands.close()
        self._queries.close()


def _call(calls: RemoteCalls, service: str, method: str, request: Request) -> Any:
    try:
        reply = calls(service, method, to_json(request))
    except CallFailed as error:
        _log.warning("service did not answer", service=service, method=method, error=str(error))
        raise Unavailable(service) from error
    return result_of(reply)
