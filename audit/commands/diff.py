from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from audit.copies.folder import open_copies
from audit.diff import Difference, TableChange
from audit.diff import diff as diff_of
from audit.outcome import Exit, Unusable
from audit.terminal import (
    Folder,
    Json,
    actor_of,
    cell,
    console,
    event_as_json,
    in_beijing,
    moment,
    place,
    print_json,
    progress,
    say,
    table_of,
)
from contracts.timeline import entry_of
from eventlog.event import Recorded
from gateway.wording import BOOKKEEPING, SERVICES, sentence_of

SAMPLES = 3
"""So many rows of a read model, and events of a type, are shown one by one; all of them with ``--json``."""
LONGEST = 60

Moment = Annotated[str, typer.Argument(help="时刻，例如 2026-06-15T10:00（北京时间）")]


def diff(folder: Folder, first: Moment, second: Moment, as_json: Json = False) -> Exit:  # noqa: FBT002 -- a command-line switch
    """两个时刻之间变了什么：读模型里来了、去了、变了哪些行，其间有哪些事件。"""
    moments = moment(first), moment(second)
    if moments[0] > moments[1]:
        raise Unusable("请先写早的时刻，再写晚的时刻。")
    copies = open_copies(folder)
    with progress("比较", copies, quiet=as_json) as report:
        difference = diff_of(copies, *moments, report)
    if as_json:
        events = [event_as_json(event) for event in difference.events]
        print_json({"tables": [asdict(one) for one in difference.tables], "events": events})
    else:
        _print(difference)
    return Exit.CLEAN


def _print(difference: Difference) -> None:
    if not difference.events:
        say("其间没有事件，读模型没有变化。")
        return
    table = table_of("日志", "读模型", "来", "去", "变")
    for one in difference.tables:
        counts = (len(one.came), len(one.went), len(one.changed))
        table.add_row(SERVICES[one.log], one.table, *(str(count) for count in counts))
    console.print(table)
    for one in difference.tables:
        for line in _samples(one):
            say(line)
    _print_events(difference.events)


def _samples(change: TableChange) -> Iterator[str]:
    name = f"{SERVICES[change.log]} {change.table}"
    if change.table == "mention":
        return  # an index of what the other lines say
    for row in change.came[:SAMPLES]:
        yield f"＋ {name} {_told(row)}"
    for row in change.went[:SAMPLES]:
        yield f"－ {name} {_told(row)}"
    for changed in change.changed[:SAMPLES]:
        before_after = "，".join(
            f"{column} {_short(changed.was[column])} → {_short(value)}" for column, value in changed.is_now.items()
        )
        yield f"～ {name} {_told(changed.key)}：{before_after}"
    if (more := sum(max(len(rows) - SAMPLES, 0) for rows in (change.came, change.went, change.changed))) > 0:
        yield f"  {name} 另有 {more} 行，用 --json 看全部。"


def _told(row: Mapping[str, Any]) -> str:
    return "，".join(f"{column} {_short(value)}" for column, value in row.items() if value is not None)


def _short(value: Any) -> str:
    return "空" if value is None else textwrap.shorten(str(value), LONGEST, placeholder="…")


def _print_events(events: Sequence[Recorded]) -> None:
    table = table_of("时间", "谁", "做了什么", "日志")
    shown: Counter[str] = Counter()
    for event in events:
        if event.type in BOOKKEEPING:
            continue
        shown[event.type] += 1
        if shown[event.type] <= SAMPLES:
            what = cell(sentence_of(entry_of(event)))
            table.add_row(in_beijing(event.occurred_at), actor_of(event), what, place(event.source, event.position))
    console.print(table)
    for kind, count in shown.items():
        if count > SAMPLES:
            say(f"另有 {count - SAMPLES} 个 {kind}，用 --json 看全部。")
