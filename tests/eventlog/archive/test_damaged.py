"""Whatever is wrong with an archive, its database or its proof is named, and the log is told of nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from pyarrow.parquet import ParquetFile, write_table

from eventlog.archive.checking import ArchiveDiffers, HalfWritten, WrongLog
from eventlog.archive.partition import CannotArchive, Unproved
from eventlog.archive.writing import RowsDiffer
from eventlog.proof.keys import KeyFiles
from eventlog.proof.tiles import Tile, pack, unpack
from tests.eventlog.archive.archiving import BOTH, announced, archived, forget
from tests.eventlog.proof.proving import Proved, forge


def damaged(one: Proved, out: Path, name: str, *, told: bool) -> Path:
    """A file of the first partition's archive, to be damaged; whether the log speaks of it."""
    archived(one, out)
    if not told:
        forget(one)
    return out / "sample-00000" / name


def refused(one: Proved, out: Path, how: tuple[type[CannotArchive], ...], path: Path) -> None:
    before = announced(one.log)
    with pytest.raises(how) as caught:
        archived(one, out)
    assert path.name in str(caught.value)
    assert "请" in str(caught.value)
    assert announced(one.log) == before


@pytest.mark.parametrize("name", ["events.parquet", "entries"])
@pytest.mark.parametrize("told", [True, False], ids=["announced", "unannounced"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.999])
def test_a_file_cut_off_is_named(filed: Proved, tmp_path: Path, name: str, told: bool, kept: float) -> None:
    path = damaged(filed, tmp_path / "out", name, told=told)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * kept)])
    refused(filed, tmp_path / "out", (HalfWritten,), path)


@pytest.mark.parametrize("told", [True, False], ids=["announced", "unannounced"])
def test_entries_cut_off_between_two_events_are_named(filed: Proved, tmp_path: Path, told: bool) -> None:
    path = damaged(filed, tmp_path / "out", "entries", told=told)
    path.write_bytes(pack(unpack("entries", path.read_bytes())[:-1]))
    refused(filed, tmp_path / "out", (HalfWritten,), path)


@pytest.mark.parametrize("name", ["events.parquet", "entries"])
def test_a_missing_file_is_named(filed: Proved, tmp_path: Path, name: str) -> None:
    path = damaged(filed, tmp_path / "out", name, told=True)
    path.unlink()
    refused(filed, tmp_path / "out", (HalfWritten,), path)


@pytest.mark.parametrize("name", ["events.parquet", "entries"])
@pytest.mark.parametrize(("told", "place"), [(True, 0.3), (True, 0.7), (True, 0.9), (False, 0.3), (False, 0.5)])
def test_a_changed_byte_is_named(filed: Proved, tmp_path: Path, name: str, told: bool, place: float) -> None:
    path = damaged(filed, tmp_path / "out", name, told=told)
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * place)] ^= 1
    path.write_bytes(raw)
    refused(filed, tmp_path / "out", (ArchiveDiffers, HalfWritten) if name == "entries" else (ArchiveDiffers,), path)


def test_columns_that_say_other_than_the_event_are_named(filed: Proved, tmp_path: Path) -> None:
    """The root does not cover them."""
    path = damaged(filed, tmp_path / "out", "events.parquet", told=False)
    columns = "position, stream_id, version + (position = 5)::bigint AS version, type, pub_seq, leaf"
    rewrite(path, columns)
    with pytest.raises(ArchiveDiffers, match="第 5 号事件的列与事件本身不符"):
        archived(filed, tmp_path / "out")


def test_files_that_were_made_anew_later_are_not_those_the_log_speaks_of(filed: Proved, tmp_path: Path) -> None:
    path = damaged(filed, tmp_path / "out", "events.parquet", told=True)
    rewrite(path, "*")
    with pytest.raises(ArchiveDiffers, match="日志所记的摘要不符"):
        archived(filed, tmp_path / "out")


def rewrite(path: Path, columns: str) -> None:
    """The same rows by another program, under the same heading."""
    with ParquetFile(path) as file:
        schema = file.schema_arrow
    rows = duckdb.sql(f"SELECT {columns} FROM '{path}' ORDER BY position")  # noqa: S608 -- our own names
    assert rows is not None
    write_table(rows.to_arrow_table().cast(schema).replace_schema_metadata(schema.metadata), path)


def test_the_archive_of_another_log_or_partition_is_named_and_left_alone(filed: Proved, tmp_path: Path) -> None:
    path = damaged(filed, tmp_path / "out", "entries", told=False)
    shutil.rmtree(path.parent)
    shutil.copytree(tmp_path / "out" / "sample-00001", path.parent)
    before = path.read_bytes()
    with pytest.raises(WrongLog, match="其中 first 是“512”"):
        archived(filed, tmp_path / "out")
    other = Proved(tmp_path / "another", filed.log)
    other.keys = KeyFiles(tmp_path / "another", "other")
    other.keys.make("proof.example/other")
    other.restart()
    other.checkpointer.run_once()
    with pytest.raises(WrongLog, match=r"其中 origin 是“proof\.example/sample”"):
        archived(other, tmp_path / "out")
    other.close()
    assert path.read_bytes() == before


def test_a_database_that_holds_other_events_than_were_signed_is_named_and_nothing_written(
    proved: Proved, tmp_path: Path
) -> None:
    forge(proved.log, "DELETE FROM event WHERE position = 77")
    with pytest.raises(RowsDiffer, match="分区 0（第 0 至 511 号事件）与已签名的校验点不符"):
        archived(proved, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    assert announced(proved.log) == []


@pytest.mark.parametrize("tile", [Tile(1, 0, 6), Tile(0, 3)])
def test_tiles_that_do_not_lead_to_the_checkpoint_are_named(filed: Proved, tmp_path: Path, tile: Tile) -> None:
    path = filed.publication.files.folder / tile.path()
    path.write_bytes(bytes(len(path.read_bytes())))
    if tile.level:
        with pytest.raises(Unproved, match="分区 0"):
            archived(filed, tmp_path / "out")
    else:  # the partition's own root stands higher up, and is what counts
        assert archived(filed, tmp_path / "out") == BOTH
