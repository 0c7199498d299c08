"""What stands in a log: the envelope's parts, and an event as read back.

Attribute names in the envelope are CloudEvents 1.0 (id, source, specversion, subject, time, type, dataschema) and its
extensions in lower case; see ``docs/streams.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from eventlog import canonical
from eventlog.codec import EventTypes, UnreadableEvent
from eventlog.stream import StreamName

Hlc = tuple[int, int]
"""A hybrid logical clock reading: milliseconds since 1970 (UTC) and a counter within the millisecond."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The foreign event that made us act: where it stands and what its bytes hash to."""

    source: str
    position: int
    leafhash: str
    hlc: Hlc

    def in_envelope(self) -> dict[str, Any]:
        return {"leafhash": self.leafhash, "position": self.position, "source": self.source}


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Who acts, by which command, in which matter, when, and why. Every append carries one.

    ``actor`` is opaque to the kernel. ``fingerprint`` is a digest of the command's content, so that one command id
    cannot stand for two contents. ``expected_version`` is the version the caller saw, when it said so (If-Match).
    """

    actor: Mapping[str, str]
    command_id: UUID
    correlation_id: UUID
    occurred_at: datetime
    fingerprint: str
    cause: Cause | None = None
    expected_version: int | None = None

    def derived(self, part: str) -> Provenance:
        """For one of several streams a command writes: a command id of its own, always the same one."""
        return replace(self, command_id=uuid5(self.command_id, part), expected_version=None)


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One event ready to be placed: its envelope is canonical, only position and clock are missing."""

    type: str
    published: bool
    envelope: bytes
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published event as a reader of the log or a message carries it."""

    source: str
    pub_seq: int
    position: int
    leaf: bytes


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event as it stands in its log, upcast and decoded."""

    source: str
    position: int
    stream: StreamName
    version: int
    type: str
    id: UUID
    actor: Mapping[str, str]
    command_id: UUID
    correlation_id: UUID
    cause: Mapping[str, Any] | None
    occurred_at: datetime
    hlc: Hlc
    leafhash: str
    data: Any

    def as_cause(self) -> Cause:
        return Cause(source=self.source, position=self.position, leafhash=self.leafhash, hlc=self.hlc)


def seal(
    types: EventTypes, source: str, stream: StreamName, version: int, index: int, event: object, by: Provenance
) -> Sealed:
    """The ``index``-th event of a command, ready to be placed."""
    name, schema, data = types.encode(event)
    event_id = uuid5(by.command_id, str(index))
    envelope: dict[str, Any] = {
        "actor": dict(by.actor),
        "command": str(by.command_id),
        "correlationid": str(by.correlation_id),
        "data": data,
        "dataschema": f"{name}/{schema}",
        "id": str(event_id),
        "source": source,
        "specversion": "1.0",
        "streamversion": version,
        "subject": str(stream),
        "time": by.occurred_at.isoformat(timespec="seconds"),
        "type": name,
    }
    if by.cause is not None:
        envelope["cause"] = by.cause.in_envelope()
    return Sealed(type=name, published=types.is_published(event), envelope=canonical.dumps(envelope), id=event_id)


def placed(
    source: str,
    stream: StreamName,
    version: int,
    event: object,
    by: Provenance,
    sealed: Sealed,
    position: int,
    hlc: Hlc,
) -> Recorded:
    """The event as :func:`open_leaf` would read it back, without reading it back."""
    return Recorded(
        source=source,
        position=position,
        stream=stream,
        version=version,
        type=sealed.type,
        id=sealed.id,
        actor=by.actor,
        command_id=by.command_id,
        correlation_id=by.correlation_id,
        cause=None if by.cause is None else by.cause.in_envelope(),
        occurred_at=by.occurred_at.replace(microsecond=0),
        hlc=hlc,
        leafhash=canonical.leaf_hash(canonical.leaf_bytes(sealed.envelope, hlc, position)),
        data=event,
    )


def open_leaf(types: EventTypes, leaf: bytes) -> Recorded:
    """Reads a leaf back; :class:`UnreadableEvent` when its parts or its data do not fit."""
    try:
        whole = canonical.loads(leaf)
        e = whole["e"]
        schema = int(e["dataschema"].rpartition("/")[2])
        return Recorded(
            source=e["source"],
            position=whole["p"],
            stream=StreamName.parse(e["subject"]),
            version=e["streamversion"],
            type=e["type"],
            id=UUID(e["id"]),
            actor=e["actor"],
            command_id=UUID(e["command"]),
            correlation_id=UUID(e["correlationid"]),
            cause=e.get("cause"),
            occurred_at=datetime.fromisoformat(e["time"]),
            hlc=(whole["h"][0], whole["h"][1]),
            leafhash=canonical.leaf_hash(leaf),
            data=types.decode(e["type"], schema, e["data"]),
        )
    except (KeyError, TypeError, IndexError, canonical.NotCanonical) as error:
        raise UnreadableEvent(f"leaf does not hold an event: {error!r}") from error
