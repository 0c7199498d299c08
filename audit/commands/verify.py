from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.checkpoints import Evidence, SignedTree, evidence
from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.terminal import Folder, Json, print_json, progress, say
from audit.verify import Verified
from audit.verify import verify as verify_copies
from gateway.wording import SERVICES

SHOWN = 20
"""Findings of one code in one log that are shown; all that are named with ``--json``."""

Keys = Annotated[Path | None, typer.Option("--keys", help="另经可信途径取得的公钥清单 keys.txt；不给就用副本自带的")]
Held = Annotated[
    list[Path] | None,
    typer.Option("--held", help="您手里的校验点：文件，或内有 日志名/checkpoint 的目录；可以给多次"),
]


def verify(folder: Folder, keys: Keys = None, held: Held = None, as_json: Json = False) -> Exit:  # noqa: FBT002 -- a command-line switch
    """核查日志是否完整、是否就是签过的那一本：位置、版本、字节、起因、校验点、签名、瓦片。"""
    copies = open_copies(folder)
    against = evidence(folder, keys, held or [])
    with progress("核查", copies, quiet=as_json) as report:
        verified = verify_copies(copies, report, against)
    if as_json:
        print_json(_as_json(verified))
    else:
        _print(verified, against)
    return verified.exit


def _as_json(verified: Verified) -> dict[str, Any]:
    return {
        "events": verified.events,
        "findings": [asdict(one) for one in verified.findings],
        "unnamed": [{"log": log, "code": code, "count": count} for (log, code), count in verified.unnamed.items()],
        "signed": [_tree_as_json(log, one) for log, trees in verified.signed.items() for one in trees],
        "exit": verified.exit,
    }


def _tree_as_json(log: str, signed: SignedTree) -> dict[str, Any]:
    return {
        "log": log,
        "whose": signed.whose.strip(),
        "origin": signed.checkpoint.origin,
        "size": signed.checkpoint.size,
        "root": signed.checkpoint.root.hex(),
        "cosigners": signed.cosigners,
    }


def _print(verified: Verified, against: Evidence) -> None:
    for line in _findings(verified):
        say(("✗", "red"), line)
    for log, trees in verified.signed.items():
        for one in trees:
            say(("✓", "green"), f" {_agreed(log, one, verified.events[log])}")
    if against.keys is None:
        say("副本里没有校验点和公钥：只查了日志自身是否说得通，没有查是不是签过的那一本。", style="yellow")
    elif against.keys.own:
        say(
            "公钥取自副本自带的 keys 目录。换掉日志的人也能换掉它；"
            "请用 --keys 给出另经可信途径取得的 keys.txt，再核查一次。",
            style="yellow",
        )
    counts = "，".join(f"{name} {count}" for name, count in verified.events.items())
    found = len(verified.findings) + sum(verified.unnamed.values())
    verdict = ("日志完整", "green")
    if verified.exit == Exit.FOUND:
        verdict = (f"发现 {found} 处不符", "red")
    elif found:
        verdict = (f"{verified.exit.told}（{found} 处）", "red")
    say(verdict, f"。事件数：{counts}，合计 {sum(verified.events.values())}。")


def _agreed(log: str, signed: SignedTree, events: int) -> str:
    size = signed.checkpoint.size
    by = "、".join(SERVICES[name] for name in signed.cosigners) or "无"
    later = f"，其后又有 {events - size} 个" if events > size else ""
    return f"{SERVICES[log]}：与{signed.whose}相符，签到 {size} 个事件{later}；会签：{by}"


def _findings(verified: Verified) -> Iterator[str]:
    shown: Counter[tuple[str, str]] = Counter()
    for one in verified.findings:
        shown[one.log, one.code] += 1
        if shown[one.log, one.code] <= SHOWN:
            yield f" {one.log} 第 {one.position} 号（{one.code}）：{one.message}"
    for key, count in shown.items():
        more = count - SHOWN + verified.unnamed.get(key, 0)
        if more > 0:
            yield f" {key[0]} 另有 {more} 处（{key[1]}），用 --json 看前 {count} 处。"
