"""Complaints and suggestions about the campaign's own burden (G-08): anybody signed in may write, nobody is named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from contracts.actor import Role
from contracts.fields import Label, Length
from eventlog.clock import Clock
from eventlog.event import Provenance
from eventlog.log import EventLog
from eventlog.stream import StreamName
from gateway.accounts import SYSTEM_ACCOUNT
from gateway.events import ComplaintReceived
from gateway.store import COMPLAINT


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What the form asks for; the contact is the writer's to give."""

    content: Annotated[str, Label("投诉或建议"), Length(5, 2000)]
    contact: Annotated[str, Label("联系方式"), Length(0, 50)] = ""


@dataclass(frozen=True, kw_only=True)
class ComplaintRow:
    complaint_id: UUID
    received_at: datetime
    page: str
    content: str
    contact: str


def receive(log: EventLog, clock: Clock, complaint: Complaint, page: str) -> int:
    """Keeps it and says so in the log, by the system's hand; the position of that event."""
    received = ComplaintReceived(complaint_id=uuid4())
    command_id = uuid4()
    by = Provenance(
        actor={"account": SYSTEM_ACCOUNT, "role": Role.SYSTEM.value},
        command_id=command_id,
        correlation_id=received.complaint_id,
        occurred_at=clock.now(),
        fingerprint=hashlib.sha256(received.complaint_id.bytes).hexdigest(),
    )
    with log.transaction() as transaction:
        appended = transaction.append(StreamName("complaint", received.complaint_id), [received], -1, by)
        transaction.connection.execute(
            insert(COMPLAINT).values(
                complaint_id=str(received.complaint_id),
                received_at=by.occurred_at.isoformat(),
                page=page,
                content=complaint.content,
                contact=complaint.contact,
            )
        )
    return appended.events[0].position


def received(log: EventLog) -> list[ComplaintRow]:
    """Newest first."""
    with log.store.reading() as connection:
        rows = connection.execute(select(COMPLAINT).order_by(COMPLAINT.c.received_at.desc())).all()
    return [
        ComplaintRow(
            complaint_id=UUID(row.complaint_id),
            received_at=datetime.fromisoformat(row.received_at),
            page=row.page,
            content=row.content,
            contact=row.contact,
        )
        for row in rows
    ]
