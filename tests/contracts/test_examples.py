"""The golden examples of what is published: documentation, test and agreement with every reader at once."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from contracts.fields import Personal
from eventlog import canonical
from eventlog.codec import EventTypes, to_json

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
SERVICES = ("nomination", "review", "publicity", "inspection")
PUBLISHED = [kind for service in SERVICES for kind in import_module(f"contracts.{service}").PUBLISHES]
TYPES = EventTypes([], PUBLISHED)


def _text(name: str) -> str:
    return (EXAMPLES / f"{name}.json").read_text("utf-8")


def test_every_published_event_has_its_example_and_no_other_has() -> None:
    assert sorted(path.stem for path in EXAMPLES.iterdir()) == sorted(kind.__name__ for kind in PUBLISHED)


@pytest.mark.parametrize("name", [kind.__name__ for kind in PUBLISHED])
def test_an_example_loads_and_comes_out_byte_for_byte(name: str) -> None:
    data = json.loads(_text(name))
    event = TYPES.decode(name, f"{name}/1", canonical.dumps(data))
    assert canonical.dumps(to_json(event)) == canonical.dumps(data)
    assert TYPES.encode(event) == (name, f"{name}/1", data)


@pytest.mark.parametrize("name", [kind.__name__ for kind in PUBLISHED])
def test_an_example_shows_every_field_and_is_written_one_way(name: str) -> None:
    data = json.loads(_text(name))
    kind = next(one for one in PUBLISHED if one.__name__ == name)
    assert set(data) == {field.name for field in dataclasses.fields(kind)}
    assert json.dumps(data, ensure_ascii=False, indent=2) + "\n" == _text(name)


@pytest.mark.parametrize("kind", PUBLISHED, ids=lambda kind: kind.__name__)
def test_what_is_written_in_an_example_in_chinese_is_marked_as_made_up(kind: type) -> None:
    """An id and a number speak for nobody; a name or a document would."""
    kinds = [hint for hint in get_type_hints(kind).values() if isinstance(hint, type) and issubclass(hint, Enum)]
    words = {member.value for members in kinds for member in members}
    texts = [text for text in _strings(json.loads(_text(kind.__name__))) if len(text) > 4 and not text.isascii()]
    assert [text for text in texts if "演示" not in text and text not in words] == []


def test_the_example_of_a_draw_can_be_recomputed() -> None:
    drawn = json.loads(_text("InspectionDrawn"))
    assert drawn["pool_hash"] == hashlib.sha256("".join(f"{one}\n" for one in drawn["pool"]).encode()).hexdigest()
    tickets = {one: hashlib.sha256(f"{drawn['seed']}|{one}".encode()).hexdigest() for one in drawn["pool"]}
    assert drawn["units"] == sorted(drawn["pool"], key=lambda one: tickets[one])[:2]


@pytest.mark.parametrize("kind", PUBLISHED, ids=lambda kind: kind.__name__)
def test_no_published_event_holds_a_personal_field_however_deep(kind: type) -> None:
    assert list(_personal(kind, kind.__name__)) == []


def test_the_search_for_personal_fields_finds_them_at_any_depth() -> None:
    filed = import_module("services.nomination.events").NominationFiled
    assert {"NominationFiled.form.name", "NominationFiled.name_as_typed"} <= set(_personal(filed, "NominationFiled"))


def _personal(kind: Any, path: str) -> Iterator[str]:
    if isinstance(kind, Personal):
        yield path
    for part in get_args(kind) or getattr(kind, "__metadata__", ()):
        yield from _personal(part, path)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind is not Personal:
        for name, hint in get_type_hints(kind, include_extras=True).items():
            yield from _personal(hint, f"{path}.{name}")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)
