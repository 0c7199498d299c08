"""A closed partition becomes files that prove themselves, and only then does the log say so."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from pyarrow.parquet import ParquetFile
from sqlalchemy import text

from eventlog.archive.archiver import Outcome
from eventlog.archive.checking import WrongLog
from eventlog.continuation import continue_log
from eventlog.log import EventLog
from eventlog.proof.tiles import ENTRIES, WIDTH, Tile, unpack
from eventlog.proof.tree import leaf_hash, root_of
from eventlog.sqlite import SqliteStore
from tests.eventlog.archive.archiving import BOTH, SPAN, Told, announced, archived, forget
from tests.eventlog.proof.proving import Proved, append
from tests.eventlog.sample import TYPES, provenance


def test_all_but_the_newest_partitions_are_archived_and_the_log_says_so(proved: Proved, tmp_path: Path) -> None:
    leaves = list(proved.log.read_leaves())
    out = tmp_path / "out"
    assert archived(proved, out) == BOTH
    assert [(one.origin, one.first, one.end) for one in announced(proved.log)] == [
        (proved.origin, 0, SPAN), (proved.origin, SPAN, 2 * SPAN),
    ]  # fmt: skip
    for place, one in enumerate(announced(proved.log)):
        folder = out / f"sample-{place:05}"
        root = root_of(map(leaf_hash, leaves[one.first : one.end]))
        assert base64.b64decode(one.root) == root
        assert unpack("entries", (folder / "entries").read_bytes()) == leaves[one.first : one.end]
        sums = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("events.parquet", "entries")]
        assert [one.events_sha256, one.entries_sha256] == sums
    assert sorted(path.name for path in out.iterdir()) == ["sample-00000", "sample-00001"]


def test_the_rows_are_read_by_other_programs_as_they_stand_in_the_log(proved: Proved, tmp_path: Path) -> None:
    archived(proved, tmp_path / "out")
    path = tmp_path / "out" / "sample-00001" / "events.parquet"
    query = "SELECT position, stream_id, version, type, pub_seq, leaf FROM "
    with proved.log.store.reading() as connection:
        rows = connection.execute(text(f"{query} event WHERE position BETWEEN {SPAN} AND {2 * SPAN - 1} ORDER BY 1"))
        expected = [(*row[:5], bytes(row.leaf)) for row in rows]
    found = duckdb.sql(f"{query} '{path}' ORDER BY 1")
    assert found is not None
    assert found.fetchall() == expected
    with ParquetFile(path) as file:
        told = file.schema_arrow.metadata
        assert (told[b"origin"], told[b"first"], told[b"end"]) == (proved.origin.encode(), b"512", b"1024")
        assert file.metadata.row_group(0).column(5).compression == "ZSTD"


def test_the_entries_are_the_bundles_of_the_published_tiles_one_after_the_other(filed: Proved, tmp_path: Path) -> None:
    archived(filed, tmp_path / "out")
    bundles = [filed.publication.files.read(Tile(ENTRIES, place)) for place in range(SPAN // WIDTH, 2 * SPAN // WIDTH)]
    assert len(bundles) == 2
    assert (tmp_path / "out" / "sample-00001" / "entries").read_bytes() == b"".join(bundles)


def test_what_is_not_signed_yet_is_not_archived(filed: Proved, tmp_path: Path) -> None:
    append(filed.log, 2 * SPAN)
    assert [place for place, _ in archived(filed, tmp_path / "out")] == [0, 1]
    filed.checkpointer.run_once()
    assert [place for place, _ in archived(filed, tmp_path / "out")] == [0, 1, 2, 3]


def test_a_short_log_has_nothing_to_archive(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "short.sqlite3", SPAN)
    one = Proved(tmp_path, EventLog("sample", store, TYPES).open())
    append(one.log, 2 * SPAN)
    one.checkpointer.run_once()
    assert archived(one, tmp_path / "out") == []
    one.close()
    store.close()


def test_done_again_it_checks_the_files_and_changes_nothing(proved: Proved, tmp_path: Path) -> None:
    archived(proved, tmp_path / "out")
    before = list(proved.log.read_leaves())
    assert archived(proved, tmp_path / "out") == [(0, Outcome.CHECKED), (1, Outcome.CHECKED)]
    assert archived(proved, tmp_path / "other") == [(0, Outcome.ELSEWHERE), (1, Outcome.ELSEWHERE)]
    assert list(proved.log.read_leaves()) == before


def test_the_log_goes_on_as_before_and_its_proof_too(proved: Proved, tmp_path: Path) -> None:
    archived(proved, tmp_path / "out")
    append(proved.log, 3)
    proved.restart()
    assert proved.checkpointer.run_once() == 5
    assert proved.published().size == 3 * SPAN + 1 + 5


def test_progress_is_told_of_writing_and_of_checking(filed: Proved, tmp_path: Path) -> None:
    told: Told = []
    archived(filed, tmp_path / "out", told)
    assert told == [(what, place, SPAN) for place in (0, 1) for what in ("写出", "核对")]


KILLED = """
import os, sys
from pathlib import Path
from eventlog.archive import writing
from eventlog.archive.partition import Partition
from eventlog.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]), 512)
writing.write(store, Partition("x", 0, 512), b"", Path(sys.argv[2]), lambda done: os.kill(os.getpid(), 9))
"""


def test_killed_while_writing_it_leaves_nothing_that_looks_like_an_archive(filed: Proved, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED, str(tmp_path / "log.sqlite3"), str(out / "sample-00000")]
    assert subprocess.run(command, check=False).returncode == -9
    assert [path.name.startswith(".sample-00000.") for path in out.iterdir()] == [True]
    assert archived(filed, out) == BOTH


def test_killed_after_writing_it_goes_on_with_the_files_that_are_there(filed: Proved, tmp_path: Path) -> None:
    """They are checked like any others, and not written over."""
    first = tmp_path / "first"
    archived(filed, first)
    written = (first / "sample-00000" / "entries").stat().st_mtime_ns
    forget(filed)
    assert archived(filed, first) == BOTH
    assert (first / "sample-00000" / "entries").stat().st_mtime_ns == written


def test_a_continued_log_keeps_apart_what_the_previous_one_archived(filed: Proved, tmp_path: Path) -> None:
    """Its positions are others: what was archived before is no archive of it."""
    archived(filed, tmp_path / "out")
    last = filed.signed()
    assert last is not None
    continue_log(filed.log, last, 1, "演练", provenance())
    filed.keys.begin(f"{filed.origin}/2", last.size)
    shutil.rmtree(filed.publication.files.folder)
    filed.restart()
    filed.checkpointer.run_once()
    with pytest.raises(WrongLog, match=r"proof\.example/sample/2"):
        archived(filed, tmp_path / "out")
    assert archived(filed, tmp_path / "second") == BOTH
    assert [one.origin.rpartition("/")[2] for one in announced(filed.log)] == ["sample", "sample", "2", "2"]
