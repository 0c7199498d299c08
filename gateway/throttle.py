"""Slows down guessing: every wrong try of an account makes the next one wait longer; nobody is locked out for good.

Counted by the digest of what was typed as the account, so that a name nobody has behaves like one somebody has. Names
nobody has share a count besides: there is no end of them, and every try costs as much work as a right one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text, update

from eventlog.store import Store
from gateway.store import FAILED_TRY

FREE_TRIES = 3
LONGEST_SECONDS = 900
_FORGOTTEN_AFTER_SECONDS = 3600
"""A stranger's guesses of last night must not make a clerk's first slip of the morning wait a quarter of an hour."""
STRANGERS_A_MINUTE = 30
_STRANGERS = "strangers"
"""No digest, so no name's."""
_BEGUN = text("INSERT INTO failed_try (digest, failures, last_at) VALUES (:digest, 0, 0) ON CONFLICT DO NOTHING")


@dataclass(frozen=True, kw_only=True)
class Admission:
    """``seconds`` to wait, 0 when the try is welcome now. ``first``: of the names nobody has, in this minute."""

    seconds: int
    first: bool = False


class Throttle:
    """``wall`` tells Unix time in seconds. A try counts as failed from its admission on until it has succeeded, so that
    many at once are no more than one after the other.
    """

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def admit(self, account: str) -> Admission:
        """For the name of an account."""
        with self._store.writing() as connection:
            self._forget(connection)
            return Admission(seconds=self._count(connection, account))

    def admit_stranger(self, name: str) -> Admission:
        """For a name nobody has."""
        now = int(self._wall())
        minute = now // 60 * 60
        with self._store.writing() as connection:
            self._forget(connection)
            failures, since = _tries(connection, _STRANGERS)
            before = failures if since == minute else 0
            if before >= STRANGERS_A_MINUTE:
                return Admission(seconds=minute + 60 - now)
            if seconds := self._count(connection, name):
                return Admission(seconds=seconds)
            _note(connection, _STRANGERS, before + 1, minute)
            return Admission(seconds=0, first=not before)

    def succeeded(self, account: str) -> None:
        with self._store.writing() as connection:
            connection.execute(delete(FAILED_TRY).where(FAILED_TRY.c.digest == _digest(account)))

    def _forget(self, connection: Connection) -> None:
        """First of all, while nothing else is locked that another one may wait for."""
        over = FAILED_TRY.c.last_at < int(self._wall()) - _FORGOTTEN_AFTER_SECONDS
        connection.execute(delete(FAILED_TRY).where(over))

    def _count(self, connection: Connection, name: str) -> int:
        """The seconds to wait; or 0, and the try is counted."""
        now, digest = int(self._wall()), _digest(name)
        failures, last_at = _tries(connection, digest)
        if failures >= FREE_TRIES:
            delay: int = min(2 ** (failures - FREE_TRIES) * 2, LONGEST_SECONDS)
            if last_at + delay > now:
                return last_at + delay - now
        # Beyond 20 the delay no longer grows, and 2**failures would.
        _note(connection, digest, min(failures + 1, 20), now)
        return 0


def _tries(connection: Connection, digest: str) -> tuple[int, int]:
    """(failures, when the last was); nobody else counts them until the transaction ends."""
    connection.execute(_BEGUN, {"digest": digest})
    row = connection.execute(select(FAILED_TRY).where(FAILED_TRY.c.digest == digest).with_for_update()).one()
    return row.failures, row.last_at


def _note(connection: Connection, digest: str, failures: int, at: int) -> None:
    tried = update(FAILED_TRY).where(FAILED_TRY.c.digest == digest)
    connection.execute(tried.values(failures=failures, last_at=at))


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
