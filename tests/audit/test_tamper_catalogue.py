"""I9: whatever is done to a copy is found and placed, and no other log is accused of it; a hundred instances of each.

The auditor has the public keys and an older or newer checkpoint from elsewhere, as ``docs/auditing.md`` asks.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from audit.checkpoints import evidence
from audit.copies.folder import open_copies
from audit.verify import Finding, verify
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.proof.keys import KeyFiles
from eventlog.proof.tiles import HEIGHT, WIDTH, tiles_of
from eventlog.sqlite import SqliteStore
from eventlog.stream import StreamName
from gateway.events import Means, SignedIn
from gateway.store import open_log
from tests.audit.signing import hand_over, keys_of, prove, sign_history
from tests.audit.tampering import cut, leaf_at, leaves, put_leaf, tamper
from tests.eventlog.sample import provenance

INSTANCES = 100
SIGN_INS = 700
"""So that one log fills two tiles and has a second level."""


@dataclass
class Case:
    """A copy to be tampered with. ``home`` is what the auditor took home when the logs were last signed."""

    folder: Path
    county: Path
    home: Path
    chance: random.Random

    def log(self, least: int = 1) -> tuple[str, int]:
        """A log of at least so many events, and how many it has."""
        sizes = {name: len(leaves(self.folder, name)) for name in VOCABULARIES}
        name = self.chance.choice([one for one, size in sizes.items() if size >= least])
        return name, sizes[name]

    def change(self, log: str, change: Callable[[sqlite3.Connection], object]) -> None:
        tamper(self.folder / "logs", log, change)


@dataclass(frozen=True)
class Expected:
    """The log, where in it, and which codes may be found there."""

    log: str
    positions: range
    codes: frozenset[str]
    held: tuple[str, ...] = ()


Tampering = Callable[[Case], Expected]


def at(log: str, position: int, *codes: str, held: tuple[str, ...] = ()) -> Expected:
    return Expected(log, range(position, position + 1), frozenset(codes), held)


def flip(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw) * 8)
    return raw[: place // 8] + bytes([raw[place // 8] ^ 1 << place % 8]) + raw[place // 8 + 1 :]


def bit_in_leaf(case: Case) -> Expected:
    log, size = case.log()
    position = case.chance.randrange(size)
    case.change(log, lambda c: put_leaf(c, position, flip(leaf_at(c, position), case.chance)))
    return at(log, position, "leaf")


def bit_in_row(case: Case) -> Expected:
    log, size = case.log()
    position = case.chance.randrange(size)
    changes = {
        "version": "version + 5000 + position",
        "pub_seq": "coalesce(pub_seq, 0) + 5000 + position",
        "type": "type || 'a'",
        "stream_id": "replace(stream_id, '-', '_')",
    }
    column = case.chance.choice(list(changes))
    change = f"{column} = {changes[column]}"
    case.change(log, lambda c: c.execute(f"UPDATE event SET {change} WHERE position = ?", (position,)))  # noqa: S608 -- the test's own words
    return at(log, position, "pub_seq" if column == "pub_seq" else "mismatch")


def bit_in_tile(case: Case) -> Expected:
    log, size = case.log()
    tile = case.chance.choice(list(tiles_of(size)))
    path = case.folder / "proof" / log / tile.path()
    path.write_bytes(flip(path.read_bytes(), case.chance))
    span = max(tile.level, 0) * HEIGHT
    first = tile.place * WIDTH << span
    return Expected(log, range(first, first + (tile.width << span)), frozenset({"tile"}))


def bit_in_checkpoint(case: Case) -> Expected:
    log, _ = case.log()
    path = case.folder / "proof" / log / "checkpoint"
    path.write_bytes(flip(path.read_bytes(), case.chance))
    return at(log, 0, "checkpoint", "checkpoint_cut", "wrong_key", "other_log", "stranger")


def deleted(case: Case) -> Expected:
    log, size = case.log()
    position = case.chance.randrange(size)
    case.change(log, lambda c: c.execute("DELETE FROM event WHERE position = ?", (position,)))
    last = position == size - 1
    return at(log, position if last else position + 1, *(("shorter",) if last else ("position",)))


def inserted(case: Case) -> Expected:
    """One more event in the middle, made from another, and all numbers after it moved on."""
    log, size = case.log()
    position, other = case.chance.randrange(size), case.chance.randrange(size)

    def insert(connection: sqlite3.Connection) -> None:
        whole = canonical.loads(leaf_at(connection, other))
        whole["p"], whole["e"]["subject"], whole["e"]["streamversion"] = position, f"forged-{uuid4()}", 0
        connection.execute("UPDATE event SET position = -position - 1 WHERE position >= ?", (position,))
        connection.execute("UPDATE event SET position = -position WHERE position < 0")
        kind, subject = whole["e"]["type"], whole["e"]["subject"]
        values = (position, subject, 0, kind, None, canonical.dumps(whole))
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.execute("UPDATE log_head SET next_position = next_position + 1")

    case.change(log, insert)
    return at(log, position, "leaf")


def swapped(case: Case) -> Expected:
    log, size = case.log(least=2)
    one, other = sorted(case.chance.sample(range(size), 2))

    def swap(connection: sqlite3.Connection) -> None:
        first, second = leaf_at(connection, one), leaf_at(connection, other)
        put_leaf(connection, one, second)
        put_leaf(connection, other, first)

    case.change(log, swap)
    return at(log, case.chance.choice([one, other]), "leaf")


def truncated(case: Case) -> Expected:
    log, size = case.log()
    kept = case.chance.randrange(size)
    case.change(log, lambda c: cut(c, kept))
    return at(log, kept, "shorter")


def restored(case: Case) -> Expected:
    """Yesterday's database with yesterday's proof; the auditor took a checkpoint home today."""
    log, size = case.log(least=2)
    kept = case.chance.randrange(1, size)
    case.change(log, lambda c: cut(c, kept))
    sign_history(case.folder, log, keys_of(case.county, log), kept)
    return at(log, kept, "shorter", held=(log,))


def signed_by_another(case: Case) -> Expected:
    """History is changed, and signed with a key that bears the log's name."""
    log, size = case.log()
    position = case.chance.randrange(size)
    case.change(log, lambda c: put_leaf(c, position, _forged(leaf_at(c, position))))
    sign_history(case.folder, log, _other_key(case, log), size)
    return at(log, 0, "wrong_key")


