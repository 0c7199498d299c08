"""What is wrong with one row, given those before it."""

from __future__ import annotations

from collections.abc import Iterator

from audit.copies.log_copy import Row
from audit.leaves import unknown_version
from audit.vocabulary import VOCABULARIES
from eventlog.codec import UnreadableEvent
from eventlog.event import Hlc, Opened, open_parts

UNKNOWN_VERSION = "unknown_version"


class RowFaults:
    """Fed with the rows in the order of their positions; ``event`` is the last one's, where it could be read."""

    def __init__(self, log: str) -> None:
        self.next_pub_seq = 0
        self.event: Opened | None = None
        self._log = log
        self._types = VOCABULARIES[log].types
        self._hlc: Hlc = (0, -1)

    def of(self, row: Row, place: int) -> list[tuple[str, str]]:
        """(code, message) of each fault; ``place`` is how many rows came before."""
        self.event = None
        faults = []
        position, stream, version, kind, pub_seq, leaf = row
        if position != place:
            faults.append(("position", f"应为第 {place} 号，实为第 {position} 号：有事件被删去或插入"))
        if pub_seq is not None:
            if pub_seq != self.next_pub_seq:
                faults.append(("pub_seq", f"发布号应为 {self.next_pub_seq}，实为 {pub_seq}"))
            self.next_pub_seq = pub_seq + 1
        try:
            event = open_parts(self._types, leaf)
        except UnreadableEvent as error:
            return [*faults, self._unreadable(row, error)]
        self.event = event
        attributes, told_position, hlc, data = event
        # The columns are only an index of the leaf; they must say what it says.
        told = (
            attributes.source, told_position, attributes.subject, attributes.streamversion, attributes.type,
            self._types.is_published(data),
        )  # fmt: skip
        stored = (self._log, position, stream, version, kind, pub_seq is not None)
        if told != stored:
            faults += _mismatches(stored, told)
        if hlc <= self._hlc:
            faults.append(("clock", f"混合逻辑钟 {hlc} 不晚于前一事件的 {self._hlc}"))
        self._hlc = hlc
        return faults

    def _unreadable(self, row: Row, error: UnreadableEvent) -> tuple[str, str]:
        if (unknown := unknown_version(self._log, row.leaf)) is None:
            return "unreadable", f"读不懂：{error}"
        return UNKNOWN_VERSION, f"事件是 {unknown}，本工具不认识，内容没有核对。请换用新版工具"


def _mismatches(stored: tuple[object, ...], told: tuple[object, ...]) -> Iterator[tuple[str, str]]:
    for name, one, other in zip(_COLUMNS, stored, told, strict=True):
        if one != other:
            yield "mismatch", f"{name}：表里是 {one}，事件里是 {other}"


_COLUMNS = ("日志", "位置", "事件流", "版本", "类型", "是否发布")
