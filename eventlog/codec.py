"""Between an event's dataclass and the JSON values of its leaf.

Types are registered by class name; a published type must be known by the same name to every reader. Old versions are
upcast on reading, one step at a time, and the stored bytes are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from cattrs import Converter
from cattrs.errors import BaseValidationError

from eventlog.kernel_events import KERNEL_EVENTS
from eventlog.personal import PersonalFields, personal_fields

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Pure: the data of version n in, the data of version n + 1 out."""


class Access(Enum):
    """How the personal data of an event is seen: as it was, gone, or by somebody who has no key to it."""

    OPEN = "open"
    ERASED = "erased"
    CLOSED = "closed"


class UnreadableEvent(ValueError):
    """The data of an event does not fit its type; the message names type, version and reason."""


def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    for plain in (UUID, Decimal):
        converter.register_unstructure_hook(plain, str)
        converter.register_structure_hook(plain, lambda text, wanted: wanted(text))
    for dated in (date, datetime):
        converter.register_unstructure_hook(dated, lambda moment: moment.isoformat())
        converter.register_structure_hook(dated, lambda text, wanted: wanted.fromisoformat(text))
    for exact in (str, int, bool):
        converter.register_structure_hook(exact, _exactly)
    converter.register_unstructure_hook(Enum, lambda member: member.value)
    return converter


def _exactly(value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise TypeError(f"{value!r} is not {wanted.__name__}")
    return value


_CONVERTER = _converter()


def to_json(value: object) -> Any:
    """Dataclasses, UUIDs, decimals, dates and enums as JSON values; decimals and dates become text."""
    return _CONVERTER.unstructure(value)


def from_json(kind: Any, value: object) -> Any:
    """The instance ``to_json`` came from; :class:`UnreadableEvent` when it does not fit."""
    try:
        return _CONVERTER.structure(value, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise UnreadableEvent(f"{kind}: {error!r}") from error


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

    @property
    def with_personal_data(self) -> frozenset[str]:
        """The names of the events that hold some."""
        return frozenset(self._personal)

    def personal(self, name: str) -> PersonalFields | None:
        return self._personal.get(name)

    def is_published(self, event: object) -> bool:
        return type(event).__name__ in self._published

    def encode(self, event: object) -> tuple[str, int, Any]:
        """(type, schema version, data) of an event of this log."""
        name = type(event).__name__
        if self._kinds.get(name) is not type(event):
            raise UnreadableEvent(f"{name} is not in this log's vocabulary")
        return name, schema_version(type(event)), to_json(event)

    def knows(self, name: str) -> bool:
        return name in self._kinds

    def decode(self, name: str, version: int, data: dict[str, Any], access: Access = Access.CLOSED) -> Any:
        if name not in self._kinds:
            raise UnreadableEvent(f"{name}/{version} is not in this log's vocabulary")
        kind = self._kinds[name]
        wanted = schema_version(kind)
        if version > wanted:
            raise UnreadableEvent(f"{name}/{version} is newer than the known {name}/{wanted}")
        for step in range(version, wanted):
            if (name, step) not in self._upcasters:
                raise UnreadableEvent(f"no upcaster from {name}/{step}")
            data = self._upcasters[name, step](data)
        personal = self._personal.get(name)
        return from_json(kind, data) if personal is None else _with_personal(kind, personal, data, access)


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


def schema_version(kind: type) -> int:
    version: int = vars(kind).get("schema_version", 1)
    return version
