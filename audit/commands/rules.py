from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from rich.text import Text

from audit.copies.folder import open_copies
from audit.outcome import Exit
from audit.records import read
from audit.rules.catalogue import RULES, breaches
from audit.rules.rule import Breach
from audit.terminal import Folder, Json, console, print_json, progress, say, table_of
from gateway.wording import SERVICES


def rules(folder: Folder, as_json: Json = False) -> Exit:  # noqa: FBT002 -- a command-line switch
    """按程序规矩逐条核对：公示、异议、回避、评分复算、名额、抽取、身份等。"""
    copies = open_copies(folder)
    with progress("读取", copies, quiet=as_json) as report:
        records = read(copies, report)
    found = list(breaches(records))
    if as_json:
        told = [{"rule": one.name, "requirement": one.requirement, "promise": one.promise} for one in RULES]
        print_json({"rules": told, "breaches": [asdict(one) for one in found]})
    else:
        _print(found)
    return Exit.FOUND if found else Exit.CLEAN


def _print(found: Sequence[Breach]) -> None:
    broken = Counter(one.rule for one in found)
    table = table_of("要求", "规矩", "")
    for one in RULES:
        times = broken[one.name]
        verdict = Text(f"违反 {times} 处", "red") if times else Text("相符", "green")
        table.add_row(one.requirement, one.promise, verdict)
    console.print(table)
    for breach in found:
        where = f"{SERVICES[breach.log]}（{breach.log}）第 {breach.position} 号"
        line = f"✗ {breach.requirement} {where}（{breach.rule}）：{breach.message}"
        say(line, style="red")
