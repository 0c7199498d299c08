"""Between an event's dataclass and the JSON values of its leaf.

Types are registered by class name; a published type must be known by the same name to every reader. Old versions are
upcast on reading, one step at a time, and the stored bytes are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, get_origin, get_type_hints

import msgspec
import orjson

from eventlog import canonical
from eventlog.kernel_events import KERNEL_EVENTS
from eventlog.personal import Openings, PersonalFields, personal_fields, show

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Pure: the data of version n in, the data of version n + 1 out."""


class Access(Enum):
    """How the personal data of an event is seen: as it was, gone, or by somebody who has no key to it."""

    OPEN = "open"
    ERASED = "erased"
    CLOSED = "closed"


class UnreadableEvent(ValueError):
    """The data of an event does not fit its type; the message names type, version and reason."""


_SORTING = msgspec.json.Encoder(order="sorted")


def to_json(value: object) -> Any:
    """Dataclasses, UUIDs, decimals, dates and enums as JSON values; decimals and dates become text."""
    return orjson.loads(_written(value))


def to_text(value: object) -> str:
    """:func:`to_json` as one text, the same for equal values."""
    return canonical.dumps(to_json(value)).decode()


def from_json(kind: Any, value: object) -> Any:
    """The instance ``to_json`` came from, or that of a database row with its fields; :class:`UnreadableEvent` when it
    does not fit.
    """
    try:
        return msgspec.convert(value, kind, from_attributes=True)
    except msgspec.ValidationError as error:
        raise UnreadableEvent(f"{kind}: {error}") from error


def _written(value: object) -> bytes:
    """The fields of a dataclass stand in no order of ours."""
    try:
        return orjson.dumps(value, default=_as_text, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as error:
        raise canonical.NotCanonical(str(error)) from error


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class EventTypes:
    """The closed vocabulary of one log: private and published event classes and the upcasters of old versions. The
    kernel's own events belong to every log.

    A class may carry ``schema_version`` (1 when it does not).
    """

    def __init__(
        self,
        private: Iterable[type],
        published: Iterable[type],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._published = {kind.__name__: kind for kind in published}
        self._kinds = {kind.__name__: kind for kind in (*KERNEL_EVENTS, *private)} | self._published
        self._upcasters = dict(upcasters or {})
        self._personal = {
            name: found for name, kind in self._kinds.items() if (found := personal_fields(kind)) is not None
        }
        """By the event's name, for those that hold personal data."""
        for name in self._personal.keys() & self._published.keys():
            raise TypeError(f"{name} is published and must hold no personal data")
        self._schemas = {name: f"{name}/{schema_version(kind)}" for name, kind in self._kinds.items()}
        self._readers: dict[tuple[str, str], msgspec.json.Decoder[Any]] = {
            (name, self._schemas[name]): msgspec.json.Decoder(kind)
            for name, kind in self._kinds.items()
            if name not in self._personal and not _has_free_keys(kind)
        }
        """By type and schema, for those whose bytes are canonical when the class writes them again."""

    @property
    def with_personal_data(self) -> frozenset[str]:
        """The names of the events that hold some."""
        return frozenset(self._personal)

    def personal(self, name: str) -> PersonalFields | None:
        return self._personal.get(name)

    def is_published(self, event: object) -> bool:
        return type(event).__name__ in self._published

    def encode(self, event: object) -> tuple[str, str, Any]:
        """(type, type/schema version, data) of an event of this log."""
        name = type(event).__name__
        if self._kinds.get(name) is not type(event):
            raise UnreadableEvent(f"{name} is not in this log's vocabulary")
        return name, self._schemas[name], to_json(event)

    def knows(self, name: str) -> bool:
        return name in self._kinds

    def decode(
        self, name: str, schema: str, raw: bytes, openings: Openings | None = None, without: Access = Access.CLOSED
    ) -> Any:
        """The event of the canonical bytes of a schema, ``type/version``. ``openings`` are those of its personal data;
        ``without`` says why there are none.
        """
        if (reader := self._readers.get((name, schema))) is not None:
            try:
                event = reader.decode(raw)
            except msgspec.ValidationError as error:
                raise UnreadableEvent(f"{schema}: {error}") from error
            # Nearly always. Where not, a field was left to its default, or a moment written as we do (``+00:00``).
            if _SORTING.encode(event) == raw and _written(event):
                return event
        kind, version, wanted = self._versions(name, schema)
        data = canonical.loads(raw)
        if openings is not None:
            show(data, openings)
        for step in range(version, wanted):
            if (name, step) not in self._upcasters:
                raise UnreadableEvent(f"no upcaster from {name}/{step}")
            data = self._upcasters[name, step](data)
        personal = self._personal.get(name)
        if personal is None:
            return from_json(kind, data)
        return _with_personal(kind, personal, data, without if openings is None else Access.OPEN)

    def _versions(self, name: str, schema: str) -> tuple[type, int, int]:
        """(class, version of the bytes, version of the class); the first can be brought to the second."""
        if name not in self._kinds:
            raise UnreadableEvent(f"{schema} is not in this log's vocabulary")
        kind, version = self._kinds[name], schema.removeprefix(f"{name}/")
        if not (version.isascii() and version.isdecimal()):
            raise UnreadableEvent(f"{schema} is no schema of {name}")
        wanted = schema_version(kind)
        if int(version) > wanted:
            raise UnreadableEvent(f"{schema} is newer than the known {name}/{wanted}")
        return kind, int(version), wanted


def _with_personal(kind: type, personal: PersonalFields, data: dict[str, Any], access: Access) -> Any:
    values: dict[str, Any] = {}
    for field, plain in personal.plain.items():
        mark = personal.marks.get(field)
        if mark is None or access is Access.OPEN:
            if field in data:  # where it is not, the field's default stands, or the class complains
                values[field] = from_json(plain, data[field])
        else:
            values[field] = mark.erased if access is Access.ERASED else mark.closed
    try:
        return kind(**values)
    except TypeError as error:
        raise UnreadableEvent(f"{kind}: {error!r}") from error


def _has_free_keys(kind: type) -> bool:
    """Whether data stands in keys too; then each of them must be looked at."""
    origins = map(get_origin, get_type_hints(kind).values())
    return any(isinstance(origin, type) and issubclass(origin, Mapping) for origin in origins)


def schema_version(kind: type) -> int:
    version: int = vars(kind).get("schema_version", 1)
    return version
