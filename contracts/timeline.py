"""An event as a line of the course of things: what may be told to everybody who may see that it happened."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Protocol, get_args, get_origin, get_type_hints

from contracts.fields import Personal, Withheld
from contracts.rpc import Detail, TimelineEntry

PERSONAL_DATA = "personal_data"
"""The detail that says that an event's personal data is withheld, and why (:class:`contracts.fields.Withheld`)."""


class Event(Protocol):
    """An event of any log, as the kernel reads it back."""

    @property
    def source(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> object: ...
    @property
    def type(self) -> str: ...
    @property
    def actor(self) -> Mapping[str, str]: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def hlc(self) -> tuple[int, int]: ...
    @property
    def leafhash(self) -> str: ...
    @property
    def data(self) -> Any: ...


def entry_of(event: Event) -> TimelineEntry:
    return TimelineEntry(
        source=event.source,
        position=event.position,
        type=event.type,
        occurred_at=event.occurred_at,
        actor=event.actor["account"],
        role=event.actor["role"],
        subject=str(event.stream),
        leafhash=event.leafhash,
        hlc_ms=event.hlc[0],
        hlc_counter=event.hlc[1],
        details=_details_of(event.data),
    )


def _details_of(data: Any) -> tuple[Detail, ...]:
    """The plain fields of an event that are not personal: numbers, words, dates; no ids, no nested parts."""
    shown = []
    withheld = None
    hints = get_type_hints(type(data), include_extras=True)
    for field in dataclasses.fields(data):
        value = getattr(data, field.name)
        if isinstance(value, Withheld):
            withheld = value
            continue
        marks = get_args(hints[field.name])[1:] if get_origin(hints[field.name]) is Annotated else ()
        if any(isinstance(mark, Personal) for mark in marks):
            continue
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str | int | Decimal | date | datetime):
            shown.append(Detail(name=field.name, value=str(value)))
    if withheld is not None:
        shown.append(Detail(name=PERSONAL_DATA, value=withheld.value))
    return tuple(shown)
