"""Calls to other processes' RPC methods from threads that are no nameko worker.

Proxies are pooled, and one that raised or timed out is thrown away: its reply queue may still hold an answer that the
next caller would take for its own.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from kombu.exceptions import OperationalError
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from eventlog.event import Published
from eventlog.receiver import SourceUnavailable

_UNREACHABLE = (RpcTimeout, UnknownService, OperationalError, OSError, RuntimeError)
"""RuntimeError: nameko's word for a proxy whose connection was lost."""


class CallFailed(Exception):
    """No answer came: the service or the broker is away, or too slow. What was asked may still happen."""


class CallBroken(Exception):
    """The service answered with an exception of its own; what it was is in the service's log."""


class RemoteCalls:
    """``config`` is nameko's; ``timeout_seconds`` bounds every call."""

    def __init__(self, config: Mapping[str, Any], timeout_seconds: float) -> None:
        self._config = dict(config)
        self._timeout = timeout_seconds
        self._idle: list[tuple[ClusterRpcProxy, Any]] = []
        self._lock = threading.Lock()

    def __call__(self, service: str, method: str, *arguments: object) -> Any:
        proxy, cluster = self._take()
        try:
            answer = getattr(getattr(cluster, service), method)(*arguments)
        except RemoteError as error:
            self._discard(proxy)
            raise CallBroken(f"{service}.{method}: {error}") from error
        except _UNREACHABLE as error:
            self._discard(proxy)
            raise CallFailed(f"{service}.{method}: {error!r}") from error
        except BaseException:
            self._discard(proxy)
            raise
        with self._lock:
            self._idle.append((proxy, cluster))
        return answer

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for proxy, _ in idle:
            proxy.stop()

    def _take(self) -> tuple[ClusterRpcProxy, Any]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        proxy = ClusterRpcProxy(self._config, timeout=self._timeout)
        try:
            return proxy, proxy.start()
        except _UNREACHABLE as error:
            raise CallFailed(f"broker: {error!r}") from error

    def _discard(self, proxy: ClusterRpcProxy) -> None:
        try:
            proxy.stop()
        except _UNREACHABLE:
            return  # it was broken already


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
