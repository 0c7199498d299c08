"""How a partition stands in its two files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from eventlog.archive.partition import Partition

EVENTS, ENTRIES = "events.parquet", "entries"
ROW_GROUP = 65536
COLUMNS = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("stream_id", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("pub_seq", pa.int64()),
        pa.field("leaf", pa.binary(), nullable=False),
    ]
)

Report = Callable[[int], None]
"""How many events are done, of those of the partition."""


def folder_of(out: Path, log: str, partition: Partition) -> Path:
    return out / f"{log}-{partition.place:05}"


def metadata(partition: Partition, root: bytes) -> dict[bytes, bytes]:
    """What ``events.parquet`` says of itself; ``root`` in base64."""
    return {
        b"origin": partition.origin.encode(),
        b"first": str(partition.first).encode(),
        b"end": str(partition.end).encode(),
        b"root": base64.b64encode(root),
    }
