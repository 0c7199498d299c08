"""Between dataclasses and JSON, and from old versions to new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from eventlog import canonical
from eventlog.codec import EventTypes, UnreadableEvent, from_json, to_json


class Colour(Enum):
    RED = "红"


@dataclass(frozen=True, kw_only=True)
class Inner:
    name: str


@dataclass(frozen=True, kw_only=True)
class Rich:
    id: UUID
    score: Decimal
    day: date
    moment: datetime
    colour: Colour
    parts: tuple[Inner, ...]
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Version 1 had ``place``; version 2 ``town``; version 3 added ``county``."""

    schema_version: ClassVar[int] = 3
    town: str
    county: str


def _rename(data: dict[str, object]) -> dict[str, object]:
    return {"town": data["place"]}


def _add_county(data: dict[str, object]) -> dict[str, object]:
    return {**data, "county": "云岭县"}


MOVED = EventTypes([Moved], [], {("Moved", 1): _rename, ("Moved", 2): _add_county})


def test_every_kind_of_field_survives_the_way_to_json_and_back() -> None:
    rich = Rich(
        id=uuid4(),
        score=Decimal("90.13"),
        day=date(2026, 3, 15),
        moment=datetime(2026, 3, 15, 1, tzinfo=UTC),
        colour=Colour.RED,
        parts=(Inner(name="𬭊"), Inner(name="阿卜杜热合曼·买买提")),
    )
    assert from_json(Rich, to_json(rich)) == rich
    assert to_json(rich)["score"] == "90.13"


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, {"place": "东镇"}), (2, {"town": "东镇"}), (3, {"town": "东镇", "county": "云岭县"})],
)
def test_old_versions_are_upcast_step_by_step(version: int, data: dict[str, str]) -> None:
    assert MOVED.decode("Moved", f"Moved/{version}", canonical.dumps(data)) == Moved(town="东镇", county="云岭县")


def test_a_version_newer_than_ours_is_refused_by_name() -> None:
    with pytest.raises(UnreadableEvent, match="Moved/4 is newer than the known Moved/3"):
        MOVED.decode("Moved", "Moved/4", b"{}")


def test_a_missing_upcaster_is_named() -> None:
    with pytest.raises(UnreadableEvent, match="no upcaster from Moved/1"):
        EventTypes([Moved], [], {("Moved", 2): _add_county}).decode(
            "Moved", "Moved/1", canonical.dumps({"place": "东镇"})
        )


def test_a_type_outside_the_vocabulary_is_refused_both_ways() -> None:
    with pytest.raises(UnreadableEvent, match="Inner"):
        MOVED.encode(Inner(name="x"))
    with pytest.raises(UnreadableEvent, match="Unknown/1"):
        MOVED.decode("Unknown", "Unknown/1", b"{}")


@pytest.mark.parametrize("data", [{}, {"town": "x"}, {"town": None, "county": "x"}, {"town": "x", "county": 3}])
def test_data_that_does_not_fit_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(UnreadableEvent):
        MOVED.decode("Moved", "Moved/3", canonical.dumps(data))
