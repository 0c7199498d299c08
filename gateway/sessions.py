"""Server-side sessions of people at the pages: the cookie holds a random id, the row its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select, update

from eventlog.store import Store
from gateway.store import SESSION

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 3600
_TOUCHED_EVERY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Session:
    """``form_token`` stands in every form of the session and must come back with it."""

    account: str
    form_token: str


class Sessions:
    """``wall`` tells Unix time in seconds."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def open(self, account: str) -> str:
        """The secret for the cookie: 256 random bits. Forgets sessions that are over."""
        secret = secrets.token_urlsafe(32)
        now = int(self._wall())
        over = or_(SESSION.c.seen_at < now - IDLE_SECONDS, SESSION.c.opened_at < now - ABSOLUTE_SECONDS)
        with self._store.writing() as connection:
            connection.execute(delete(SESSION).where(over))
            connection.execute(
                insert(SESSION).values(
                    digest=_digest(secret),
                    account=account,
                    form_token=secrets.token_urlsafe(24),
                    opened_at=now,
                    seen_at=now,
                )
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """The session, unless it is over; being seen keeps it from falling idle."""
        now = int(self._wall())
        with self._store.reading() as connection:
            row = connection.execute(select(SESSION).where(SESSION.c.digest == _digest(secret))).one_or_none()
        if row is None or row.seen_at < now - IDLE_SECONDS or row.opened_at < now - ABSOLUTE_SECONDS:
            return None
        if row.seen_at < now - _TOUCHED_EVERY_SECONDS:
            with self._store.writing() as connection:
                connection.execute(update(SESSION).where(SESSION.c.digest == row.digest).values(seen_at=now))
        return Session(account=row.account, form_token=row.form_token)

    def close(self, secret: str) -> None:
        with self._store.writing() as connection:
            connection.execute(delete(SESSION).where(SESSION.c.digest == _digest(secret)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
