from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.replay import TableResult
from audit.replay import replay as replay_copies
from audit.terminal import Folder, Json, console, empty_folder, moment, print_json, progress, say, table_of

PersonalKeys = Annotated[
    Path | None, typer.Option("--personal-keys", help="个人信息钥匙所在目录；不给就不比较含个人信息的列")
]


def replay(
    folder: Folder,
    until: Annotated[str | None, typer.Option("--until", help="重建到这一时刻（含），例如 2026-06-15T10:00")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把重建的读模型写到这个目录（SQLite）")] = None,
    personal_keys: PersonalKeys = None,
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """从日志重建全部读模型，与现有的逐行比较。"""
    at = None if until is None else moment(until)
    copies = open_copies(folder)
    place = None if out is None else empty_folder(out)
    with progress("重建", copies, quiet=as_json) as report:
        results = replay_copies(copies, at, place, report, personal_keys)
    if as_json:
        print_json([asdict(one) | {"equal": one.equal} for one in results])
    else:
        _print(results)
    return Exit.CLEAN if all(one.equal for one in results) else Exit.FOUND


def _print(results: Sequence[TableResult]) -> None:
    table = table_of("日志", "读模型", "重建行数", "现有行数", "")
    for one in results:
        verdict = Text("一致", "green") if one.equal else Text("不一致", "red")
        live = "" if one.live is None else str(one.live)
        table.add_row(one.log, one.table, str(one.rebuilt), live, "—" if one.live is None else verdict)
    console.print(table)
    if withheld := [f"{one.table}.{column}" for one in results for column in one.withheld]:
        say(f"含个人信息，没有钥匙不比较：{'、'.join(withheld)}。")
    for one in results:
        for sample in one.missing:
            say(f"{one.log}.{one.table} 缺 {sample}", style="red")
        for sample in one.extra:
            say(f"{one.log}.{one.table} 多 {sample}", style="red")
