"""Whether the logs are whole: dense positions, contiguous versions, canonical bytes, causes that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.copies.log_copy import LogCopy, Row
from audit.leaves import unknown_version
from audit.outcome import Exit
from audit.vocabulary import VOCABULARIES
from eventlog import canonical
from eventlog.codec import UnreadableEvent
from eventlog.event import Hlc, Recorded, open_leaf

Progress = Callable[[str, int], None]
"""(log, events done)"""
UNKNOWN_VERSION = "unknown_version"
_STEP = 500


@dataclass(frozen=True)
class Finding:
    """Something that cannot be so in an untouched log."""

    log: str
    position: int
    code: str
    message: str


@dataclass
class Verified:
    """``events`` by log; no finding means the copy is whole."""

    events: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit(self) -> Exit:
        """An event this program is too old for is no tampering, and is told apart when nothing else is wrong."""
        if not self.findings:
            return Exit.CLEAN
        return Exit.UNKNOWN_VERSION if {one.code for one in self.findings} == {UNKNOWN_VERSION} else Exit.FOUND


@dataclass
class _Seen:
    """What one log has shown so far; ``hashes`` and ``clocks`` are by position, for the causes of other logs."""

    versions: dict[str, int] = field(default_factory=dict)
    next_pub_seq: int = 0
    hlc: Hlc = (0, -1)
    hashes: list[str] = field(default_factory=list)
    clocks: list[Hlc] = field(default_factory=list)
    causes: list[tuple[int, Hlc, dict[str, Any]]] = field(default_factory=list)


def verify(copies: Sequence[LogCopy], progress: Progress) -> Verified:
    verified = Verified()
    seen = {copy.name: _read(copy, verified, progress) for copy in copies}
    for name, log in seen.items():
        verified.findings += _causes(name, log, seen)
    verified.findings.sort(key=lambda one: (list(VOCABULARIES).index(one.log), one.position))
    return verified


def _read(copy: LogCopy, verified: Verified, progress: Progress) -> _Seen:
    seen = _Seen()
    count = 0
    for place, row in enumerate(copy.rows()):
        verified.findings += [Finding(copy.name, row.position, *fault) for fault in _faults(copy, row, place, seen)]
        count = place + 1
        if count % _STEP == 0:
            progress(copy.name, count)
    progress(copy.name, count)
    head = copy.head()
    if (head.next_position, head.next_pub_seq) != (count, seen.next_pub_seq):
        verified.findings.append(
            Finding(
                copy.name,
                count,
                "head",
                f"日志头记着 {head.next_position} 个事件、{head.next_pub_seq} 个发布，"
                f"实有 {count} 个、{seen.next_pub_seq} 个：末尾被截去，或头被改动",
            )
        )
    verified.events[copy.name] = count
    return seen


def _faults(copy: LogCopy, row: Row, place: int, seen: _Seen) -> Iterator[tuple[str, str]]:
    """(code, message) of everything wrong with one row. What later rows are held against is noted in ``seen``."""
    seen.hashes.append(canonical.leaf_hash(row.leaf))
    seen.clocks.append((0, 0))
    if row.position != place:
        yield "position", f"应为第 {place} 号，实为第 {row.position} 号：有事件被删去或插入"
    if row.pub_seq is not None:
        if row.pub_seq != seen.next_pub_seq:
            yield "pub_seq", f"发布号应为 {seen.next_pub_seq}，实为 {row.pub_seq}"
        seen.next_pub_seq = row.pub_seq + 1
    expected = seen.versions.get(row.stream, -1) + 1
    if row.version != expected:
        yield "version", f"事件流 {row.stream} 的版本应为 {expected}，实为 {row.version}"
    seen.versions[row.stream] = row.version
    try:
        event = open_leaf(VOCABULARIES[copy.name].types, row.leaf)
    except UnreadableEvent as error:
        if (unknown := unknown_version(copy.name, row.leaf)) is not None:
            yield UNKNOWN_VERSION, f"事件是 {unknown}，本工具不认识，内容没有核对。请换用新版工具"
            return
        yield "unreadable", f"读不懂：{error}"
        return
    yield from _against_row(copy.name, row, event)
    if event.hlc <= seen.hlc:
        yield "clock", f"混合逻辑钟 {event.hlc} 不晚于前一事件的 {seen.hlc}"
    seen.hlc = seen.clocks[-1] = event.hlc
    if event.cause is not None:
        seen.causes.append((row.position, event.hlc, dict(event.cause)))


def _against_row(log: str, row: Row, event: Recorded) -> Iterator[tuple[str, str]]:
    """The columns are only an index of the leaf; they must say what it says."""
    told = {"日志": event.source, "位置": event.position, "事件流": str(event.stream), "版本": event.version}
    stored = {"日志": log, "位置": row.position, "事件流": row.stream, "版本": row.version}
    told |= {"类型": event.type, "是否发布": VOCABULARIES[log].types.is_published(event.data)}
    stored |= {"类型": row.type, "是否发布": row.pub_seq is not None}
    for name, value in stored.items():
        if told[name] != value:
            yield "mismatch", f"{name}：表里是 {value}，事件里是 {told[name]}"


def _causes(name: str, log: _Seen, seen: dict[str, _Seen]) -> Iterator[Finding]:
    """Every foreign cause stands where the event says, with the hash it says, and earlier on the logical clock."""
    for position, hlc, cause in log.causes:
        source, place = cause["source"], cause["position"]
        where = f"起因 {source} 第 {place} 号"
        if source not in seen or place >= len(seen[source].hashes):
            yield Finding(name, position, "cause_missing", f"{where}不存在")
        elif seen[source].hashes[place] != cause["leafhash"]:
            yield Finding(name, position, "cause_hash", f"{where}的内容与当时不同")
        elif seen[source].clocks[place] >= hlc:
            yield Finding(name, position, "cause_clock", f"{where}在逻辑钟上不早于结果")
