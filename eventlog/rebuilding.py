"""Read models built again beside those in use, which others go on reading and moving meanwhile (docs/adr/0007)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from eventlog.event import Recorded
from eventlog.projection import Projection, build, mark_built
from eventlog.store import Shadow, Store

Read = Callable[[int], Iterator[Recorded]]
"""All events from a position on, in order, as they are now."""
Report = Callable[[int], None]
"""Told how many events are in the new rows."""

NEAR = 200
"""So many events may be left for the moment in which nobody appends."""
_PAGE = 1000
_ATTEMPTS = 600
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """``held`` is for how many seconds nobody could append, ``attempts`` how often the tables were asked for."""

    events: int
    held: float
    attempts: int


def rebuild(
    store: Store, projections: Sequence[Projection], read: Read, erasures: Callable[[Connection], int], report: Report
) -> Rebuilt:
    """Fills shadow tables of these read models to the end of the log, and puts them in place.

    ``erasures`` counts the persons the log has forgotten: rows that were made of one meanwhile, and dropped again, are
    made unreadable before they become part of the database in use.

    Raises :class:`eventlog.store.AlreadyRebuilding`.
    """
    with store.shadow([table for projection in projections for table in projection.tables]) as shadow:
        building = _Building(store, shadow, projections, read, erasures)
        for attempt in range(1, _ATTEMPTS):
            building.approach(report)
            with suppress(OperationalError, _ErasedMeanwhile):
                return Rebuilt(held=building.cut_over(), events=building.reached, attempts=attempt)
            threading.Event().wait(_PAUSE_SECONDS)  # somebody is at the tables; to stand there waiting would block all
        building.approach(report)
        return Rebuilt(held=building.cut_over(), events=building.reached, attempts=_ATTEMPTS)


class _ErasedMeanwhile(Exception):
    pass


class _Building:
    """``reached`` events are in the shadow tables."""

    def __init__(
        self,
        store: Store,
        shadow: Shadow,
        projections: Sequence[Projection],
        read: Read,
        erasures: Callable[[Connection], int],
    ) -> None:
        self._store = store
        self._shadow = shadow
        self._projections = projections
        self._read = read
        self._erasures = erasures
        self._erased = self._count_erasures()
        self.reached = 0

    def approach(self, report: Report) -> None:
        erased = self._count_erasures()  # first: what drops their rows is then among what is read below
        while True:
            page = list(islice(self._read(self.reached), _PAGE))
            with self._shadow.writing() as connection:
                build(connection, self._projections, page)
            self.reached += len(page)
            report(self.reached)
            if len(page) <= NEAR:
                break
        if erased != self._erased:
            self._shadow.scrub()
            self._erased = erased

    def cut_over(self) -> float:
        """For how many seconds nobody could append."""
        with self._shadow.cutting_over() as (shadow, log):
            started = time.monotonic()
            if self._erasures(log) != self._erased:
                raise _ErasedMeanwhile
            rest = list(self._read(self.reached))
            build(shadow, self._projections, rest)
            mark_built(log, self._projections)
        self.reached += len(rest)
        return time.monotonic() - started

    def _count_erasures(self) -> int:
        with self._store.reading() as connection:
            return self._erasures(connection)
