"""A campaign made anew by the kernel with something else having happened.

Every log is appended to again, event for event, with what follows from a change: positions, versions, clocks, and the
hashes by which logs name each other's events; what never was caused nothing. Nothing is wrong with such a log but the
process it tells of.
"""

from __future__ import annotations

import copy
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.event import Hlc, Sealed
from eventlog.sqlite import SqliteStore
from eventlog.store import Batch

Envelope = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """An event as it stood; ``nth`` among those of its log and type, from 0."""

    log: str
    position: int
    nth: int
    hlc: Hlc
    published: bool
    envelope: Envelope

    @property
    def name(self) -> Name:
        return self.log, self.envelope["type"], self.nth


Name = tuple[str, str, int]
"""(log, type, nth)"""
Story = Mapping[Name, Event]
"""All events by name, cause before effect."""
Edit = Callable[[Envelope], object]
Change = Callable[[Event, Story], list[Envelope]]
"""What happened instead of the event: itself, another, several or nothing."""


def story(folder: Path) -> Story:
    events = [event for log in VOCABULARIES for event in _events(folder, log)]
    return {one.name: one for one in sorted(events, key=lambda one: (one.hlc, one.log))}


def remade(folder: Path, out: Path, change: Change) -> Path:
    out.mkdir()
    with ExitStack() as stack:
        stores = {log: SqliteStore(out / f"{log}.sqlite3") for log in VOCABULARIES}
        for store in stores.values():
            stack.callback(store.close)
            store.create()
        logs = {log: Remaking(store, stack.enter_context(store.writing())) for log, store in stores.items()}
        moved: dict[tuple[str, int], tuple[int, str, Hlc]] = {}
        told = story(folder)
        published = {event.envelope["type"] for event in told.values() if event.published}
        for event in told.values():
            for envelope in change(event, told):
                caused_at: Hlc = (0, 0)
                if "cause" in envelope:
                    source, before = envelope["cause"]["source"], envelope["cause"]["position"]
                    if (source, before) not in moved:
                        continue
                    position, leafhash, caused_at = moved[source, before]
                    envelope["cause"] = {"source": source, "position": position, "leafhash": leafhash}
                place = logs[event.log].append(envelope, caused_at, published=envelope["type"] in published)
                moved.setdefault((event.log, event.position), place)
    return out


class Remaking:
    def __init__(self, store: SqliteStore, connection: Connection) -> None:
        self._store = store
        self._connection = connection
        self._versions: Counter[str] = Counter()

    def append(self, envelope: Envelope, caused_at: Hlc, *, published: bool) -> tuple[int, str, Hlc]:
        """(position, leaf hash, clock) of the event in the new log."""
        stream = envelope["subject"]
        envelope["streamversion"] = self._versions[stream]
        sealed = Sealed(type=envelope["type"], published=published, envelope=canonical.dumps(envelope), private=None)
        batch = Batch(
            stream=stream, expected_version=self._versions[stream] - 1, command_id=uuid4(), fingerprint="",
            events=[sealed], cause_hlc=caused_at,
        )  # fmt: skip
        placed = self._store.append(self._connection, batch)
        self._versions[stream] += 1
        assert placed.hlc is not None
        leaf = canonical.leaf_bytes(sealed.envelope, placed.hlc, placed.first_position)
        return placed.first_position, canonical.leaf_hash(leaf), placed.hlc


def _events(folder: Path, log: str) -> Iterator[Event]:
    seen: Counter[str] = Counter()
    with closing(sqlite3.connect(folder / f"{log}.sqlite3")) as connection:
        for position, published, leaf in connection.execute(
            "SELECT position, pub_seq IS NOT NULL, leaf FROM event ORDER BY position"
        ):
            whole = canonical.loads(leaf)
            kind = whole["e"]["type"]
            ms, counter = whole["h"]
            yield Event(log, position, seen[kind], (ms, counter), bool(published), whole["e"])
            seen[kind] += 1


def edited(log: str, kind: str, nth: int, edit: Edit) -> Change:
    """One event otherwise than it was."""

    def change(event: Event, _story: Story) -> list[Envelope]:
        envelope = copy.deepcopy(event.envelope)
        if event.name == (log, kind, nth):
            edit(envelope)
        return [envelope]

    return change


def dropped(log: str, kind: str, nth: int) -> Change:
    """One event never was."""
    return lambda event, _story: [] if event.name == (log, kind, nth) else [copy.deepcopy(event.envelope)]


def ended(last: Name) -> Change:
    """Nothing happened after this event."""

    def change(event: Event, story: Story) -> list[Envelope]:
        end = story[last]
        return [copy.deepcopy(event.envelope)] if (event.hlc, event.log) <= (end.hlc, end.log) else []

    return change


def copied(of: Name, after: Name, edit: Edit, *, by_another_command: bool = True) -> Change:
    """An event also after another of its log, otherwise than it was."""

    def change(event: Event, story: Story) -> list[Envelope]:
        envelopes = [copy.deepcopy(event.envelope)]
        if event.name == after:
            second = copy.deepcopy(story[of].envelope)
            if by_another_command:
                second |= {"command": (command := str(uuid4())), "id": f"{command}/0"}
            edit(second)
            envelopes.append(second)
        return envelopes

    return change
