from __future__ import annotations

from pathlib import Path

import pytest

from audit.copies.folder import open_copies
from audit.outcome import Exit, Truncated, Unusable
from audit.verify import verify
from tests.audit.asking import ask


def read(folder: Path) -> None:
    verify(open_copies(folder), lambda _log, _done: None)


@pytest.mark.parametrize("keep", [0, 50])
def test_a_file_that_is_no_database_is_named(copy: Path, keep: int) -> None:
    path = copy / "review.sqlite3"
    path.write_bytes(path.read_bytes()[:keep] + b"\x5a" * 40_000)
    with pytest.raises(Unusable, match="review"):
        read(copy)


@pytest.mark.parametrize("lost", [1, 5000, 100_000])
def test_a_file_cut_off_in_copying_is_told_from_a_tampered_one(copy: Path, lost: int) -> None:
    path = copy / "review.sqlite3"
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(Truncated, match=r"review.sqlite3 被截断"):
        read(copy)
    assert ask("verify", copy).code == Exit.TRUNCATED


def test_a_live_copy_is_read_with_its_write_ahead_log(live_copy: Path) -> None:
    assert (live_copy / "gateway.sqlite3-wal").stat().st_size > 0
    verified = verify(open_copies(live_copy), lambda _log, _done: None)
    kept = verify(open_copies(live_copy.parent / "copy"), lambda _log, _done: None)
    assert verified.findings == []
    assert verified.events["gateway"] == kept.events["gateway"]
