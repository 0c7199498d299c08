"""Whatever is changed in a copy is found, and named with log and position; nothing else is accused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from audit.copies.folder import open_copies
from audit.outcome import Exit, Unusable
from audit.verify import verify
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from tests.audit.asking import ask, told
from tests.audit.tampering import last, leaf_at, position_of, put_leaf, tamper


def findings(folder: Path) -> list[tuple[str, int, str]]:
    verified = verify(open_copies(folder), lambda _log, _done: None)
    return [(one.log, one.position, one.code) for one in verified.findings]


def test_an_untouched_copy_is_accused_of_nothing(copy: Path) -> None:
    verified = verify(open_copies(copy), lambda _log, _done: None)
    assert verified.findings == []
    assert list(verified.events) == list(VOCABULARIES)
    assert all(verified.events.values())


@pytest.mark.parametrize("byte", [0, 1, 7, -1])
def test_a_flipped_bit_that_breaks_the_form_is_found_where_it_is(copy: Path, byte: int) -> None:
    def flip(connection: sqlite3.Connection) -> None:
        leaf = bytearray(leaf_at(connection, 5))
        leaf[byte] ^= 1
        put_leaf(connection, 5, bytes(leaf))

    tamper(copy, "review", flip)
    assert ("review", 5, "unreadable") in findings(copy)


@pytest.mark.parametrize(
    ("log", "kind", "old", "new"),
    [
        ("nomination", "NominationSubmitted", b'"words":7', b'"words":8'),
        ("nomination", "NominationSubmitted", b'"account":"unit 1"', b'"account":"unit 2"'),
        ("review", "ShortlistFixed", b'"rank":1', b'"rank":3'),
        ("review", "AwardDecided", "一等奖".encode(), "二等奖".encode()),
        ("publicity", "NoticePublished", b"17:30", b"12:30"),
    ],
)
def test_a_well_formed_forgery_of_what_others_acted_on_is_found_by_its_effect(
    copy: Path, log: str, kind: str, old: bytes, new: bytes
) -> None:
    place = position_of(copy, log, kind)

    def forge(connection: sqlite3.Connection) -> None:
        before = leaf_at(connection, place)
        assert old in before
        put_leaf(connection, place, before.replace(old, new))

    tamper(copy, log, forge)
    codes = findings(copy)
    assert codes != []
    assert {code for _, _, code in codes} == {"cause_hash"}


def test_a_deleted_row_is_found_by_every_later_position_and_the_head(copy: Path) -> None:
    end = last(copy, "publicity")
    tamper(copy, "publicity", lambda connection: connection.execute("DELETE FROM event WHERE position = 1"))
    found = findings(copy)
    places = [position for log, position, code in found if (log, code) == ("publicity", "position")]
    assert places == list(range(2, end + 1))
    assert ("publicity", end, "head") in found


def test_an_inserted_row_is_found_where_it_is(copy: Path) -> None:
    end = last(copy, "gateway")

    def insert(connection: sqlite3.Connection) -> None:
        values = (end + 1, "account-0", 0, "AccountOpened", None, leaf_at(connection, end))
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", values)

    tamper(copy, "gateway", insert)
    found = findings(copy)
    assert {code for log, position, code in found if (log, position) == ("gateway", end + 1)} >= {"mismatch", "clock"}


def test_swapped_rows_are_both_found(copy: Path) -> None:
    def swap(connection: sqlite3.Connection) -> None:
        first, second = leaf_at(connection, 3), leaf_at(connection, 4)
        put_leaf(connection, 3, second)
        put_leaf(connection, 4, first)

    tamper(copy, "inspection", swap)
    found = findings(copy)
    assert {position for log, position, code in found if (log, code) == ("inspection", "mismatch")} == {3, 4}


def test_a_truncated_tail_is_found_at_its_end(copy: Path) -> None:
    end = last(copy, "review")
    tamper(copy, "review", lambda connection: connection.execute("DELETE FROM event WHERE position > ?", (end - 3,)))
    assert ("review", end - 2, "head") in findings(copy)


def test_a_truncated_tail_with_a_mended_head_is_found_by_what_came_of_it(copy: Path) -> None:
    place = position_of(copy, "nomination", "NominationsClosed")

    def truncate(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM event WHERE position >= ?", (place,))
        (published,) = connection.execute("SELECT count(pub_seq) FROM event").fetchone()
        ms, counter = canonical.loads(leaf_at(connection, place - 1))["h"]
        head = "UPDATE log_head SET next_position = ?, next_pub_seq = ?, hlc_ms = ?, hlc_counter = ?"
        connection.execute(head, (place, published, ms, counter))

    ended = position_of(copy, "review", "NominationsEnded")
    tamper(copy, "nomination", truncate)
    assert findings(copy) == [("review", ended, "cause_missing")]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("version = 99", {"version", "mismatch"}),
        ("type = 'CaseOpened'", {"mismatch"}),
        ("stream_id = 'case-00000000-0000-0000-0000-000000000000'", {"version", "mismatch"}),
        ("pub_seq = 99", {"pub_seq", "mismatch", "head"}),
    ],
)
def test_a_changed_column_is_found_where_it_is(copy: Path, change: str, codes: set[str]) -> None:
    place = position_of(copy, "review", "RoundOpened")
    tamper(copy, "review", lambda c: c.execute(f"UPDATE event SET {change} WHERE position = ?", (place,)))  # noqa: S608 -- the test's own words
    found = findings(copy)
    assert {code for log, position, code in found if (log, position) == ("review", place)} <= codes
    assert ("review", place, "mismatch") in found


@pytest.mark.parametrize(
    "change", ["next_position = next_position + 1", "next_pub_seq = next_pub_seq - 1", "hlc_ms = hlc_ms + 1"]
)
def test_a_changed_head_is_found(copy: Path, change: str) -> None:
    tamper(copy, "nomination", lambda c: c.execute(f"UPDATE log_head SET {change}"))  # noqa: S608 -- as above
    assert findings(copy) == [("nomination", last(copy, "nomination") + 1, "head")]


def test_a_missing_log_is_named(copy: Path) -> None:
    (copy / "publicity.sqlite3").unlink()
    with pytest.raises(Unusable, match="publicity"):
        open_copies(copy)


def test_nothing_in_the_folder_is_changed(copy: Path) -> None:
    def state() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(copy.rglob("*"))}

    before = state()
    for path in copy.iterdir():
        path.chmod(0o444)
    copy.chmod(0o555)
    assert findings(copy) == []
    copy.chmod(0o755)
    assert state() == before


def test_a_finding_ends_with_1_and_names_log_and_position(data: Path) -> None:
    tamper(data / "logs", "review", lambda connection: put_leaf(connection, 4, b"{}"))
    answer = ask("verify", data)
    assert (answer.code, "review 第 4 号（unreadable）" in answer.out) == (Exit.FOUND, True)
    (finding, *_) = told("verify", data)["findings"]
    assert (finding["log"], finding["position"], finding["code"]) == ("review", 4, "unreadable")


def test_the_events_of_every_log_are_counted(signed: Path) -> None:
    verified = told("verify", signed)
    assert verified["findings"] == []
    assert list(verified["events"]) == list(VOCABULARIES)
