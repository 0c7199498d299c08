"""Calls to other processes' RPC methods from threads that are no nameko worker.

nameko's standalone proxies are pooled, as making one costs several calls' time. One is used by one thread at a time and
is thrown away after any fault: its reply queue may still hold an answer that the next caller would take for its own.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from eventlog.event import Published
from eventlog.proof.cosigning import Away
from eventlog.proof.witness import Answer
from eventlog.receiver import SourceUnavailable

_KEPT_PROXIES = 16

_log = structlog.get_logger(__name__)


class CallFailed(Exception):
    """No answer came: the service or the broker is away, or too slow. What was asked may still happen."""


class CallBroken(Exception):
    """The service answered with an exception of its own; what it was is in the service's log."""


class _ConnectionLost(Exception):
    """On the way there or back, or on the way to the broker."""


class RemoteCalls:
    """``config`` is nameko's; ``timeout_seconds`` bounds every call.

    A call whose connection was lost is made once more, so only what may be asked twice may be asked: a query, or a
    command that carries its id.
    """

    def __init__(self, config: Mapping[str, Any], timeout_seconds: float) -> None:
        self._config = dict(config)
        self._timeout = timeout_seconds
        # Last in, first out: the proxy used last is the one most likely to be alive.
        self._idle: deque[tuple[ClusterRpcProxy, Any]] = deque()

    def __call__(self, service: str, method: str, *arguments: object) -> Any:
        """The answer. Raises :class:`CallFailed` or :class:`CallBroken`."""
        try:
            return self._call(service, method, arguments)
        except _ConnectionLost as error:
            _log.warning("connection lost, asking again", service=service, method=method, error=str(error))
        self.close()  # the others went to the same broker
        try:
            return self._call(service, method, arguments)
        except _ConnectionLost as error:
            raise CallFailed(f"{service}.{method}: {error}") from error

    def close(self) -> None:
        while self._idle:
            _discard(self._idle.pop()[0])

    def _call(self, service: str, method: str, arguments: tuple[object, ...]) -> Any:
        proxy, cluster = self._take()
        try:
            answer = getattr(cluster[service], method)(*arguments)
        except RemoteError as error:
            _discard(proxy)
            raise CallBroken(f"{service}.{method}: {error}") from error
        except (RpcTimeout, UnknownService) as error:
            _discard(proxy)
            raise CallFailed(f"{service}.{method}: {error!r}") from error
        except Exception as error:  # no closed list exists of what amqp, kombu and nameko raise
            _discard(proxy)
            raise _ConnectionLost(repr(error)) from error
        if len(self._idle) < _KEPT_PROXIES:
            self._idle.append((proxy, cluster))
        else:
            _discard(proxy)
        return answer

    def _take(self) -> tuple[ClusterRpcProxy, Any]:
        try:
            return self._idle.pop()
        except IndexError:
            proxy = ClusterRpcProxy(self._config, timeout=self._timeout)
        try:
            return proxy, proxy.start()
        except Exception as error:  # as above
            _discard(proxy)
            raise _ConnectionLost(f"broker: {error!r}") from error


def _discard(proxy: ClusterRpcProxy) -> None:
    try:
        proxy.stop()
    except Exception as error:  # noqa: BLE001 -- it is broken already, which is why it goes
        _log.debug("proxy did not stop cleanly", error=repr(error))


class RemoteSource:
    """Another service's log, asked through its ``read_published`` method."""

    def __init__(self, calls: RemoteCalls, source: str) -> None:
        self._calls = calls
        self._source = source

    def read_published(self, first: int, limit: int) -> Sequence[Published]:
        try:
            rows = self._calls(self._source, "read_published", first, limit)
        except (CallFailed, CallBroken) as error:
            raise SourceUnavailable(str(error)) from error
        return [
            Published(source=self._source, pub_seq=pub_seq, position=position, leaf=base64.b64decode(leaf))
            for pub_seq, position, leaf in rows
        ]


class RemoteNotary:
    """Another service's notary, asked through its ``add_checkpoint`` and ``offer_checkpoint`` methods."""

    def __init__(self, calls: RemoteCalls, service: str) -> None:
        self._calls = calls
        self._service = service

    def add_checkpoint(self, text: str) -> Answer:
        status, answer = self._call("add_checkpoint", text)
        return status, answer

    def offer_checkpoint(self, old: int, cosignatures: str) -> str:
        offered: str = self._call("offer_checkpoint", old, cosignatures)
        return offered

    def _call(self, method: str, *arguments: object) -> Any:
        try:
            return self._calls(self._service, method, *arguments)
        except (CallFailed, CallBroken) as error:
            raise Away(str(error)) from error
