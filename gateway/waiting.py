"""Workbooks that were checked and wait for their sender to confirm them: kept half an hour, for their sender alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import OperationalError

from contracts.actor import Actor
from eventlog.store import NotScrubbed, Store
from gateway.store import WAITING_WORKBOOK

KEPT_SECONDS = 30 * 60
_PURGED_EVERY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """``name`` is the file's as its sender calls it."""

    unit_id: UUID
    name: str
    content: bytes


class WaitingWorkbooks:
    """By the idempotency key they will be submitted with. ``wall`` tells Unix time in seconds."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall
        self._unscrubbed = True
        """Somebody was at the table; nor is it known what an earlier process left."""

    def keep(self, key: str, actor: Actor, workbook: Waiting) -> None:
        self._drop(_over(self._now()) | (WAITING_WORKBOOK.c.key == key))
        with self._store.writing() as connection:
            connection.execute(
                insert(WAITING_WORKBOOK).values(
                    key=key,
                    account=actor.account,
                    unit_id=str(workbook.unit_id),
                    name=workbook.name,
                    content=workbook.content,
                    kept_at=self._now(),
                )
            )

    def find(self, key: str, actor: Actor) -> Waiting | None:
        self._drop(_over(self._now()))
        mine = (WAITING_WORKBOOK.c.key == key) & (WAITING_WORKBOOK.c.account == actor.account)
        with self._store.reading() as connection:
            row = connection.execute(select(WAITING_WORKBOOK).where(mine)).one_or_none()
        return None if row is None else Waiting(unit_id=UUID(row.unit_id), name=row.name, content=row.content)

    def forget(self, key: str) -> None:
        self._drop(WAITING_WORKBOOK.c.key == key)

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop: forgets what waited too long, though nobody comes back. The database may be away."""
        while not stopping.is_set():
            try:
                self._drop(_over(self._now()))
            except OperationalError as error:
                structlog.get_logger().warning("workbooks not purged", reason=str(error).splitlines()[0])
            stopping.wait(_PURGED_EVERY_SECONDS)

    def _drop(self, which: ColumnElement[bool]) -> None:
        """They are full of personal data: out of the tables, and out of the database's files."""
        with self._store.writing() as connection:
            dropped = connection.execute(delete(WAITING_WORKBOOK).where(which)).rowcount
        if not dropped and not self._unscrubbed:
            return
        try:
            self._store.scrub([WAITING_WORKBOOK.name])
        except NotScrubbed as busy:
            structlog.get_logger().warning("dead rows stay until the next purge", reason=str(busy))
            self._unscrubbed = True
        else:
            self._unscrubbed = False

    def _now(self) -> int:
        return int(self._wall())


def _over(now: int) -> ColumnElement[bool]:
    return WAITING_WORKBOOK.c.kept_at < now - KEPT_SECONDS
