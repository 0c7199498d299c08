"""What a leaf must look like to be read as an event, and that what is written is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from eventlog import canonical
from eventlog.codec import EventTypes, UnreadableEvent
from eventlog.event import open_leaf, seal
from tests.eventlog.sample import provenance, stream


class Colour(Enum):
    RED = "红"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Everything:
    zeal: str
    id: UUID
    score: Decimal
    day: date
    moment: datetime
    colour: Colour
    parts: tuple[Part, ...]
    done: bool
    amount: int
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tallied:
    by_reason: Mapping[str, int]


TYPES = EventTypes([Everything, Tallied], [])
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
_EVENTS = st.builds(
    Everything,
    zeal=_TEXTS,
    id=st.uuids(),
    score=st.decimals(allow_nan=False, allow_infinity=False),
    day=st.dates(),
    moment=st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30), timezones=_ZONES),  # noqa: DTZ001 -- hypothesis adds the zone
    colour=st.sampled_from(Colour),
    parts=st.lists(st.builds(Part, name=_TEXTS, amount=_INTEGERS), max_size=3).map(tuple),
    done=st.booleans(),
    amount=_INTEGERS,
    note=st.none() | _TEXTS,
)
_TALLIES = st.builds(Tallied, by_reason=st.dictionaries(st.text(st.characters(max_codepoint=126)), _INTEGERS))


def _leaf(event: object) -> bytes:
    sealed = seal(TYPES, "sample", stream(), 3, [event], provenance())
    return canonical.leaf_bytes(sealed[0].envelope, (1_790_000_000_000, 2), 17)


@given(_EVENTS | _TALLIES)
def test_whatever_an_event_holds_is_written_canonically_and_read_back_the_same(event: object) -> None:
    leaf = _leaf(event)
    assert rfc8785.dumps(orjson.loads(leaf)) == leaf
    read = open_leaf(TYPES, leaf)
    assert (read.data, read.version, read.position, read.hlc) == (event, 3, 17, (1_790_000_000_000, 2))


EXAMPLE = Everything(
    zeal="高",
    id=uuid4(),
    score=Decimal("90.10"),
    day=date(2026, 3, 15),
    moment=datetime(2026, 3, 15, 9, tzinfo=timezone(timedelta(hours=8))),
    colour=Colour.RED,
    parts=(Part(name="甲", amount=1),),
    done=True,
    amount=1,
)


def _spoil(*path: str, by: Callable[[dict[str, Any], str], object]) -> bytes:
    """The example's leaf, written canonically again after ``by`` was done to what stands at the path."""
    whole = canonical.loads(_leaf(EXAMPLE))
    place = whole
    for name in path[:-1]:
        place = place[name]
    by(place, path[-1])
    return canonical.dumps(whole)


def _put(value: object) -> Callable[[dict[str, Any], str], object]:
    return lambda place, name: place.__setitem__(name, value)


_ENVELOPE = (
    "actor", "command", "correlationid", "data", "dataschema", "id", "source", "specversion", "streamversion",
    "subject", "time", "type",
)  # fmt: skip


@pytest.mark.parametrize("path", [("e",), ("h",), ("p",), *(("e", name) for name in _ENVELOPE)], ids=".".join)
def test_a_leaf_that_lacks_a_part_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableEvent):
        open_leaf(TYPES, _spoil(*path, by=dict.pop))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("more",), 1),
        (("e", "more"), 1),
        (("p",), "17"),
        (("p",), True),
        (("h",), [1]),
        (("h",), [1, 2, 3]),
        (("e", "actor"), {"account": 1}),
        (("e", "actor"), []),
        (("e", "cause"), {"source": "review"}),
        (("e", "cause"), {"source": "review", "position": 1, "leafhash": "x", "more": 1}),
        (("e", "command"), "nobody"),
        (("e", "command"), "12345678123456781234567812345678"),
        (("e", "dataschema"), "Tallied/1"),
        (("e", "dataschema"), "Everything/2"),
        (("e", "dataschema"), "Everything/"),
        (("e", "subject"), "one"),
        (("e", "time"), "yesterday"),
        (("e", "type"), "Something"),
        (("e", "data"), 5),
        (("e", "data", "amount"), "1"),
        (("e", "data", "amount"), True),
        (("e", "data", "colour"), "绿"),
        (("e", "data", "done"), 1),
        (("e", "data", "id"), "12345678-1234"),
        (("e", "data", "parts"), {}),
        (("e", "data", "zeal"), None),
    ],
    ids=lambda part: ".".join(part) if isinstance(part, tuple) else repr(part),
)
def test_a_leaf_with_a_part_of_another_kind_is_refused(path: tuple[str, ...], value: object) -> None:
    with pytest.raises(UnreadableEvent):
        open_leaf(TYPES, _spoil(*path, by=_put(value)))


_SPELLINGS = {
    "keys of the data in another order": ('"amount":1,"colour":"红"', '"colour":"红","amount":1'),
    "keys within the data in another order": ('"amount":1,"name":"甲"', '"name":"甲","amount":1'),
    "keys of the envelope in another order": (
        '"source":"sample","specversion":"1.0"',
        '"specversion":"1.0","source":"sample"',
    ),
    "a space": ('"done":true', '"done": true'),
    "a space in the envelope": ('"specversion":"1.0"', '"specversion": "1.0"'),
    "an escape": ('"高"', '"\\u9ad8"'),
    "a fraction": ('"amount":1,"colour"', '"amount":1.0,"colour"'),
    "an integer others cannot hold": ('"amount":1,"colour"', '"amount":9007199254740992,"colour"'),
    "a position others cannot hold": ('"p":17}', '"p":9007199254740992}'),
    "a key twice": ('"done":true', '"done":true,"done":true'),
    "bytes after the end": ('"p":17}', '"p":17} '),
}


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_another_spelling_of_the_same_event_is_refused(spelling: str) -> None:
    here, other = (text.encode() for text in _SPELLINGS[spelling])
    leaf = _leaf(EXAMPLE)
    assert leaf.count(here) == 1
    with pytest.raises(UnreadableEvent):
        open_leaf(TYPES, leaf.replace(here, other))


def test_a_key_that_is_not_ascii_is_refused_wherever_keys_are_free() -> None:
    tallied = _leaf(Tallied(by_reason={"a": 1}))
    for here, other in ((b'{"a":1}', '{"甲":1}'), (b',"role":"', ',"角色":"')):
        assert tallied.count(here) == 1
        with pytest.raises(UnreadableEvent):
            open_leaf(TYPES, tallied.replace(here, other.encode()))


def test_an_actor_nobody_could_read_back_is_not_written() -> None:
    with pytest.raises(canonical.NotCanonical, match="账号"):
        seal(TYPES, "sample", stream(), 0, [EXAMPLE], replace(provenance(), actor={"账号": "x"}))


def test_nesting_without_end_is_refused() -> None:
    deep = b"[" * 30_000 + b"]" * 30_000
    with pytest.raises(UnreadableEvent):
        open_leaf(TYPES, _leaf(EXAMPLE).replace(b'"zeal":"\xe9\xab\x98"', b'"zeal":' + deep))


def test_a_field_left_to_its_default_is_read_with_it() -> None:
    leaf = _leaf(EXAMPLE)
    assert open_leaf(TYPES, leaf.replace(b'"note":null,', b"")).data == EXAMPLE
