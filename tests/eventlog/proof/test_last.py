"""The last checkpoints: one takes another's place only when that is the one its maker had seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from eventlog.proof.last import COSIGNED, SIGNED, LastCheckpoints


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last" / "nomination.sqlite3"


def test_what_stands_there_is_there_after_a_restart(path: Path) -> None:
    first = LastCheckpoints(path)
    assert first.read(SIGNED, "a") is None
    assert first.swap(SIGNED, "a", None, "one")
    assert first.swap(SIGNED, "a", "one", "two")
    first.close()
    again = LastCheckpoints(path)
    assert again.read(SIGNED, "a") == "two"
    again.close()


def test_nothing_is_replaced_that_the_maker_has_not_seen(path: Path) -> None:
    last = LastCheckpoints(path)
    assert last.swap(SIGNED, "a", None, "one")
    assert not last.swap(SIGNED, "a", None, "other")
    assert not last.swap(SIGNED, "a", "old", "other")
    assert not last.swap(SIGNED, "b", "one", "other")
    assert last.read(SIGNED, "a") == "one"
    last.close()


def test_logs_and_kinds_are_kept_apart(path: Path) -> None:
    last = LastCheckpoints(path)
    for kind, origin in ((SIGNED, "a"), (SIGNED, "b"), (COSIGNED, "a")):
        assert last.swap(kind, origin, None, f"{kind} {origin}")
    assert last.read(SIGNED, "a") == "signed a"
    assert last.read(COSIGNED, "a") == "cosigned a"
    last.close()


def test_of_many_who_try_at_once_one_succeeds(path: Path) -> None:
    lasts = [LastCheckpoints(path) for _ in range(4)]
    swapped: list[bool] = []
    gate = threading.Barrier(len(lasts))

    def swap(last: LastCheckpoints) -> None:
        gate.wait(10)
        swapped.append(last.swap(SIGNED, "a", None, str(id(last))))

    threads = [threading.Thread(target=swap, args=[last]) for last in lasts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(swapped) == [False, False, False, True]
    for last in lasts:
        last.close()
