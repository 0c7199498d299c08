from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from audit.copies.folder import open_copies
from audit.outcome import Exit, Unusable
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
    table_of,
)
from audit.timeline import timeline as timeline_of
from contracts.timeline import entry_of
from eventlog.event import Recorded
from gateway.wording import sentence_of


def timeline(
    folder: Folder,
    thing: Annotated[str, typer.Argument(help="推荐件、单位、活动、检查等的编号")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """一件事的经过：谁在何时做了什么，跨全部日志，按因果先后。"""
    events = timeline_of(open_copies(folder), identifier(thing))
    if not events:
        raise Unusable(f"日志里没有提到编号 {thing} 的事件。请核对编号。")
    if as_json:
        print_json([event_as_json(event) for event in events])
    else:
        _print(events)
    return Exit.CLEAN


def _print(events: Sequence[Recorded]) -> None:
    table = table_of("时间", "谁", "做了什么", "日志", "起因")
    for event in events:
        table.add_row(
            in_beijing(event.occurred_at),
            actor_of(event),
            cell(sentence_of(entry_of(event))),
            place(event.source, event.position),
            "" if event.cause is None else place(event.cause.source, event.cause.position),
        )
    console.print(table)
