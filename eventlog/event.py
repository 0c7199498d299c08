"""What stands in a log: the envelope's parts, and an event as read back.

Attribute names in the envelope are CloudEvents 1.0 (id, source, specversion, subject, time, type, dataschema) and its
extensions in lower case; see ``docs/streams.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from eventlog import canonical
from eventlog.codec import Access, EventTypes, UnreadableEvent
from eventlog.personal import Openings, hide, show
from eventlog.stream import StreamName

_MAX_ENVELOPE_BYTES = canonical.MAX_LEAF_BYTES - len(canonical.leaf_bytes(b"", (2**53, 2**31), 2**53))
"""Whatever the clock and the position will be."""

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


@dataclass(frozen=True)
class Private:
    """The personal data of one event, for the vault."""

    person: UUID
    openings: Openings


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One event ready to be placed: its envelope is canonical, only position and clock are missing. ``private`` is what
    the envelope's commitments stand for.
    """

    type: str
    published: bool
    envelope: bytes
    private: Private | None


class EventTooLarge(Exception):
    """The event would not fit into a leaf; the command has to be about less."""

    def __init__(self, kind: str, size: int) -> None:
        super().__init__(f"{kind} takes {size} bytes, a leaf at most {canonical.MAX_LEAF_BYTES}")


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
    id: str
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
    types: EventTypes, source: str, stream: StreamName, version: int, events: Sequence[object], by: Provenance
) -> list[Sealed]:
    """The events of a command, ready to be placed; the first of them becomes ``version`` of the stream.

    Raises :class:`EventTooLarge`.
    """
    command = str(by.command_id)
    envelope: dict[str, Any] = {
        "actor": dict(by.actor),
        "command": command,
        "correlationid": str(by.correlation_id),
        "source": source,
        "specversion": "1.0",
        "subject": str(stream),
        "time": by.occurred_at.isoformat(timespec="seconds"),
    }
    if by.cause is not None:
        envelope["cause"] = by.cause.in_envelope()
    sealed = []
    for index, event in enumerate(events):
        name, schema, envelope["data"] = types.encode(event)
        envelope["dataschema"] = f"{name}/{schema}"
        envelope["id"] = event_id(command, index)
        envelope["streamversion"] = version + index
        envelope["type"] = name
        private = _hidden(types, name, event, envelope["data"])
        published, raw = types.is_published(event), canonical.dumps(envelope)
        if len(raw) > _MAX_ENVELOPE_BYTES:
            raise EventTooLarge(name, len(raw))
        sealed.append(Sealed(type=name, published=published, envelope=raw, private=private))
    return sealed


def _hidden(types: EventTypes, name: str, event: object, data: dict[str, Any]) -> Private | None:
    if (personal := types.personal(name)) is None:
        return None
    return Private(getattr(event, personal.whose), hide(data, personal.paths))


def event_id(command: str, index: int) -> str:
    """Unique within a log, as CloudEvents asks: no command appends twice."""
    return f"{command}/{index}"


def placed(
    source: str, stream: StreamName, version: int, events: Sequence[object], by: Provenance, sealed: Sequence[Sealed],
    position: int, hlc: Hlc,
) -> tuple[Recorded, ...]:  # fmt: skip
    """The events as :func:`open_leaf` would read them back, without reading them back.

    ``version``, ``position`` and ``hlc`` are those of the first.
    """
    command, (ms, counter) = str(by.command_id), hlc
    cause = None if by.cause is None else by.cause.in_envelope()
    occurred_at = by.occurred_at.replace(microsecond=0)
    return tuple(
        Recorded(
            source=source,
            position=position + index,
            stream=stream,
            version=version + index,
            type=one.type,
            id=event_id(command, index),
            actor=by.actor,
            command_id=by.command_id,
            correlation_id=by.correlation_id,
            cause=cause,
            occurred_at=occurred_at,
            hlc=(ms, counter + index),
            leafhash=canonical.leaf_hash(canonical.leaf_bytes(one.envelope, (ms, counter + index), position + index)),
            data=event,
        )
        for index, (event, one) in enumerate(zip(events, sealed, strict=True))
    )


class Envelope(NamedTuple):
    """A leaf's parts as they stand in it, its data decoded; what a verifier asks for, a million times over."""

    source: str
    position: int
    subject: str
    version: int
    type: str
    id: str
    actor: Mapping[str, str]
    command: str
    correlation: str
    cause: Mapping[str, Any] | None
    time: str
    hlc: Hlc
    data: Any


def open_envelope(
    types: EventTypes, leaf: bytes, openings: Openings | None = None, without: Access = Access.CLOSED
) -> Envelope:
    """As :func:`open_leaf`, with ids and time in their text form, which is held against what they must look like."""
    try:
        whole = canonical.loads(leaf)
        e = whole["e"]
        schema = int(e["dataschema"].rpartition("/")[2])
        if openings is not None:
            show(e["data"], openings)
        ms, counter = whole["h"]
        found = Envelope(
            e["source"], whole["p"], e["subject"], e["streamversion"], e["type"], e["id"], e["actor"], e["command"],
            e["correlationid"], e.get("cause"), e["time"], (ms, counter),
            types.decode(e["type"], schema, e["data"], without if openings is None else Access.OPEN),
        )  # fmt: skip
        form = _FORM.fullmatch(f"{found.subject} {found.command} {found.correlation} {found.time}")
    except UnreadableEvent:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise UnreadableEvent(f"leaf does not hold an event: {error!r}") from error
    if form is None or type(ms) is not int or type(counter) is not int or not _is_cause(found.cause):
        raise UnreadableEvent("leaf does not hold an event: its ids, time, clock or cause are malformed")
    return found


def open_leaf(
    types: EventTypes, leaf: bytes, openings: Openings | None = None, without: Access = Access.CLOSED
) -> Recorded:
    """Reads a leaf back; :class:`UnreadableEvent` when its parts or its data do not fit.

    ``openings`` are what the vault holds of it; ``without`` says why there are none.
    """
    found = open_envelope(types, leaf, openings, without)
    try:
        return Recorded(
            source=found.source,
            position=found.position,
            stream=StreamName.parse(found.subject),
            version=found.version,
            type=found.type,
            id=found.id,
            actor=found.actor,
            command_id=UUID(found.command),
            correlation_id=UUID(found.correlation),
            cause=found.cause,
            occurred_at=datetime.fromisoformat(found.time),
            hlc=found.hlc,
            leafhash=canonical.leaf_hash(leaf),
            data=found.data,
        )
    except ValueError as error:
        raise UnreadableEvent(f"leaf does not hold an event: {error!r}") from error


def _is_cause(cause: object) -> bool:
    return cause is None or (
        type(cause) is dict
        and cause.keys() == _CAUSE.keys()
        and all(type(cause[name]) is kind for name, kind in _CAUSE.items())
    )


_CAUSE = {"source": str, "position": int, "leafhash": str}
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FORM = re.compile(
    rf"[^ -]+-{_ID} {_ID} {_ID} [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9:.]{{8,15}}(?:Z|[+-][0-9:]{{5,8}})?"
)
