"""What a service does when nomination has erased a nominee: it erases its own copies and says so."""

from __future__ import annotations

from contracts.nomination import PersonalDataErased, PersonalDataErasureAcknowledged
from eventlog.event import Recorded
from eventlog.log import Transaction
from eventlog.stream import StreamName
from services.reaction import caused_by


def acknowledge(event: Recorded, tx: Transaction, service: str) -> None:
    erased: PersonalDataErased = event.data
    lost = tx.erase(erased.nomination_id)
    acknowledged = PersonalDataErasureAcknowledged(nomination_id=erased.nomination_id, events=lost)
    tx.append(StreamName("erasure", erased.nomination_id), [acknowledged], -1, caused_by(event, service))