def split_view(case: Case) -> Expected:
    """The log's own key signs another history for this auditor, who holds what another one was shown."""
    log, size = case.log()
    position = case.chance.randrange(size)
    case.change(log, lambda c: put_leaf(c, position, _forged(leaf_at(c, position))))
    sign_history(case.folder, log, keys_of(case.county, log), size)
    return at(log, position, "leaf", held=(log,))


def edited_by_the_owner(case: Case) -> Expected:
    """Triggers off, one event rewritten so that it reads well."""
    log, size = case.log()
    position = case.chance.randrange(size)
    case.change(log, lambda c: put_leaf(c, position, _forged(leaf_at(c, position))))
    return at(log, position, "leaf")


def _forged(leaf: bytes) -> bytes:
    """Somebody else did it."""
    whole = canonical.loads(leaf)
    whole["e"]["actor"] = whole["e"]["actor"] | {"account": "somebody else"}
    return canonical.dumps(whole)


def _other_key(case: Case, log: str) -> KeyFiles:
    return keys_of(case.folder.with_name("stolen"), log)


TAMPERINGS: tuple[Tampering, ...] = (
    bit_in_leaf, bit_in_row, bit_in_tile, bit_in_checkpoint, deleted, inserted, swapped, truncated, restored,
    signed_by_another, split_view, edited_by_the_owner,
)  # fmt: skip


@pytest.fixture(scope="module")
def county(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign and so many sign-ins that its gateway's log has tiles of every kind."""
    folder = Path(shutil.copytree(played.parent, tmp_path_factory.mktemp("county") / "county"))
    log = open_log(SqliteStore(folder / "logs" / "gateway.sqlite3"))
    for _ in range(SIGN_INS // 100):
        with log.transaction() as tx:
            entries = [SignedIn(account="office", means=Means.FORM)] * 100
            tx.append(StreamName("visit", uuid4()), entries, -1, provenance())
    log.store.close()
    prove(folder)
    return folder


@pytest.fixture
def case(county: Path, tmp_path: Path) -> Iterator[Callable[[random.Random], Case]]:
    """A new copy at each call; the last one is thrown away."""
    place = tmp_path / "copy"

    def new(chance: random.Random) -> Case:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(place.with_name("stolen"), ignore_errors=True)
        return Case(hand_over(county, place), county, county / "proof", chance)

    yield new
    shutil.rmtree(place, ignore_errors=True)


def findings(case: Case, held: tuple[str, ...] = ()) -> list[Finding]:
    taken = [case.home] if held else []
    against = evidence(case.folder, case.county / "keys.txt", taken)
    return verify(open_copies(case.folder), lambda *_: None, against).findings


def test_an_untouched_copy_is_accused_of_nothing_and_agrees_with_every_checkpoint(
    case: Callable[[random.Random], Case],
) -> None:
    one = case(random.Random(0))
    against = evidence(one.folder, one.county / "keys.txt", [one.home])
    verified = verify(open_copies(one.folder), lambda *_: None, against)
    assert verified.findings == []
    assert {log: len(trees) for log, trees in verified.signed.items()} == dict.fromkeys(VOCABULARIES, 2)
    others = {log: set(VOCABULARIES) - {log} for log in VOCABULARIES}
    assert {log: set(trees[0].cosigners) for log, trees in verified.signed.items()} == others


@pytest.mark.timeout(600)
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
def test_i9_every_tampering_is_named_with_its_place_and_nothing_else_is_accused(
    case: Callable[[random.Random], Case], tampering: Tampering
) -> None:
    for instance in range(INSTANCES):
        one = case(random.Random(f"{tampering.__name__} {instance}"))
        expected = tampering(one)
        found = findings(one, expected.held)
        there = [f for f in found if f.log == expected.log and f.position in expected.positions]
        assert {f.code for f in there} & expected.codes, (instance, expected, found)
        assert {f.log for f in found} == {expected.log}, (instance, expected, found)
