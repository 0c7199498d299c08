from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.outcome import Exit, Unusable
from audit.take_home import sources, take
from audit.terminal import Json, empty_folder, print_json, progress, say


def copy(
    data: Annotated[Path, typer.Argument(help="县里的数据目录；服务不必停下")],
    out: Annotated[Path, typer.Argument(help="复制到这个空目录，例如 U盘/data")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """在县里：把日志、校验点、瓦片和公钥复制到 U 盘，不带个人信息的明文、口令摘要和任何密钥。"""
    if out.resolve().is_relative_to(data.resolve()):
        raise Unusable(f"{out} 在数据目录里面。请换一个别处的空目录。")
    logs = sources(data)
    place = empty_folder(out)
    with progress("复制", logs, quiet=as_json) as report:
        events = take(data, place, report)
    if as_json:
        print_json({"folder": str(out), "events": events})
    else:
        say(f"已复制到 {out}：{sum(events.values())} 个事件，连同校验点、瓦片和公钥。")
    return Exit.CLEAN
