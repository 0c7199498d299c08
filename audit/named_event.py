"""One event of a copy, by its id or by its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from audit.copies.log_copy import LogCopy, Row
from audit.outcome import Unusable
from audit.vocabulary import VOCABULARIES

Event = Annotated[str, typer.Argument(help="事件：日志:位置，例如 review:12；或事件的编号（id）")]

_PLACE = re.compile(r"([a-z]+):(0|[1-9][0-9]{0,17})")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/[0-9]{1,9}")


def find(copies: Sequence[LogCopy], event: str) -> tuple[LogCopy, Row]:
    """:class:`Unusable` when there is none, or when the text is neither an id nor a place."""
    if place := _PLACE.fullmatch(event):
        return _at(copies, place[1], int(place[2]))
    if not _ID.fullmatch(event):
        raise Unusable(
            f"“{event}”不是事件。请写成 日志:位置，例如 review:12，或事件的编号，例如 6f1c…/0（在导出表格的 id 一栏）。"
        )
    named = f'"id":"{event}"'.encode("ascii")
    found = [(copy, row) for copy in copies for row in copy.rows() if named in row.leaf]
    if not found:
        raise Unusable(f"五本日志里都没有编号为 {event} 的事件。请核对编号。")
    if len(found) > 1:
        places = "、".join(f"{copy.name}:{row.position}" for copy, row in found)
        raise Unusable(f"编号 {event} 的事件不止一个：{places}。请改用 日志:位置。")
    return found[0]


def _at(copies: Sequence[LogCopy], log: str, position: int) -> tuple[LogCopy, Row]:
    copy = next((one for one in copies if one.name == log), None)
    if copy is None:
        raise Unusable(f"没有名为 {log} 的日志。日志有：{'、'.join(VOCABULARIES)}。")
    for row in copy.rows():
        if row.position == position:
            return copy, row
    raise Unusable(f"日志 {log} 没有第 {position} 号事件，共有 {copy.head().next_position} 个，从 0 数起。")
