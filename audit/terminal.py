"""What every command of the auditor's tool shares: its arguments, progress bars, JSON, and how it ends."""

from __future__ import annotations

import functools
import io
import json
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from audit.copies.log_copy import LogCopy
from audit.disk import in_words
from audit.outcome import Exit, Unusable
from audit.verify import Progress as Report
from contracts.timeline import entry_of
from eventlog.event import Recorded
from gateway.wording import SERVICES, sentence_of
from standards.working_days import BEIJING

P = ParamSpec("P")

console = Console()
errors = Console(stderr=True)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}

Folder = Annotated[Path, typer.Argument(help="日志副本所在目录：五个 .sqlite3 文件，或五个 pg_dump 纯文本 .sql 文件")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]


def ending(question: Callable[P, Exit]) -> Callable[P, None]:
    """The question as a command: its answer becomes the exit code, and what stood in its way a sentence."""

    @functools.wraps(question)
    def asked(*arguments: P.args, **options: P.kwargs) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that has no ✓ is no reason to end
        try:
            code = question(*arguments, **options)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 -- a copy may hold anything, and 1 means that something was found
            complain(_sentence(error))
            code = error.exit if isinstance(error, Unusable) else Exit.UNUSABLE
        raise typer.Exit(code)

    return asked


def _sentence(error: Exception) -> str:
    match error:
        case Unusable():
            return str(error)
        case OSError():
            return f"{error.filename or '输出'}：{in_words(error)}。"
        case DBAPIError():
            return f"写不了数据库：{error.orig}。"  # the statement has the rows' values in it
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name} 第 {last.lineno} 行"
    told = f"{type(error).__name__}: {error}，{where}"
    return f"副本里有本工具没有料到的内容，核查没有做完（{told}）。请先用 audit verify 查副本，再连同这句话反映。"


def say(*parts: str | tuple[str, str], style: str = "") -> None:
    """A line; a part may have a style of its own. Never wrapped: it may be read by a program."""
    console.print(_plain(parts, style), soft_wrap=True)


def cell(text: str) -> Text:
    return _plain([text], "")


def actor_of(event: Recorded) -> Text:
    return cell(f"{event.actor.get('role', '？')} {event.actor.get('account', '？')}")


def complain(sentence: str) -> None:
    errors.print(_plain([sentence], "red"), soft_wrap=True)


def _plain(parts: Sequence[str | tuple[str, str]], style: str) -> Text:
    """What an event says is shown as it is, and is no instruction to the terminal."""
    named = [(part, "") if isinstance(part, str) else part for part in parts]
    return Text.assemble(*((text.translate(_CONTROLS), own) for text, own in named), style=style)


@contextmanager
def progress(verb: str, copies: Sequence[LogCopy], *, quiet: bool) -> Iterator[Report]:
    """A bar for each log, on the terminal's error side, where it is in nobody's way."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=errors, transient=True, disable=quiet or not errors.is_terminal,
    )  # fmt: skip
    with bar:
        tasks: dict[str, TaskID] = {
            copy.name: bar.add_task(f"{verb} {copy.name}", total=copy.head().next_position) for copy in copies
        }
        yield lambda name, done: bar.update(tasks[name], completed=done)


def moment(text: str) -> datetime:
    """A moment as typed; without a zone it is Beijing's."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"时刻“{text}”读不懂。请写成 2026-06-15T10:00 的样子（北京时间）。") from None
    return typed if typed.tzinfo else typed.replace(tzinfo=BEIJING)


def empty_folder(path: Path) -> Path:
    """The folder to write to, made when missing."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Unusable(f"{path} 不是空目录。请换一个空目录。")
    path.mkdir(parents=True, exist_ok=True)
    return path


def identifier(text: str) -> UUID:
    """The number of a thing as typed or copied from a page."""
    try:
        return UUID(text.strip())
    except ValueError:
        like = "0364f0c2-6c1e-5b0a-9d43-5d1f0c7e8a11"
        raise Unusable(f"“{text}”不是编号。编号有 36 个字符，样子是 {like}，可以从网页的地址栏里复制。") from None


def in_beijing(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def place(log: str, position: int) -> str:
    """Where an event stands, as the tables show it."""
    return f"{SERVICES[log]} {position}"


def event_as_json(event: Recorded) -> dict[str, Any]:
    """An event as every command's JSON shows it; no personal data."""
    return {
        "log": event.source,
        "position": event.position,
        "type": event.type,
        "sentence": sentence_of(entry_of(event)),
        "time": event.occurred_at.isoformat(),
        "actor": dict(event.actor),
        "leafhash": event.leafhash,
        "cause": None if event.cause is None else msgspec.structs.asdict(event.cause),
    }


def table_of(*names: str) -> Table:
    """Columns that fold, so that nothing is cut off on a narrow terminal."""
    return Table(*(Column(name, overflow="fold") for name in names), box=None)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")
    sys.stdout.flush()  # a full disk is noticed here
