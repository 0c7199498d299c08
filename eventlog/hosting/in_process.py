"""RPC within one process: kombu's memory transport, waking its readers instead of letting them poll.

nameko reads ``content_type`` and ``content_encoding`` from a message's properties, where the memory transport does not
put them.
"""

from __future__ import annotations

import threading
import time
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, memory, virtual

URL = "in-process://"
_WAIT_SECONDS = 0.5

_arrived = threading.Condition()
_arrivals = 0


class _Message(virtual.Message):
    def __init__(self, payload: dict[str, Any], channel: object = None, **kwargs: object) -> None:
        super().__init__(payload, channel=channel, **kwargs)  # type: ignore[no-untyped-call]  # kombu's
        self.properties["content_type"] = self.content_type
        self.properties["content_encoding"] = self.content_encoding


class Channel(memory.Channel):
    Message = _Message

    def _put(self, queue: str, message: object, **kwargs: object) -> None:
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]  # kombu's
        _announce()

    def _put_fanout(self, exchange: str, message: object, routing_key: str | None = None, **kwargs: object) -> None:
        super()._put_fanout(exchange, message, routing_key, **kwargs)  # type: ignore[no-untyped-call]  # kombu's
        _announce()

    def close(self) -> None:
        """Only this channel: the memory transport's own ``close`` would forget the queues of all others."""
        super(memory.Channel, self).close()  # type: ignore[no-untyped-call]  # kombu's


class Transport(memory.Transport):
    Channel = Channel

    def drain_events(self, connection: object, timeout: float | None = None, **_: object) -> None:
        del connection
        assert self.cycle is not None
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            seen = _arrivals
            try:
                self.cycle.get(self._deliver, timeout=0)
            except Empty:
                left = _WAIT_SECONDS if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError from None
                with _arrived:
                    if seen == _arrivals:
                        _arrived.wait(min(left, _WAIT_SECONDS))
            else:
                return


def _announce() -> None:
    global _arrivals  # noqa: PLW0603 -- the transport's queues are global too
    with _arrived:
        _arrivals += 1
        _arrived.notify_all()


def install() -> None:
    """Lets kombu open ``in-process://``."""
    TRANSPORT_ALIASES["in-process"] = f"{__name__}:Transport"
