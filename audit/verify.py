"""Whether the logs are whole and are those that were signed: dense positions, contiguous versions, canonical bytes,
causes that exist, and the tree that every checkpoint at hand is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from audit.checkpoints import CUT, MISSING, NO_EVIDENCE, OTHER_LOG, STRANGER, WRONG_KEY, Evidence, Refused, SignedTree
from audit.copies.log_copy import LogCopy
from audit.lineage import Lineage
from audit.outcome import Exit
from audit.places import Places
from audit.row_faults import UNKNOWN_VERSION, RowFaults
from audit.signed_rows import LOST, TILE_CUT, TILE_MISSING
from audit.vocabulary import VOCABULARIES
from eventlog.event import Hlc, NamedCause

Progress = Callable[[str, int], None]
"""(log, events done)"""
MOST_NAMED = 1000
"""Findings of one code in one log that are named; of the others only how many there are."""
_STEP = 500
_EXITS = {
    UNKNOWN_VERSION: Exit.UNKNOWN_VERSION,
    TILE_MISSING: Exit.PROOF_MISSING,
    TILE_CUT: Exit.TRUNCATED,
    CUT: Exit.TRUNCATED,
    MISSING: Exit.PROOF_MISSING,
    WRONG_KEY: Exit.WRONG_KEY,
    STRANGER: Exit.WRONG_KEY,
    OTHER_LOG: Exit.OTHER_LOG,
    LOST: Exit.LOST,
}


def exit_of(code: str) -> Exit:
    """What a finding of that code ends with when nothing worse was found."""
    return _EXITS.get(code, Exit.FOUND)


_WORST_FIRST = (
    Exit.FOUND, Exit.WRONG_KEY, Exit.OTHER_LOG, Exit.UNKNOWN_VERSION, Exit.LOST, Exit.TRUNCATED, Exit.PROOF_MISSING,
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something that cannot be so in an untouched log."""

    log: str
    position: int
    code: str
    message: str


@dataclass
class Verified:
    """``events`` by log; no finding means the copy is whole. ``signed`` are the checkpoints it agrees with."""

    events: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    signed: dict[str, list[SignedTree]] = field(default_factory=dict)
    _found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, log: str, position: int, code: str, message: str) -> None:
        self._found[log, code] += 1
        if self._found[log, code] <= MOST_NAMED:
            self.findings.append(Finding(log, position, code, message))

    @property
    def unnamed(self) -> dict[tuple[str, str], int]:
        """How many findings of (log, code) are not among :attr:`findings`."""
        return {key: count - MOST_NAMED for key, count in self._found.items() if count > MOST_NAMED}

    @property
    def exit(self) -> Exit:
        """What is no tampering is told apart when nothing worse was found."""
        found = {exit_of(one.code) for one in self.findings}
        return next((one for one in _WORST_FIRST if one in found), Exit.CLEAN)


@dataclass
class _Read:
    places: Places
    lineage: Lineage


def verify(copies: Sequence[LogCopy], progress: Progress, evidence: Evidence = NO_EVIDENCE) -> Verified:
    """Memory is that of the findings, not of the logs: what all of them must be held against lies on disk meanwhile."""
    verified = Verified()
    with ExitStack() as stack:
        read: dict[str, _Read] = {}
        for copy in copies:
            trees = evidence.trees.get(copy.name, ())
            for one in trees:
                if isinstance(one, Refused):
                    verified.add(copy.name, 0, one.code, str(one))
                elif one.strangers:
                    names = "、".join(one.strangers)
                    told = f"有 {names} 的签名，公钥清单里没有这把钥匙：换过密钥而清单是旧的，或签名行被改动"
                    verified.add(copy.name, 0, STRANGER, f"{one.whose}{told}。请取得新的 keys.txt，另经可信途径核对")
            lineage = Lineage(copy, [one for one in trees if isinstance(one, SignedTree)])
            places = stack.enter_context(closing(Places()))
            read[copy.name] = _Read(places, lineage)
            _read(copy, read[copy.name], verified, progress)
            verified.signed[copy.name] = lineage.matched()
        for name in read:
            _hold_causes(name, read, verified)
    verified.findings.sort(key=lambda one: (list(VOCABULARIES).index(one.log), one.position))
    return verified


def _read(copy: LogCopy, read: _Read, verified: Verified, progress: Progress) -> None:
    count, last = 0, (0, 0)
    rows = RowFaults(copy.name)
    for place, row in enumerate(copy.rows()):
        hashes = read.lineage.add(place, row.leaf)
        for code, message in rows.of(row, place):
            verified.add(copy.name, row.position, code, message)
        event = rows.event
        last = (0, 0) if event is None else event.hlc
        read.places.add(hashes, last)
        if event is not None and (cause := event.attributes.cause):
            read.places.add_cause(row.position, event.hlc, cause)
        count = place + 1
        if count % _STEP == 0:
            progress(copy.name, count)
    progress(copy.name, count)
    _hold_head(copy, count, rows.next_pub_seq, last, verified)
    _hold_versions(copy, verified)
    for position, code, message in read.lineage.faults():
        verified.add(copy.name, position, code, message)
    verified.events[copy.name] = count


def _hold_head(copy: LogCopy, count: int, published: int, last: Hlc, verified: Verified) -> None:
    head = copy.head()
    if (head.next_position, head.next_pub_seq) != (count, published):
        told = f"日志头记着 {head.next_position} 个事件、{head.next_pub_seq} 个发布，实有 {count} 个、{published} 个"
        verified.add(copy.name, count, "head", f"{told}：末尾被截去，或头被改动")
    elif last not in ((head.hlc_ms, head.hlc_counter), (0, 0)):
        told = f"日志头的混合逻辑钟是 {(head.hlc_ms, head.hlc_counter)}，最后一个事件的是 {last}"
        verified.add(copy.name, count, "head", f"{told}：头被改动")


def _hold_versions(copy: LogCopy, verified: Verified) -> None:
    """Each stream's versions are 0, 1, 2 … in the order of its positions."""
    stream, expected, before = "", 0, -1
    for name, version, position in copy.versions():
        if name != stream:
            stream, expected, before = name, 0, -1
        if version != expected or position <= before:
            verified.add(copy.name, position, "version", f"事件流 {name} 的版本应为 {expected}，实为 {version}")
        expected, before = version + 1, position


def _hold_causes(name: str, read: dict[str, _Read], verified: Verified) -> None:
    """Every foreign cause stands where the event says, with the hash it says, and earlier on the logical clock."""
    mine = read[name]
    for position, hlc, cause in mine.places.causes():
        for code, message in _cause_faults(hlc, cause, read):
            source, place = cause.source, cause.position
            theirs = read.get(source)
            # What was signed is believed, and the fault laid where it was not.
            if theirs is not None and mine.lineage.proves(position) and not theirs.lineage.proves(place):
                told = f"{name} 第 {position} 号以它为起因，{message}"
                verified.add(source, min(place, theirs.places.count), code, told)
            else:
                verified.add(name, position, code, message)


def _cause_faults(hlc: Hlc, cause: NamedCause, read: dict[str, _Read]) -> Iterator[tuple[str, str]]:
    source, place = cause.source, cause.position
    where = f"起因 {source} 第 {place} 号"
    theirs = read.get(source)
    if theirs is None or not 0 <= place < theirs.places.count:
        yield "cause_missing", f"{where}不存在"
        return
    standing = theirs.places.named(place, cause.leafhash)
    if standing is None:
        yield "cause_hash", f"{where}的内容与当时不同"
    elif theirs.places.clock(standing) >= hlc:
        yield "cause_clock", f"{where}在逻辑钟上不早于结果"
