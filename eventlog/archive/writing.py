"""Writes a partition's folder: whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetWriter
from sqlalchemy import text

from eventlog.archive.files import COLUMNS, ENTRIES, EVENTS, ROW_GROUP, Report, metadata
from eventlog.archive.partition import CannotArchive, Partition
from eventlog.proof.tiles import on_disk, pack
from eventlog.proof.tree import Edge, leaf_hash
from eventlog.store import Store

_PAGE = 4096
_ROWS = text(
    "SELECT position, stream_id, version, type, pub_seq, leaf FROM event"
    " WHERE position >= :first AND position < :end ORDER BY position LIMIT :page"
)


class RowsDiffer(CannotArchive):
    """The database holds other events than were signed, or not all of them."""


def write(store: Store, partition: Partition, root: bytes, folder: Path, report: Report) -> None:
    """Raises :class:`RowsDiffer` when the rows of the database do not lead to ``root``; no folder is left then."""
    part = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        if _write_files(store, partition, root, part, report) != root:
            raise RowsDiffer(
                f"数据库里的{partition.told()}与已签名的校验点不符：数据库被换过或改过。"
                "请用 biaobing audit verify 查明是哪一个事件，恢复完好的数据库副本后再归档。"
            )
        on_disk(part)
        part.rename(folder)
        on_disk(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_files(store: Store, partition: Partition, root: bytes, part: Path, report: Report) -> bytes:
    """The root over the leaves written."""
    edge = Edge()
    rows = _rows(store, partition)
    schema = COLUMNS.with_metadata(metadata(partition, root))
    with (part / ENTRIES).open("wb") as entries, (part / EVENTS).open("wb") as events:
        with ParquetWriter(events, schema, compression="zstd") as writer:
            while group := list(islice(rows, ROW_GROUP)):
                leaves = [row["leaf"] for row in group]
                for leaf in leaves:
                    edge.add(leaf_hash(leaf))
                entries.write(pack(leaves))
                writer.write_table(pa.Table.from_pylist(group, schema), row_group_size=ROW_GROUP)
                report(edge.size)
        for file in (entries, events):
            file.flush()
            os.fsync(file.fileno())
    return edge.root()


def _rows(store: Store, partition: Partition) -> Iterator[dict[str, Any]]:
    first = partition.first
    while first < partition.end:
        with store.reading() as connection:
            rows = connection.execute(_ROWS, {"first": first, "end": partition.end, "page": _PAGE}).mappings().all()
        if not rows:
            return
        yield from ({**row, "leaf": bytes(row["leaf"])} for row in rows)
        first = rows[-1]["position"] + 1
