"""The provenance of what a service does because of another service's event."""

from __future__ import annotations

from uuid import uuid5

from contracts.actor import Actor, Role
from eventlog.event import Provenance, Recorded
from services.entrypoint import actor_in_log


def caused_by(event: Recorded, service: str) -> Provenance:
    """A command id of its own for this reaction, the same on every delivery; the matter and its time carry over."""
    return Provenance(
        actor=actor_in_log(Actor(account=f"system:{service}", role=Role.SYSTEM)),
        command_id=uuid5(event.command_id, f"{event.source} {event.id} {service}"),
        correlation_id=event.correlation_id,
        occurred_at=event.occurred_at,
        fingerprint=event.leafhash,
        cause=event.as_cause(),
    )
