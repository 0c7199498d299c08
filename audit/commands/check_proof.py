from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.checkpoints import Refused, read_keys
from audit.event_proofs import Proven, check
from audit.outcome import Exit
from audit.terminal import Json, complain, event_as_json, in_beijing, print_json, say
from audit.verify import exit_of
from contracts.timeline import entry_of
from gateway.wording import SERVICES, sentence_of


def check_proof(
    file: Annotated[Path, typer.Argument(help="audit proof 写出的 .tlog-proof 文件")],
    keys: Annotated[Path, typer.Option("--keys", help="各本日志的公钥 keys.txt，另经可信的途径取得")],
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """核对一个事件的证明：只要这个文件和公钥，不要日志，也不要网络。"""
    known = read_keys(file.parent, keys)
    assert known is not None, "an empty list of keys is refused"
    try:
        proven = check(file, known)
    except Refused as refused:
        if as_json:
            print_json({"holds": False, "code": refused.code, "message": str(refused)})
        else:
            complain(f"✗ 证明不成立：{refused}。")
        return exit_of(refused.code)
    if as_json:
        checkpoint = proven.tree.checkpoint
        tree = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
        print_json({"holds": True} | event_as_json(proven.event) | tree | {"cosigners": proven.tree.cosigners})
    else:
        _print(proven)
    return Exit.CLEAN


def _print(proven: Proven) -> None:
    event, checkpoint = proven.event, proven.tree.checkpoint
    cosigners = "、".join(SERVICES[name] for name in proven.tree.cosigners) or "无"
    lines = {
        "谁": f"{event.actor['role']} {event.actor['account']}",
        "做了什么": sentence_of(entry_of(event)),
        "何时": f"{in_beijing(event.occurred_at)}（北京时间）",
        "位置": f"{SERVICES[event.source]}日志（{event.source}）第 {event.position} 号，{event.type}",
        "叶哈希": event.leafhash,
        "校验点": f"{checkpoint.origin}，{checkpoint.size} 个事件，树根 {checkpoint.root.hex()}",
        "会签": cosigners,
    }
    if proven.tree.strangers:
        lines["没有算在内"] = f"{'、'.join(proven.tree.strangers)}的签名，公钥清单里没有这些钥匙"
    say(("证明成立", "green"), "：这个事件在签过的日志里，一字未改。")
    for name, text in lines.items():
        say(f"{name}：{text}")
