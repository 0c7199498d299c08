"""Slows down guessing: every wrong try of an account makes the next one wait longer; nobody is locked out for good.

Counted by the digest of what was typed as the account, so that a name nobody has behaves like one somebody has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import delete, select

from eventlog.projection import upsert
from eventlog.store import Store
from gateway.store import FAILED_TRY

FREE_TRIES = 3
LONGEST_SECONDS = 900
_FORGOTTEN_AFTER_SECONDS = 86_400


class Throttle:
    """``wall`` tells Unix time in seconds."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def seconds_to_wait(self, account: str) -> int:
        """0 when a try is welcome now."""
        with self._store.reading() as connection:
            row = connection.execute(select(FAILED_TRY).where(FAILED_TRY.c.digest == _digest(account))).one_or_none()
        if row is None or row.failures < FREE_TRIES:
            return 0
        delay = min(2 ** (row.failures - FREE_TRIES) * 2, LONGEST_SECONDS)
        until: int = row.last_at + delay
        return max(0, until - int(self._wall()))

    def failed(self, account: str) -> None:
        now = int(self._wall())
        digest = _digest(account)
        with self._store.writing() as connection:
            connection.execute(delete(FAILED_TRY).where(FAILED_TRY.c.last_at < now - _FORGOTTEN_AFTER_SECONDS))
            count = connection.execute(select(FAILED_TRY.c.failures).where(FAILED_TRY.c.digest == digest)).scalar()
            # Beyond 20 the delay no longer grows, and 2**count would.
            upsert(connection, FAILED_TRY, {"digest": digest}, {"failures": min((count or 0) + 1, 20), "last_at": now})

    def succeeded(self, account: str) -> None:
        with self._store.writing() as connection:
            connection.execute(delete(FAILED_TRY).where(FAILED_TRY.c.digest == _digest(account)))


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
