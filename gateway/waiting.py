"""Workbooks that were checked and wait for their sender to confirm them: kept half an hour, for their sender alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select

from contracts.actor import Actor
from eventlog.store import Store
from gateway.store import WAITING_WORKBOOK

KEPT_SECONDS = 30 * 60


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

    def keep(self, key: str, actor: Actor, workbook: Waiting) -> None:
        now = int(self._wall())
        with self._store.writing() as connection:
            over = WAITING_WORKBOOK.c.kept_at < now - KEPT_SECONDS
            connection.execute(delete(WAITING_WORKBOOK).where(over | (WAITING_WORKBOOK.c.key == key)))
            connection.execute(
                insert(WAITING_WORKBOOK).values(
                    key=key,
                    account=actor.account,
                    unit_id=str(workbook.unit_id),
                    name=workbook.name,
                    content=workbook.content,
                    kept_at=now,
                )
            )

    def find(self, key: str, actor: Actor) -> Waiting | None:
        mine = (WAITING_WORKBOOK.c.key == key) & (WAITING_WORKBOOK.c.account == actor.account)
        fresh = WAITING_WORKBOOK.c.kept_at >= int(self._wall()) - KEPT_SECONDS
        with self._store.reading() as connection:
            row = connection.execute(select(WAITING_WORKBOOK).where(mine & fresh)).one_or_none()
        return None if row is None else Waiting(unit_id=UUID(row.unit_id), name=row.name, content=row.content)

    def forget(self, key: str) -> None:
        with self._store.writing() as connection:
            connection.execute(delete(WAITING_WORKBOOK).where(WAITING_WORKBOOK.c.key == key))
