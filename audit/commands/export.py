from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from audit.copies.folder import open_copies
from audit.export.export import export as export_logs
from audit.outcome import Exit, Unusable
from audit.terminal import Folder, Json, console, empty_folder, print_json, progress, say, table_of
from audit.trees import signed_trees
from gateway.wording import SERVICES

_ROOT_SHOWN = 16


def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(help="导出到这个空目录")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """导出：每本日志的校验点、瓦片和公钥（C2SP tlog-tiles），事件另存为 JSONL、CSV 和 Parquet。"""
    if out.resolve().is_relative_to(folder.resolve()):
        raise Unusable(f"{out} 在日志副本里面。请换一个别处的空目录。")
    keys, trees = signed_trees(folder)
    copies = open_copies(folder)
    place = empty_folder(out)
    with progress("导出", copies, quiet=as_json) as report:
        exported = export_logs(copies, keys, trees, place, report)
    if as_json:
        print_json({"folder": str(out), "logs": [asdict(one) for one in exported]})
        return Exit.CLEAN
    table = table_of("日志", "事件", "校验点覆盖", "树根", "会签")
    for one in exported:
        cosigners = "、".join(SERVICES[name] for name in one.cosigners) or "—"
        table.add_row(SERVICES[one.log], str(one.events), str(one.covered), f"{one.root[:_ROOT_SHOWN]}…", cosigners)
    console.print(table)
    say(f"已导出到 {out}：公钥在 keys.txt，每本日志一个目录。")
    return Exit.CLEAN
