"""Archives what is closed, and checks once more what was archived before."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from eventlog.archive.checking import ArchiveDiffers, check
from eventlog.archive.files import ENTRIES, EVENTS, Report, folder_of
from eventlog.archive.partition import Partition, closed, proved_root
from eventlog.archive.writing import write
from eventlog.event import Provenance
from eventlog.kernel_events import PartitionArchived
from eventlog.log import EventLog
from eventlog.proof.checkpoint import Checkpoint
from eventlog.proof.tiles import TileFolder
from eventlog.stream import StreamName

Archived = tuple[PartitionArchived, ...]
NONE: Archived = ()
Reporting = Callable[[str, Partition], Report]
"""What is being done (写出 or 核对) with which partition, and what to tell the progress of it to."""


class Outcome(Enum):
    ARCHIVED = "已归档，读回核对无误"
    CHECKED = "早已归档，文件完好"
    ELSEWHERE = "早已归档，文件不在这个目录"


def archive(
    log: EventLog, signed: Checkpoint, tiles: TileFolder, out: Path, by: Provenance, reporting: Reporting
) -> Iterator[tuple[Partition, Outcome]]:
    """Each closed partition of the log, and what came of it. May run beside the log's service, and again after a crash.

    Raises :class:`eventlog.archive.partition.CannotArchive`; the log is told of no partition that failed.
    """
    stream = StreamName("archive", uuid5(NAMESPACE_URL, signed.origin))
    for partition in closed(signed, log.store.span):
        root = proved_root(partition, signed, tiles)
        folder = folder_of(out, log.source, partition)
        with log.transaction() as tx:
            told, _ = tx.load(stream, _archived, NONE)
        announced = next((one for one in told if one.first == partition.first), None)
        if announced is not None and not folder.exists():
            yield partition, Outcome.ELSEWHERE
            continue
        if not folder.exists():
            write(log.store, partition, root, folder, reporting("写出", partition))
        found = _event(partition, root, check(folder, partition, root, reporting("核对", partition)))
        if announced is None:
            _announce(log, stream, found, by.derived(str(partition.first)))
        elif found != announced:
            name = EVENTS if found.events_sha256 != announced.events_sha256 else ENTRIES
            raise ArchiveDiffers(
                f"{folder / name} 与归档时日志所记的摘要不符，文件被改过或写坏了。请用归档时的副本换回它。"
            )
        yield partition, Outcome.ARCHIVED if announced is None else Outcome.CHECKED


def _announce(log: EventLog, stream: StreamName, found: PartitionArchived, by: Provenance) -> None:
    log.run(lambda tx: tx.decide(stream, _archived, NONE, lambda told: [] if found in told else [found], by))


def _archived(told: Archived, event: object) -> Archived:
    return (*told, event) if isinstance(event, PartitionArchived) else told


def _event(partition: Partition, root: bytes, sums: dict[str, str]) -> PartitionArchived:
    return PartitionArchived(
        origin=partition.origin,
        first=partition.first,
        end=partition.end,
        root=base64.b64encode(root).decode("ascii"),
        events_sha256=sums[EVENTS],
        entries_sha256=sums[ENTRIES],
    )
