from __future__ import annotations

from dataclasses import asdict

from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.terminal import Folder, Json, console, print_json, progress
from audit.verify import Verified
from audit.verify import verify as verify_copies


def verify(folder: Folder, as_json: Json = False) -> Exit:  # noqa: FBT002 -- a command-line switch
    """核查日志是否完整：位置连续、版本连续、字节规范、跨日志的起因都在。"""
    copies = open_copies(folder)
    with progress("核查", copies, quiet=as_json) as report:
        verified = verify_copies(copies, report)
    if as_json:
        print_json({"events": verified.events, "findings": [asdict(one) for one in verified.findings]})
    else:
        _print(verified)
    return verified.exit


def _print(verified: Verified) -> None:
    for one in verified.findings:
        console.print(f"[red]✗[/red] {one.log} 第 {one.position} 号（{one.code}）：{one.message}", highlight=False)
    counts = "，".join(f"{name} {count}" for name, count in verified.events.items())
    verdict = f"[red]发现 {len(verified.findings)} 处不符[/red]" if verified.findings else "[green]日志完整[/green]"
    console.print(f"{verdict}。事件数：{counts}，合计 {sum(verified.events.values())}。", highlight=False)
