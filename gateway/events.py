"""The gateway's own log: who may sign in and who did, and what auditors filed. No password and nothing typed by a
stranger enters it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from contracts.actor import Role


class Means(Enum):
    """How somebody proved who they are."""

    FORM = "form"
    BASIC = "basic"


@dataclass(frozen=True, kw_only=True)
class AccountOpened:
    account: str
    role: Role
    subject_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    account: str
    means: Means


@dataclass(frozen=True, kw_only=True)
class SignInRefused:
    """``account`` is null when there is none of the typed name: people type passwords there. Such are told once a
    minute, however many there were: strangers must not fill a log that is kept for ever.
    """

    account: str | None
    means: Means


@dataclass(frozen=True, kw_only=True)
class SignedOut:
    account: str


@dataclass(frozen=True, kw_only=True)
class ComplaintReceived:
    """Neither who complained nor about what stands in the log (G-08)."""

    complaint_id: UUID


@dataclass(frozen=True, kw_only=True)
class LogReached:
    """How far a verification got in one log. ``size`` and ``root`` (hexadecimal) are those of the signed checkpoint it
    was held against, null where it was held against none.
    """

    log: str
    events: int
    size: int | None
    root: str | None
    cosigners: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VerificationFiled:
    """An auditor filed what ``biaobing audit verify --json`` printed; ``exit_code`` is what it ended with."""

    verification_id: UUID
    account: str
    findings: int
    exit_code: int
    logs: tuple[LogReached, ...]


PRIVATE = (AccountOpened, SignedIn, SignInRefused, SignedOut, ComplaintReceived, VerificationFiled)
