from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.copies.folder import open_copies
from audit.outcome import Exit, Unusable
from audit.records import read
from audit.terminal import Folder, Json, empty_folder, identifier, print_json, progress, say
from audit.what_if import changes
from audit.what_if.report import as_json as simulation_as_json
from audit.what_if.report import as_text, write
from audit.what_if.simulation import simulate


def what_if(
    folder: Folder,
    rules: Annotated[Path, typer.Argument(help="改动的规则（TOML）：rubric、tiers、trim_from、averaging、unit_quota")],
    out: Annotated[Path, typer.Option("--out", help="结果写到这个空目录")],
    season: Annotated[str | None, typer.Option("--season", help="活动编号；日志里只有一届时可不写")] = None,
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """模拟：假如规则不同，用日志里的评分表重算一届；结果处处标明“模拟”。"""
    if out.resolve().is_relative_to(folder.resolve()):
        raise Unusable(f"{out} 在日志副本里面。请换一个别处的空目录。")
    changed = changes.read(rules)
    copies = open_copies(folder)
    with progress("读取", copies, quiet=as_json) as report:
        records = read(copies, report)
    simulation = simulate(records, None if season is None else identifier(season), changed)
    write(simulation, empty_folder(out))
    if as_json:
        print_json(simulation_as_json(simulation))
    else:
        for line in as_text(simulation):
            say(line)
    return Exit.CLEAN
