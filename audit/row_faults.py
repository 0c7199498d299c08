"""What is wrong with one row, given those before it."""

from __future__ import annotations

from collections.abc import Iterator

from audit.copies.log_copy import Row
from audit.leaves import unknown_version
from audit.vocabulary import VOCABULARIES
from eventlog.codec import UnreadableEvent
from eventlog.event import Envelope, Hlc, open_envelope

UNKNOWN_VERSION = "unknown_version"


class RowFaults:
    """Fed with the rows in the order of their positions; ``event`` is the last one's, where it could be read."""

    def __init__(self, log: str) -> None:
        self.next_pub_seq = 0
        self.event: Envelope | None = None
        self._log = log
        self._types = VOCABULARIES[log].types
        self._hlc: Hlc = (0, -1)

    def of(self, row: Row, place: int) -> Iterator[tuple[str, str]]:
        """(code, message) of each fault; ``place`` is how many rows came before."""
        self.event = None
        if row.position != place:
            yield "position", f"应为第 {place} 号，实为第 {row.position} 号：有事件被删去或插入"
        if row.pub_seq is not None:
            if row.pub_seq != self.next_pub_seq:
                yield "pub_seq", f"发布号应为 {self.next_pub_seq}，实为 {row.pub_seq}"
            self.next_pub_seq = row.pub_seq + 1
        try:
            event = open_envelope(self._types, row.leaf)
        except UnreadableEvent as error:
            if (unknown := unknown_version(self._log, row.leaf)) is not None:
                yield UNKNOWN_VERSION, f"事件是 {unknown}，本工具不认识，内容没有核对。请换用新版工具"
            else:
                yield "unreadable", f"读不懂：{error}"
            return
        self.event = event
        yield from self._against_row(row, event)
        if event.hlc <= self._hlc:
            yield "clock", f"混合逻辑钟 {event.hlc} 不晚于前一事件的 {self._hlc}"
        self._hlc = event.hlc

    def _against_row(self, row: Row, event: Envelope) -> Iterator[tuple[str, str]]:
        """The columns are only an index of the leaf; they must say what it says."""
        published = self._types.is_published(event.data)
        told = (event.source, event.position, event.subject, event.version, event.type, published)
        stored = (self._log, row.position, row.stream, row.version, row.type, row.pub_seq is not None)
        if told == stored:
            return
        for name, one, other in zip(_COLUMNS, stored, told, strict=True):
            if one != other:
                yield "mismatch", f"{name}：表里是 {one}，事件里是 {other}"


_COLUMNS = ("日志", "位置", "事件流", "版本", "类型", "是否发布")
