"""A log as an operator's command opens it and writes to it, without its service."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import uuid4

from audit.vocabulary import VOCABULARIES
from contracts.actor import Role
from deploy import assembly
from deploy.settings import Settings
from eventlog.event import Provenance
from eventlog.log import EventLog
from gateway.accounts import SYSTEM_ACCOUNT


def open_log(settings: Settings, name: str) -> EventLog:
    vocabulary = VOCABULARIES[name]
    keys = assembly.personal_keys(settings, name) if vocabulary.types.with_personal_data else None
    return EventLog(name, assembly.store(settings, name), vocabulary.types, vocabulary.projections, keys).open()


def by_hand(content: str) -> Provenance:
    """``content`` is what the command is about."""
    command = uuid4()
    return Provenance(
        actor={"account": SYSTEM_ACCOUNT, "role": Role.SYSTEM.value},
        command_id=command,
        correlation_id=command,
        occurred_at=datetime.now(UTC).replace(microsecond=0),
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
    )
