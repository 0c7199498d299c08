"""Hosts a receiver on a subscription: one loop per source, so that order is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import structlog

from eventlog.broker.ports import Subscription
from eventlog.event import Published
from eventlog.receiver import TRANSIENT, Receiver
from eventlog.relay import BrokerUnavailable

WAIT_SECONDS = 0.5
CATCH_UP_SECONDS = 5.0
"""How often the source's log is asked for what the broker may have lost."""
RETRY_SECONDS = 1.0


class Subscriber:
    def __init__(self, receiver: Receiver, subscription: Subscription) -> None:
        self.receiver = receiver
        self._subscription = subscription
        self._next_look = 0.0

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop. Losing the broker only slows it down: it keeps asking the source's log.

        What is parked is tried once more at the start: whoever mended its cause has restarted the service.
        """
        self._retry_parked()
        while not stopping.is_set():
            self._listen(stopping)
            self._look(stopping)
        self._subscription.close()

    def _retry_parked(self) -> None:
        try:
            self.receiver.retry_parked()
        except TRANSIENT as error:
            self._say("parked events not tried", error)

    def _listen(self, stopping: threading.Event) -> None:
        try:
            messages = self._subscription.receive(WAIT_SECONDS)
        except BrokerUnavailable as error:
            self._say("broker unavailable", error)
            stopping.wait(RETRY_SECONDS)
            return
        try:
            if self._applied(messages):
                self._subscription.settle()
            else:
                self._subscription.give_back()
                stopping.wait(RETRY_SECONDS)
        except BrokerUnavailable as error:
            self._say("broker unavailable", error)

    def _applied(self, messages: Sequence[Published]) -> bool:
        try:
            self.receiver.receive(messages)
        except TRANSIENT as error:
            self._say("messages given back", error)
            return False
        return True

    def _look(self, stopping: threading.Event) -> None:
        if time.monotonic() < self._next_look or stopping.is_set():
            return
        self._next_look = time.monotonic() + CATCH_UP_SECONDS
        try:
            self.receiver.catch_up()
        except TRANSIENT as error:
            if not stopping.is_set():  # whom we ask may be stopping with us
                self._say("source not asked", error)

    def _say(self, what: str, error: Exception) -> None:
        structlog.get_logger().warning(what, source=self.receiver.source_name, reason=str(error).splitlines()[0])
