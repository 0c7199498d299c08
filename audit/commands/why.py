from __future__ import annotations

from typing import Annotated

import typer

from audit.copies.folder import open_copies
from audit.outcome import Exit, Unusable
from audit.records import read
from audit.terminal import (
    Folder,
    Json,
    actor_of,
    cell,
    console,
    event_as_json,
    identifier,
    in_beijing,
    place,
    print_json,
    progress,
    say,
    table_of,
)
from audit.why.walk import Walk
from audit.why.walk import why as walk

_HASH_SHOWN = 12


def why(
    folder: Folder,
    award: Annotated[str, typer.Argument(help="推荐件的编号，也就是榜样和奖项的编号")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """某人为什么得奖或没有得奖：从结果一步步回到推荐表，每步有日志、位置、时间、经手人和叶哈希。"""
    nomination = identifier(award)
    copies = open_copies(folder)
    with progress("读取", copies, quiet=as_json) as report:
        records = read(copies, report)
    found = walk(records, nomination)
    if found is None:
        raise Unusable(f"日志里没有编号为 {nomination} 的推荐件。请核对编号。")
    if as_json:
        print_json(
            {
                "nomination_id": str(found.nomination_id),
                "ending": found.ending.name,
                "verdict": f"{found.ending.value}：{found.reason}",
                "steps": [
                    {"stage": step.stage} | event_as_json(step.event) | {"sentence": step.sentence}
                    for step in found.steps
                ],
                "doubts": list(found.doubts),
            }
        )
    else:
        _print(found)
    return Exit.FOUND if found.doubts else Exit.CLEAN


def _print(found: Walk) -> None:
    say(f"{found.ending.value}：{found.reason}", style="bold")
    table = table_of("阶段", "时间", "谁", "做了什么", "日志", "叶哈希", "起因")
    for step in found.steps:
        event = step.event
        table.add_row(
            step.stage,
            in_beijing(event.occurred_at),
            actor_of(event),
            cell(step.sentence),
            place(event.source, event.position),
            event.leafhash[:_HASH_SHOWN],
            "" if event.cause is None else place(event.cause.source, event.cause.position),
        )
    console.print(table)
    for doubt in found.doubts:
        say(f"✗ {doubt}", style="red")
