"""How the gateway reaches the services: nameko's standalone proxies, pooled.

A proxy is used by one thread at a time and is thrown away after any fault: nameko keeps a late answer in it for ever,
and a broken connection is found out only by the next caller. Making one costs several calls' time, hence the pool.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from contracts.actor import Actor, TokenSigner
from contracts.nomination import ImportNominations, ImportReport
from contracts.rpc import Accepted, Request, result_of
from eventlog.codec import from_json, to_json
from gateway.desk import ANSWERS
from gateway.problems import Unavailable

COMMAND_SECONDS = 5.0
QUERY_SECONDS = 3.0
_KEPT_PROXIES = 16

_log = structlog.get_logger(__name__)


class Services:
    """``config`` is nameko's (``AMQP_URI`` and what else the broker needs)."""

    def __init__(self, config: Mapping[str, Any], signer: TokenSigner) -> None:
        self._signer = signer
        self._commands = _Pool(config, COMMAND_SECONDS)
        self._queries = _Pool(config, QUERY_SECONDS)

    def execute(
        self, service: str, command: object, actor: Actor, command_id: UUID, expected_version: int | None = None
    ) -> Any:
        """:class:`Accepted`, or :class:`ImportReport` of an import.

        Raises the service's :class:`contracts.errors.Problem`, or :class:`Unavailable`. A broken connection is tried
        once more with the same command id, which cannot act twice.
        """

        def request() -> Request:
            return Request(
                operation=type(command).__name__,
                body=to_json(command),
                token=self._signer.sign(actor, service),
                deadline=time.time() + COMMAND_SECONDS,
                command_id=str(command_id),
                expected_version=expected_version,
            )

        answer = ImportReport if isinstance(command, ImportNominations) else Accepted
        return from_json(answer, result_of(self._commands.call(service, "execute", request)))

    def ask(self, service: str, query: object, actor: Actor) -> Any:
        """The answer :data:`gateway.desk.ANSWERS` names; raises as :meth:`execute` does."""

        def request() -> Request:
            return Request(
                operation=type(query).__name__,
                body=to_json(query),
                token=self._signer.sign(actor, service),
                deadline=time.time() + QUERY_SECONDS,
            )

        return from_json(ANSWERS[type(query)], result_of(self._queries.call(service, "ask", request)))

    def close(self) -> None:
        self._commands.close()
        self._queries.close()


class _Pool:
    """Last in, first out: the proxy used last is the one most likely to be alive."""

    def __init__(self, config: Mapping[str, Any], seconds: float) -> None:
        self._config = dict(config)
        self._seconds = seconds
        self._idle: deque[tuple[ClusterRpcProxy, Any]] = deque()

    def call(self, service: str, method: str, request: Callable[[], Request]) -> Any:
        for last in (False, True):
            try:
                return self._call_once(service, method, to_json(request()))
            except (RpcTimeout, UnknownService) as error:
                _log.warning("service did not answer", service=service, method=method, error=repr(error))
                raise Unavailable(service) from None
            except RemoteError:
                raise
            except Exception as error:  # no closed list exists of what amqp, kombu and nameko raise
                _log.warning("connection lost", service=service, method=method, error=repr(error), again=not last)
                if last:
                    raise Unavailable(service) from error
                self.close()
        raise AssertionError("unreachable")

    def _call_once(self, service: str, method: str, body: Any) -> Any:
        owner, proxy = self._take()
        try:
            reply = getattr(proxy[service], method)(body)
        except BaseException:
            _discard(owner)
            raise
        if len(self._idle) < _KEPT_PROXIES:
            self._idle.append((owner, proxy))
        else:
            _discard(owner)
        return reply

    def _take(self) -> tuple[ClusterRpcProxy, Any]:
        try:
            return self._idle.pop()
        except IndexError:
            owner = ClusterRpcProxy(self._config, timeout=self._seconds)
            try:
                return owner, owner.start()
            except BaseException:
                _discard(owner)
                raise

    def close(self) -> None:
        while self._idle:
            _discard(self._idle.pop()[0])


def _discard(owner: ClusterRpcProxy) -> None:
    try:
        owner.stop()
    except Exception as error:  # noqa: BLE001 -- it is broken already, which is why it goes
        _log.debug("proxy did not stop cleanly", error=repr(error))
