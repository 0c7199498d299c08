"""What ``biaobing audit verify --json`` prints, read back. That it is true, only the auditor who files it says.

``events`` has the number of events by log, ``findings`` one object for each thing that is wrong, ``signed`` the
checkpoints that agree with the logs, and ``exit`` what the tool ended with.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from contracts.errors import Invalid
from gateway.events import LogReached
from gateway.wording import SERVICES

_MOST = 2**53 - 1
_HEX = re.compile("[0-9a-f]{64}")
_ROOT_BYTES = 32
_SIGNED = {"log": str, "size": int, "root": str, "cosigners": list}
_FINDING = {"log": str, "position": int, "code": str, "message": str}


@dataclass(frozen=True, kw_only=True)
class Report:
    logs: tuple[LogReached, ...]
    findings: int
    exit_code: int


def read_report(raw: bytes) -> Report:
    """:class:`Invalid` ``verification.not_a_report`` says what does not fit."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise _unfit("内容不是 JSON") from None
    if not isinstance(told, dict):
        raise _unfit("内容不是一个 JSON 对象")
    events: Any = told.get("events")
    findings: Any = told.get("findings")
    if not isinstance(events, dict) or set(events) != set(SERVICES):
        raise _unfit("events 里应有五本日志各自的事件数")
    if not all(_is_number(count) for count in events.values()):
        raise _unfit("events 里有的事件数不是数字")
    _check(findings, "findings", _FINDING)
    signed = _signed(told.get("signed"), events)
    reached = [signed.get(log, _unsigned(log, events[log])) for log in SERVICES]
    ended: Any = told.get("exit")
    if not _is_number(ended) or bool(ended) != bool(findings):
        raise _unfit("exit 应是结束码：没有不符时是 0，否则不是 0")
    return Report(logs=tuple(reached), findings=len(findings), exit_code=ended)


def _signed(told: Any, events: dict[str, int]) -> dict[str, LogReached]:
    """By log the largest checkpoint: a copy may have been held against several."""
    _check(told, "signed", _SIGNED)
    found: dict[str, LogReached] = {}
    for one in sorted(told, key=lambda one: one["size"]):
        log, cosigners = one["log"], one["cosigners"]
        if not all(isinstance(name, str) and name in SERVICES for name in cosigners):
            raise _unfit(f"signed 里 {log} 的会签者不是这五本日志")
        found[log] = LogReached(
            log=log, events=events[log], size=one["size"], root=_root(log, one["root"]), cosigners=tuple(cosigners)
        )
    return found


def _check(told: Any, where: str, shape: dict[str, type]) -> None:
    """A list of objects with these fields, each about one of the logs."""
    if not isinstance(told, list):
        raise _unfit(f"{where} 应是一个列表")
    for number, one in enumerate(told, start=1):
        if not isinstance(one, dict) or any(type(one.get(name)) is not kind for name, kind in shape.items()):
            raise _unfit(f"{where} 的第 {number} 项应有 {'、'.join(shape)}")
        if one["log"] not in SERVICES:
            raise _unfit(f"{where} 的第 {number} 项说的不是这五本日志")
        if not _is_number(one.get("size", 0)):
            raise _unfit(f"{where} 的第 {number} 项的 size 不是数字")


def _root(log: str, text: str) -> str:
    """In hexadecimal, as the pages show it; also taken in base64, as checkpoints have it."""
    if _HEX.fullmatch(text):
        return text
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _ROOT_BYTES:
        raise _unfit(f"signed 里 {log} 的树根不是 SHA-256")
    return raw.hex()


def _unsigned(log: str, events: int) -> LogReached:
    return LogReached(log=log, events=events, size=None, root=None, cosigners=())


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _unfit(what: str) -> Invalid:
    return Invalid("verification.not_a_report", what=what)
