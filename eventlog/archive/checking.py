"""Holds the files of an archived partition against the root they should have, by nothing but reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from eventlog import canonical
from eventlog.archive.files import COLUMNS, ENTRIES, EVENTS, Report, metadata
from eventlog.archive.partition import CannotArchive, Partition
from eventlog.proof.tree import Edge, leaf_hash

_BATCH = 4096
_LENGTH_BYTES = 2
_MAGIC = b"PAR1"


class HalfWritten(CannotArchive):
    """A file is missing or ends too early."""


class ArchiveDiffers(CannotArchive):
    """A file is whole and holds something else than was signed."""


class WrongLog(CannotArchive):
    """The folder holds a partition of another log, or another partition."""


def check(folder: Path, partition: Partition, root: bytes, report: Report) -> dict[str, str]:
    """The SHA-256 of each file, in hexadecimal by name.

    Raises :class:`HalfWritten`, :class:`WrongLog` or :class:`ArchiveDiffers`.
    """
    for name in (EVENTS, ENTRIES):
        if not (folder / name).is_file():
            raise HalfWritten(f"{folder} 里没有 {name}，归档不完整。{_again(folder)}")
    _check_events(folder / EVENTS, partition, root, report)
    edge = Edge()
    with (folder / ENTRIES).open("rb") as file:
        for leaf in _entries(file, folder / ENTRIES):
            edge.add(leaf_hash(leaf))
    if edge.size < partition.span:
        told = f"{folder / ENTRIES} 只有 {edge.size} 个事件，应有 {partition.span} 个，可能没有写完或没有复制完"
        raise HalfWritten(f"{told}。{_again(folder)}")
    if (edge.size, edge.root()) != (partition.span, root):
        raise ArchiveDiffers(f"{folder / ENTRIES} 里的事件与已签名的校验点不符，文件被改过或写坏了。{_again(folder)}")
    return {name: _sha256(folder / name) for name in (EVENTS, ENTRIES)}


def _check_events(path: Path, partition: Partition, root: bytes, report: Report) -> None:
    edge, pub_seq = Edge(), None
    if not _complete(path):
        raise HalfWritten(f"{path} 没有结尾，没有写完或没有复制完。{_again(path.parent)}")
    try:
        with ParquetFile(path) as file:
            _check_heading(path, file, partition, root)
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    if _told(row) != _in_leaf(row["leaf"]) or row["position"] != partition.first + edge.size:
                        raise _differs(path, row)
                    if row["pub_seq"] is not None:
                        if pub_seq not in (None, row["pub_seq"] - 1):
                            raise _differs(path, row)
                        pub_seq = row["pub_seq"]
                    edge.add(leaf_hash(row["leaf"]))
                report(edge.size)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ArchiveDiffers(f"{path} 读不了，文件被改过或写坏了：{error}。{_again(path.parent)}") from error
    if (edge.size, edge.root()) != (partition.span, root):
        raise ArchiveDiffers(f"{path} 里的事件与已签名的校验点不符，文件被改过或写坏了。{_again(path.parent)}")


def _check_heading(path: Path, file: ParquetFile, partition: Partition, root: bytes) -> None:
    found = dict(file.schema_arrow.metadata or {})
    wanted = metadata(partition, root)
    for name in (b"origin", b"first", b"end"):
        if found.get(name) != wanted[name]:
            raise WrongLog(
                f"{path} 不是日志 {partition.origin} 的{partition.told()}："
                f"其中 {name.decode()} 是“{found.get(name, b'').decode(errors='replace')}”。请为这本日志另选一个目录。"
            )
    if found.get(b"root") != wanted[b"root"] or not file.schema_arrow.equals(COLUMNS):
        raise ArchiveDiffers(f"{path} 的列或所记的根与已签名的校验点不符，文件被改过或写坏了。{_again(path.parent)}")


def _complete(path: Path) -> bool:
    """A Parquet file ends as it begins."""
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
        file.seek(max(0, path.stat().st_size - len(_MAGIC)))
        return begins == file.read() == _MAGIC


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["position"], row["stream_id"], row["version"], row["type"]


def _in_leaf(leaf: bytes) -> tuple[Any, ...] | None:
    """What the columns beside the leaf repeat from it; None when it says nothing of the kind."""
    try:
        whole = canonical.loads(leaf)
        envelope = whole["e"]
        return whole["p"], envelope["subject"], envelope["streamversion"], envelope["type"]
    except (canonical.NotCanonical, KeyError, TypeError):
        return None


def _differs(path: Path, row: dict[str, Any]) -> ArchiveDiffers:
    what = f"{path} 里第 {row['position']} 号事件的列与事件本身不符，文件被改过或写坏了。"
    return ArchiveDiffers(f"{what}{_again(path.parent)}")


def _entries(file: BinaryIO, path: Path) -> Iterator[bytes]:
    while length := file.read(_LENGTH_BYTES):
        leaf = file.read(int.from_bytes(length, "big"))
        if len(length) != _LENGTH_BYTES or len(leaf) != int.from_bytes(length, "big"):
            raise HalfWritten(f"{path} 在一个事件中间断了，可能没有写完或没有复制完。{_again(path.parent)}")
        yield leaf


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _again(folder: Path) -> str:
    return f"请把 {folder} 移走，再运行一次；另有完好的副本时，用副本换回它。"
