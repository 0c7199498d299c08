"""Accounts: opened by an operator, proved by a password, folded from the gateway's own log."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4, uuid5

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Row, insert, select

from contracts.actor import FOR_SOMEBODY, Actor, Role
from contracts.errors import Conflict, FieldProblem, Invalid
from eventlog import canonical
from eventlog.clock import Clock
from eventlog.codec import to_json
from eventlog.event import Provenance
from eventlog.log import EventLog
from eventlog.stream import StreamName
from gateway.events import AccountOpened, Means, SignedIn, SignedOut, SignInRefused
from gateway.problems import TooManyTries, Unauthenticated
from gateway.store import ACCOUNT, CREDENTIAL
from gateway.throttle import Throttle

_Account = Row[str, str, str | None, str]
"""account, role, subject_id, argon2"""

LEAST_PASSWORD, MOST_PASSWORD = 8, 128
"""Code points (NIST SP 800-63B-4 §3.1.1.2 asks for at least 8 and for 64 to be allowed)."""

_REMEMBERED_SECONDS = 180
_REMEMBERED_MOST = 500
_NAMESPACE = UUID("0d3f6a0e-6a53-5d0c-9f3e-2f1b7a51c9e4")
_STRANGER = uuid5(_NAMESPACE, "")
"""The stream of refusals of names that no account has."""


class Accounts:
    """``clock`` dates the events; ``wall`` measures waiting and remembering, in Unix seconds."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        *,
        hasher: PasswordHasher | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.log = log
        self.wall = wall
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._throttle = Throttle(log.store, wall)
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._cache_key = secrets.token_bytes(32)
        self._remembered: dict[bytes, tuple[Actor, float]] = {}
        self._proving = [threading.Lock() for _ in range(16)]

    def open_account(self, account: str, password: str, role: Role, subject_id: UUID | None) -> None:
        """:class:`Conflict` ``identity.account_exists``; :class:`Invalid` when the password is too short or long, or
        ``subject_id`` is missing of a role that acts for somebody.
        """
        if role in FOR_SOMEBODY and subject_id is None:
            raise Invalid("identity.subject_missing", role=role.value)
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            sentence = f"口令应为 {LEAST_PASSWORD} 至 {MOST_PASSWORD} 个字符。"
            raise Invalid.of([FieldProblem("/password", "length", sentence)])
        hashed = self._hasher.hash(password)
        opened = AccountOpened(account=account, role=role, subject_id=subject_id)
        with self.log.transaction() as transaction:
            if transaction.connection.execute(select(ACCOUNT).where(ACCOUNT.c.account == account)).first():
                raise Conflict("identity.account_exists", account=account)
            actor = Actor(account=SYSTEM_ACCOUNT, role=Role.SYSTEM)
            transaction.append(_stream(account), [opened], -1, self._provenance(actor, opened))
            transaction.connection.execute(insert(CREDENTIAL).values(account=account, argon2=hashed))

    def sign_in(self, account: str, password: str, means: Means) -> Actor:
        """Who this is, or :class:`Unauthenticated`, or :class:`TooManyTries`; each answer is in the log but the last,
        and of those to names nobody has the first in a minute.

        An unknown account costs the same time as a wrong password.
        """
        row = self._row(account)
        admitted = self._throttle.admit(account) if row else self._throttle.admit_stranger(account)
        if admitted.seconds:
            raise TooManyTries(admitted.seconds)
        proved = self._proves(row.argon2 if row else self._nobody, password)
        if row is None:
            if admitted.first:
                refused = SignInRefused(account=None, means=means)
                self._append(StreamName("account", _STRANGER), refused, Actor(account="-", role=Role.SYSTEM))
            raise Unauthenticated("identity.wrong_password")
        actor = _actor(row)
        if not proved:
            self._append(_stream(account), SignInRefused(account=account, means=means), actor)
            raise Unauthenticated("identity.wrong_password")
        self._throttle.succeeded(account)
        self._append(_stream(account), SignedIn(account=account, means=means), actor)
        return actor

    def recognise(self, account: str, password: str) -> Actor:
        """For a client that sends the password with every request: proved by argon2 once in a few minutes."""
        key = hmac.digest(self._cache_key, f"{account}\n{password}".encode(), hashlib.sha256)
        if (known := self._recalled(key)) is not None:
            return known
        with self._proving[key[0] % len(self._proving)]:
            # Of a client's first requests, sent at once, one is proved; the others would count as so many tries.
            if (known := self._recalled(key)) is not None:
                return known
            actor = self.sign_in(account, password, Means.BASIC)
            if len(self._remembered) >= _REMEMBERED_MOST:
                self._remembered.clear()
            self._remembered[key] = (actor, self.wall() + _REMEMBERED_SECONDS)
            return actor

    def _recalled(self, key: bytes) -> Actor | None:
        actor, until = self._remembered.get(key, (None, 0.0))
        return actor if self.wall() < until else None

    def signed_out(self, actor: Actor) -> None:
        self._append(_stream(actor.account), SignedOut(account=actor.account), actor)

    def actor(self, account: str) -> Actor | None:
        row = self._row(account)
        return _actor(row) if row else None

    def accounts_by_subject(self) -> dict[UUID, str]:
        """The account of each unit, reviewer or inspector that has one."""
        with self.log.store.reading() as connection:
            rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.subject_id.is_not(None))).all()
        return {UUID(row.subject_id): row.account for row in rows}

    def _proves(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerificationError:
            return False

    def _row(self, account: str) -> _Account | None:
        if "\0" in account:
            return None  # PostgreSQL, which can hold no such name, would fail at being asked for it
        query = (
            select(ACCOUNT.c.account, ACCOUNT.c.role, ACCOUNT.c.subject_id, CREDENTIAL.c.argon2)
            .join_from(ACCOUNT, CREDENTIAL, ACCOUNT.c.account == CREDENTIAL.c.account)
            .where(ACCOUNT.c.account == account)
        )
        with self.log.store.reading() as connection:
            return connection.execute(query).one_or_none()

    def _append(self, stream: StreamName, event: object, actor: Actor) -> None:
        by = self._provenance(actor, event)
        self.log.run(lambda transaction: transaction.decide(stream, _unfolded, None, lambda _: [event], by))

    def _provenance(self, actor: Actor, event: object) -> Provenance:
        command_id = uuid4()
        return Provenance(
            actor={"account": actor.account, "role": actor.role.value},
            command_id=command_id,
            correlation_id=command_id,
            occurred_at=self._clock.now(),
            fingerprint=hashlib.sha256(canonical.dumps(to_json(event))).hexdigest(),
        )


SYSTEM_ACCOUNT = "biaobing"


def _stream(account: str) -> StreamName:
    return StreamName("account", uuid5(_NAMESPACE, account))


def _unfolded(state: None, _event: object) -> None:
    return state


def _actor(row: _Account) -> Actor:
    return Actor(account=row.account, role=Role(row.role), subject_id=UUID(row.subject_id) if row.subject_id else None)
