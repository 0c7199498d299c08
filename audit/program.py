"""``biaobing audit``: verify, replay and timeline on a copy of the logs, with nothing running.

Exit codes: 0 all is as it should be; 1 something is not, and every instance is named; 2 the copy or the question
cannot be used.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from audit.copies import LogCopy, UnusableCopy, open_copies
from audit.replay import TableResult
from audit.replay import replay as replay_copies
from audit.timeline import timeline as timeline_of
from audit.verify import Progress as Report
from audit.verify import verify as verify_copies
from contracts.timeline import entry_of
from gateway.wording import SERVICES, sentence_of
from standards.working_days import BEIJING

FOUND, UNUSABLE = 1, 2

app = typer.Typer(help="在日志副本上核查，不需要任何服务在运行。", no_args_is_help=True, add_completion=False)
console = Console()
errors = Console(stderr=True)

Folder = Annotated[Path, typer.Argument(help="日志副本所在目录：五个 .sqlite3 文件，或五个 pg_dump 纯文本 .sql 文件")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]


@app.command()
def verify(folder: Folder, as_json: Json = False) -> None:  # noqa: FBT002 -- a command-line switch
    """核查日志是否完整：位置连续、版本连续、字节规范、跨日志的起因都在。"""
    copies = _open(folder)
    with _progress("核查", copies, quiet=as_json) as report:
        verified = verify_copies(copies, report)
    if as_json:
        _print_json({"events": verified.events, "findings": [asdict(one) for one in verified.findings]})
    else:
        for one in verified.findings:
            console.print(f"[red]✗[/red] {one.log} 第 {one.position} 号（{one.code}）：{one.message}", highlight=False)
        counts = "，".join(f"{name} {count}" for name, count in verified.events.items())
        verdict = f"[red]发现 {len(verified.findings)} 处不符[/red]" if verified.findings else "[green]日志完整[/green]"
        console.print(f"{verdict}。事件数：{counts}，合计 {sum(verified.events.values())}。", highlight=False)
    raise typer.Exit(FOUND if verified.findings else 0)


@app.command()
def replay(
    folder: Folder,
    until: Annotated[str | None, typer.Option("--until", help="重建到这一时刻（含），例如 2026-06-15T10:00")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把重建的读模型写到这个目录（SQLite）")] = None,
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> None:
    """从日志重建全部读模型，与现有的逐行比较。"""
    moment = None if until is None else _moment(until)
    copies = _open(folder)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            _fail(f"{out} 不是空目录。请换一个空目录。")
    with _progress("重建", copies, quiet=as_json) as report:
        results = replay_copies(copies, moment, out, report)
    if as_json:
        _print_json([asdict(one) | {"equal": one.equal} for one in results])
    else:
        _print_results(results)
    raise typer.Exit(0 if all(one.equal for one in results) else FOUND)


@app.command()
def timeline(
    folder: Folder,
    thing: Annotated[UUID, typer.Argument(help="推荐件、单位、活动、检查等的编号")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> None:
    """一件事的经过：谁在何时做了什么，跨全部日志，按因果先后。"""
    try:
        events = timeline_of(_open(folder), thing)
    except UnusableCopy as error:
        _fail(str(error))
    if not events:
        _fail(f"日志里没有提到编号 {thing} 的事件。请核对编号。")
    if as_json:
        _print_json(
            [
                {
                    "log": event.source, "position": event.position, "type": event.type,
                    "sentence": sentence_of(entry_of(event)),
                    "time": event.occurred_at.isoformat(), "actor": dict(event.actor), "leafhash": event.leafhash,
                    "cause": event.cause,
                }
                for event in events
            ]
        )  # fmt: skip
        return
    table = Table(*(Column(name, overflow="fold") for name in ("时间", "谁", "做了什么", "日志", "起因")), box=None)
    for event in events:
        cause = "" if event.cause is None else f"{SERVICES[event.cause['source']]} {event.cause['position']}"
        table.add_row(
            f"{event.occurred_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            f"{event.actor['role']} {event.actor['account']}",
            sentence_of(entry_of(event)),
            f"{SERVICES[event.source]} {event.position}",
            cause,
        )
    console.print(table)


def _open(folder: Path) -> list[LogCopy]:
    try:
        return open_copies(folder)
    except UnusableCopy as error:
        _fail(str(error))


@contextmanager
def _progress(verb: str, copies: Sequence[LogCopy], *, quiet: bool) -> Iterator[Report]:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=errors, transient=True, disable=quiet or not errors.is_terminal,
    )  # fmt: skip
    try:
        with bar:
            tasks: dict[str, TaskID] = {
                copy.name: bar.add_task(f"{verb} {copy.name}", total=copy.head().next_position) for copy in copies
            }
            yield lambda name, done: bar.update(tasks[name], completed=done)
    except UnusableCopy as error:
        _fail(str(error))


def _print_results(results: Sequence[TableResult]) -> None:
    table = Table("日志", "读模型", "重建行数", "现有行数", "", box=None)
    for one in results:
        verdict = "[green]一致[/green]" if one.equal else "[red]不一致[/red]"
        live = "" if one.live is None else str(one.live)
        table.add_row(one.log, one.table, str(one.rebuilt), live, "—" if one.live is None else verdict)
    console.print(table)
    for one in results:
        for sample in one.missing:
            console.print(f"[red]{one.log}.{one.table} 缺[/red] {sample}", highlight=False)
        for sample in one.extra:
            console.print(f"[red]{one.log}.{one.table} 多[/red] {sample}", highlight=False)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _fail(f"时刻“{text}”读不懂。请写成 2026-06-15T10:00 的样子（北京时间）。")
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _fail(sentence: str) -> NoReturn:
    errors.print(sentence, style="red", highlight=False)
    raise typer.Exit(UNUSABLE)
