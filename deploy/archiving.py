"""``biaobing log archive``: what is closed and signed of a log, as files of their own (docs/operations.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.outcome import Exit
from deploy.by_hand import by_hand, open_log
from deploy.proving import LOGS, key_files, publication_folder
from deploy.settings import Settings
from eventlog.archive.archiver import Reporting, archive
from eventlog.archive.checking import ArchiveDiffers, HalfWritten, WrongLog
from eventlog.archive.files import Report
from eventlog.archive.partition import CannotArchive, Partition, Unproved
from eventlog.proof.checkpoint import Checkpoint, MalformedCheckpoint
from eventlog.proof.keys import open_checkpoint
from eventlog.proof.note import MalformedNote, UnknownSigner, WrongSignature
from eventlog.proof.tiles import TileFolder

_EXITS = {
    ArchiveDiffers: Exit.FOUND,
    HalfWritten: Exit.TRUNCATED,
    Unproved: Exit.PROOF_MISSING,
    WrongLog: Exit.OTHER_LOG,
}


def exit_of(error: CannotArchive) -> Exit:
    """As the auditor's tool ends for the same reason."""
    return _EXITS.get(type(error), Exit.UNUSABLE)


def archive_log(settings: Settings, name: str, out: Path) -> None:
    """Prints a line for each partition. Raises :class:`CannotArchive`."""
    if name not in LOGS:
        raise CannotArchive(f"没有名为“{name}”的日志。可以是：{'、'.join(LOGS)}。")
    console = Console(soft_wrap=True, highlight=False)
    tiles = TileFolder(publication_folder(settings, name))
    signed = _signed(settings, name, tiles)
    log = open_log(settings, name)
    with closing(log.store), _bars(console) as reporting:
        found = 0
        for partition, outcome in archive(log, signed, tiles, out, by_hand(signed.origin), reporting):
            console.print(f"{partition.told()}：{outcome.value}。")
            found += 1
        if not found:
            console.print(
                f"日志 {name} 签到 {signed.size} 个事件，每个分区 {log.store.span} 个，"
                "最新的两个分区从不归档：现在没有可以归档的。"
            )


def _signed(settings: Settings, name: str, tiles: TileFolder) -> Checkpoint:
    raw = tiles.checkpoint()
    if raw is None:
        raise CannotArchive(f"日志 {name} 还没有签过校验点，不能归档。请先启动服务，等它签出校验点。")
    try:
        return open_checkpoint(raw, key_files(settings, name).listed()).checkpoint
    except (MalformedNote, MalformedCheckpoint, UnknownSigner, WrongSignature) as error:
        raise CannotArchive(
            f"{tiles.folder} 里的校验点不是日志 {name} 签的，或被改过：{error}。请启动服务，让它重新发布校验点。"
        ) from error


@contextmanager
def _bars(console: Console) -> Iterator[Reporting]:
    """One bar at a time; it is gone when what it shows is done."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip

    def reporting(what: str, partition: Partition) -> Report:
        for task in bar.task_ids:
            bar.remove_task(task)
        task = bar.add_task(f"{what}分区 {partition.place}", total=partition.span)
        return lambda done: bar.update(task, completed=done)

    with bar:
        yield reporting
