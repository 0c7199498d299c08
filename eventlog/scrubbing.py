"""The scrubber: tries again to take erased persons out of the database's files, where somebody was at them before."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy.exc import OperationalError

from eventlog.log import EventLog

EVERY_SECONDS = 60.0


class Scrubber:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop; the database may be away."""
        while not stopping.wait(EVERY_SECONDS):
            try:
                self._log.scrub()
            except OperationalError as error:
                reason = str(error).splitlines()[0]
                structlog.get_logger().warning("scrubber waits", log=self._log.source, reason=reason)
