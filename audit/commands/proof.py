from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from audit.checkpoints import Refused
from audit.copies.folder import open_copies
from audit.event_proofs import prove
from audit.named_event import Event, find
from audit.outcome import Exit, Unusable
from audit.terminal import Folder, Json, complain, print_json, say
from audit.trees import signed_trees
from eventlog.proof.tiles import write_whole


def proof(
    folder: Folder,
    event: Event,
    out: Annotated[Path | None, typer.Option("--out", help="写到这个文件（.tlog-proof）；不给就打印出来")] = None,
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """一个事件的证明，自成一个文件：事件本身、它在树里的路径、会签过的校验点（C2SP tlog-proof）。"""
    if out is not None and out.exists():
        raise Unusable(f"{out} 已经存在。请换一个文件名。")
    _, trees = signed_trees(folder)
    copy, row = find(open_copies(folder), event)
    try:
        text = prove(copy, row, trees[copy.name]).text()
    except Refused as refused:
        complain(f"✗ {refused}。")
        return Exit.FOUND
    if out is not None:
        write_whole(out, text)
    if as_json:
        told = {"file": None if out is None else str(out), "proof": text.decode()}
        print_json({"log": copy.name, "position": row.position} | told)
    elif out is None:
        sys.stdout.write(text.decode())
    else:
        line = f"{copy.name} 第 {row.position} 号事件的证明写到了 {out}。"
        how = f"核对：biaobing audit check-proof {out} --keys keys.txt"
        say(line + how)
    return Exit.CLEAN
