"""What stands in a log: the envelope's parts, and an event as read back.

Attribute names in the envelope are CloudEvents 1.0 (id, source, specversion, subject, time, type, dataschema) and its
extensions in lower case; see ``docs/streams.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from eventlog import canonical
from eventlog.codec import Access, EventTypes, UnreadableEvent
from eventlog.personal import Openings, hide
from eventlog.stream import StreamName

_MAX_ENVELOPE_BYTES = canonical.MAX_LEAF_BYTES - len(canonical.leaf_bytes(b"", (2**53, 2**31), 2**53))
"""Whatever the clock and the position will be."""

Hlc = tuple[int, int]
"""A hybrid logical clock reading: milliseconds since 1970 (UTC) and a counter within the millisecond."""


_Natural = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class NamedCause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an event says of its foreign cause: the log, the place in it, and what its leaf hashes to (base64)."""

    leafhash: str
    position: _Natural
    source: str


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The foreign event that made us act: where it stands and what its bytes hash to."""

    source: str
    position: int
    leafhash: str
    hlc: Hlc

    def named(self) -> NamedCause:
        return NamedCause(leafhash=self.leafhash, position=self.position, source=self.source)


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
    cause: NamedCause | None
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
    if not "".join(by.actor).isascii():
        raise canonical.NotCanonical(f"the actor has a key that is not ASCII text: {', '.join(by.actor)}")
    actor, command, subject = dict(by.actor), str(by.command_id), str(stream)
    time = by.occurred_at.isoformat(timespec="seconds")
    cause = msgspec.UNSET if by.cause is None else by.cause.named()
    sealed = []
    for index, event in enumerate(events):
        name, schema, data = types.encode(event)
        private = _hidden(types, name, event, data)
        attributes = Attributes(
            actor=actor,
            cause=cause,
            command=by.command_id,
            correlationid=by.correlation_id,
            data=msgspec.Raw(canonical.dumps(data)),
            dataschema=schema,
            id=_event_id(command, index),
            source=source,
            specversion="1.0",
            streamversion=version + index,
            subject=subject,
            time=time,
            type=name,
        )
        raw = _WRITER.encode(attributes)
        if len(raw) > _MAX_ENVELOPE_BYTES:
            raise EventTooLarge(name, len(raw))
        sealed.append(Sealed(type=name, published=types.is_published(event), envelope=raw, private=private))
    return sealed


def _hidden(types: EventTypes, name: str, event: object, data: dict[str, Any]) -> Private | None:
    if (personal := types.personal(name)) is None:
        return None
    return Private(getattr(event, personal.whose), hide(data, personal.paths))


def _event_id(command: str, index: int) -> str:
    """Unique within a log, as CloudEvents asks: no command appends twice."""
    return f"{command}/{index}"


def placed(
    source: str, stream: StreamName, version: int, events: Sequence[object], by: Provenance, sealed: Sequence[Sealed],
    position: int, hlc: Hlc,
) -> tuple[Recorded, ...]:  # fmt: skip
    """The events as :func:`open_leaf` would read them back, without reading them back.

    ``version``, ``position`` and ``hlc`` are those of the first.
    """
    ms, counter = hlc
    command = str(by.command_id)
    cause = None if by.cause is None else by.cause.named()
    occurred_at = by.occurred_at.replace(microsecond=0)
    return tuple(
        Recorded(
            source=source,
            position=position + index,
            stream=stream,
            version=version + index,
            type=one.type,
            id=_event_id(command, index),
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


class Attributes(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The envelope. Its attributes stand in the order of their names, as canonical JSON has them."""

    actor: dict[str, str]
    cause: NamedCause | msgspec.UnsetType = msgspec.UNSET
    command: UUID
    correlationid: UUID
    data: msgspec.Raw
    dataschema: str
    id: str
    source: str
    specversion: str
    streamversion: _Natural
    subject: str
    time: str
    type: str


class _Leaf(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    e: Attributes
    h: tuple[_Natural, _Natural]
    p: _Natural


_READER = msgspec.json.Decoder(_Leaf)
_WRITER = msgspec.json.Encoder(order="deterministic")
"""Writes canonical bytes as long as ``data`` holds such: it escapes in strings what ``orjson`` escapes."""


class Opened(NamedTuple):
    """A leaf's parts as they stand in it, its data decoded; what a verifier asks for, a million times over."""

    attributes: Attributes
    position: int
    hlc: Hlc
    data: Any


def open_parts(
    types: EventTypes, leaf: bytes, openings: Openings | None = None, without: Access = Access.CLOSED
) -> Opened:
    """As :func:`open_leaf`, with ids and time in their text form, which is held against what they must look like."""
    try:
        whole = _READER.decode(leaf)
        e = whole.e
        data = types.decode(e.type, e.dataschema, bytes(e.data), openings, without)
    except UnreadableEvent:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        # An upcaster, or the openings, may have met data of another form than theirs.
        raise UnreadableEvent(f"leaf does not hold an event: {error!r}") from error
    if _FORM.fullmatch(f"{e.subject} {e.time}") is None:
        raise UnreadableEvent("leaf does not hold an event: its subject or time is malformed")
    if _WRITER.encode(whole) != leaf or not "".join(e.actor).isascii():
        raise UnreadableEvent("bytes are not the canonical form of their value")
    return Opened(e, whole.p, whole.h, data)


def open_leaf(
    types: EventTypes, leaf: bytes, openings: Openings | None = None, without: Access = Access.CLOSED
) -> Recorded:
    """Reads a leaf back; :class:`UnreadableEvent` when its parts or its data do not fit.

    ``openings`` are what the vault holds of it; ``without`` says why there are none.
    """
    attributes, position, hlc, data = open_parts(types, leaf, openings, without)
    try:
        return Recorded(
            source=attributes.source,
            position=position,
            stream=StreamName.parse(attributes.subject),
            version=attributes.streamversion,
            type=attributes.type,
            id=attributes.id,
            actor=attributes.actor,
            command_id=attributes.command,
            correlation_id=attributes.correlationid,
            cause=attributes.cause or None,
            occurred_at=datetime.fromisoformat(attributes.time),
            hlc=hlc,
            leafhash=canonical.leaf_hash(leaf),
            data=data,
        )
    except ValueError as error:
        raise UnreadableEvent(f"leaf does not hold an event: {error!r}") from error


_FORM = re.compile(
    "[^ -]+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    " [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9:]{5,8})?"
)
