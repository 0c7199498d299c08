"""What auditors found when they verified the logs on their own machines, as they filed it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from contracts.actor import Actor, Role
from contracts.errors import Forbidden, Invalid
from eventlog import canonical
from eventlog.clock import Clock
from eventlog.codec import to_json
from eventlog.event import Provenance, Recorded
from eventlog.log import EventLog
from eventlog.store import CommandReused
from eventlog.stream import StreamName
from gateway.events import LogReached, VerificationFiled
from gateway.store import LOG_REACHED, VERIFICATION
from gateway.verification_report import Report
from gateway.wording import OPERATIONS

SHOWN = 50
"""So many of the last verifications are told."""


@dataclass(frozen=True, kw_only=True)
class VerificationView:
    verification_id: UUID
    account: str
    filed_at: datetime
    findings: int
    exit_code: int
    logs: tuple[LogReached, ...]


def may_file(actor: Actor) -> bool:
    return actor.role is Role.AUDITOR


def file(log: EventLog, clock: Clock, actor: Actor, command_id: UUID, report: Report) -> Recorded:
    """The event; the same command files it once. :class:`Forbidden` to anybody but an auditor; :class:`Invalid`
    ``request.key_reused`` when the command stood for another report.
    """
    if not may_file(actor):
        operation = OPERATIONS["FileVerification"].title
        raise Forbidden("identity.role_forbidden", role=actor.role.value, operation=operation)
    event = VerificationFiled(
        verification_id=uuid5(command_id, "verification_id"),
        account=actor.account,
        findings=report.findings,
        exit_code=report.exit_code,
        logs=report.logs,
    )
    by = Provenance(
        actor={"account": actor.account, "role": actor.role.value},
        command_id=command_id,
        correlation_id=event.verification_id,
        occurred_at=clock.now(),
        fingerprint=hashlib.sha256(canonical.dumps(to_json(event))).hexdigest(),
    )
    stream = StreamName("verification", event.verification_id)
    try:
        appended = log.run(lambda transaction: transaction.decide(stream, _unfolded, None, lambda _: [event], by))
    except CommandReused:
        raise Invalid("request.key_reused") from None
    return appended.events[0]


def filed(log: EventLog) -> tuple[VerificationView, ...]:
    """Newest first."""
    with log.store.reading() as connection:
        rows = connection.execute(select(VERIFICATION).order_by(VERIFICATION.c.position.desc()).limit(SHOWN)).all()
        wanted = LOG_REACHED.c.verification_id.in_([row.verification_id for row in rows])
        reached = connection.execute(select(LOG_REACHED).where(wanted).order_by(LOG_REACHED.c.place)).all()
    return tuple(
        VerificationView(
            verification_id=UUID(row.verification_id),
            account=row.account,
            filed_at=datetime.fromisoformat(row.filed_at),
            findings=row.findings,
            exit_code=row.exit_code,
            logs=tuple(
                LogReached(
                    log=one.log, events=one.events, size=one.size, root=one.root, cosigners=tuple(one.cosigners.split())
                )
                for one in reached
                if one.verification_id == row.verification_id
            ),
        )
        for row in rows
    )


def _unfolded(state: None, _event: object) -> None:
    return state
