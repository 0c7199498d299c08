"""``biaobing log rebuild``: a log's read models anew, while its service runs (docs/operations.md)."""

from __future__ import annotations

from contextlib import closing

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.by_hand import open_log
from deploy.proving import LOGS
from deploy.settings import Settings
from eventlog.store import AlreadyRebuilding


class CannotRebuild(Exception):
    """The sentence says why."""


def rebuild_log(settings: Settings, name: str) -> str:
    """The sentence to show. Raises :class:`CannotRebuild`."""
    if name not in LOGS:
        raise CannotRebuild(f"没有名为“{name}”的日志。可以是：{'、'.join(LOGS)}。")
    log = open_log(settings, name)
    bar = Progress(TextColumn("重建读模型"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True)
    with closing(log.store), bar:
        task = bar.add_task("", total=log.head().next_position)
        try:
            done = log.rebuild(log.projections, lambda reached: bar.update(task, completed=reached))
        except AlreadyRebuilding as error:
            raise CannotRebuild(f"日志 {name} 的读模型正由另一个进程重建。请等它做完。") from error
    return f"日志 {name} 的读模型已按 {done.events} 个事件重建并换上；换上时停写 {done.held * 1000:.0f} 毫秒。"
