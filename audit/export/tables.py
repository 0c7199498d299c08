"""The events of a log as tables, written as they are read: memory does not grow with the log.

``events.jsonl`` has the leaves themselves, so that line n, without its newline, is what leaf n−1 of the tree hashes.
``events.csv`` and ``events.parquet`` have the columns of :data:`SCHEMA`; in CSV, text that a spreadsheet would take for
a formula stands behind an apostrophe, which a base64 that begins with ``+`` is too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from audit.copies.log_copy import Row
from audit.outcome import Unusable
from audit.spreadsheet import csv_file
from eventlog import canonical
from eventlog.proof.tiles import on_disk

SCHEMA = pa.schema(
    [
        pa.field("log", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("covered", pa.bool_(), nullable=False),
        pa.field("stream", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("type", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("schema", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("published", pa.bool_(), nullable=False),
        pa.field("pub_seq", pa.int64()),
        pa.field("occurred_at", pa.timestamp("ms", tz="UTC"), nullable=False),
        pa.field("hlc_ms", pa.int64(), nullable=False),
        pa.field("hlc_counter", pa.int64(), nullable=False),
        pa.field("actor", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("command", pa.string(), nullable=False),
        pa.field("correlation", pa.string(), nullable=False),
        pa.field("cause_source", pa.string()),
        pa.field("cause_position", pa.int64()),
        pa.field("cause_leafhash", pa.string()),
        pa.field("leafhash", pa.string(), nullable=False),
        pa.field("data", pa.string(), nullable=False),
    ]
)
"""``covered``: whether the log's checkpoint covers the event. ``leafhash`` is base64, as everywhere in the logs.
``data`` is JSON; what is personal in it is a commitment.
"""

_GROUP_ROWS, _GROUP_BYTES = 5000, 8_000_000
"""A row group of the Parquet file, and what is held of it in memory, ends at whichever is reached first."""


@dataclass(frozen=True)
class Exported:
    """One event on its way into the tables."""

    row: Row
    covered: bool


def write(folder: Path, log: str, events: Iterable[Exported]) -> None:
    """``events.jsonl``, ``events.csv`` and ``events.parquet`` of a log, in one go through its events."""
    jsonl, table, columnar = (folder / f"events.{kind}" for kind in ("jsonl", "csv", "parquet"))
    with ExitStack() as opened:
        lines = opened.enter_context(jsonl.open("wb"))
        put = opened.enter_context(csv_file(table, SCHEMA.names))
        writer = opened.enter_context(parquet.ParquetWriter(columnar, SCHEMA, compression="zstd"))
        for group in _groups(events):
            rows = [facts_of(log, one) for one in group]
            lines.writelines(one.row.leaf + b"\n" for one in group)
            for row in rows:
                put([_as_text(value) for value in row.values()])
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
    for path in (jsonl, table, columnar):
        on_disk(path)


def facts_of(log: str, event: Exported) -> dict[str, Any]:
    """The columns; all but ``pub_seq`` are read from the leaf, which is what is signed."""
    leaf = event.row.leaf
    try:
        whole = canonical.loads(leaf)
        told = whole["e"]
        cause: Mapping[str, Any] = told.get("cause") or {}
        return {
            "log": log,
            "position": whole["p"],
            "covered": event.covered,
            "stream": told["subject"],
            "version": told["streamversion"],
            "type": told["type"],
            "schema": int(told["dataschema"].rpartition("/")[2]),
            "id": told["id"],
            "published": event.row.pub_seq is not None,
            "pub_seq": event.row.pub_seq,
            "occurred_at": datetime.fromisoformat(told["time"]),
            "hlc_ms": whole["h"][0],
            "hlc_counter": whole["h"][1],
            "actor": told["actor"]["account"],
            "role": told["actor"]["role"],
            "command": told["command"],
            "correlation": told["correlationid"],
            "cause_source": cause.get("source"),
            "cause_position": cause.get("position"),
            "cause_leafhash": cause.get("leafhash"),
            "leafhash": canonical.leaf_hash(leaf),
            "data": canonical.dumps(told["data"]).decode(),
        }
    except (canonical.NotCanonical, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Unusable(f"{log} 第 {event.row.position} 号事件读不懂。请先用 audit verify 核查这份副本。") from error


def _groups(events: Iterable[Exported]) -> Iterator[list[Exported]]:
    group: list[Exported] = []
    held = 0
    for event in events:
        group.append(event)
        held += len(event.row.leaf)
        if len(group) == _GROUP_ROWS or held >= _GROUP_BYTES:
            yield group
            group, held = [], 0
    if group:
        yield group


def _as_text(value: Any) -> Any:
    """Truth values and moments as other programs read them from CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else value
