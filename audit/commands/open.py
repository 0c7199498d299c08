from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from audit.copies.folder import open_copies
from audit.copies.log_copy import LogCopy, Row
from audit.leaves import is_erased, opened, openings_of
from audit.named_event import Event, find
from audit.opening import PersonalField, claimed, fields_of
from audit.outcome import Exit, Unusable
from audit.terminal import Folder, Json, event_as_json, print_json, say
from contracts.fields import Withheld
from contracts.timeline import entry_of
from eventlog.event import Recorded
from gateway.wording import SERVICES, sentence_of

PersonalKeys = Annotated[Path | None, typer.Option("--personal-keys", help="个人信息钥匙所在目录")]


def open_personal(
    folder: Folder,
    event: Event,
    personal_keys: PersonalKeys = None,
    field: Annotated[str | None, typer.Option("--field", help="不用钥匙：要核对的栏目，例如 form.name")] = None,
    value: Annotated[str | None, typer.Option("--value", help="有人声称的值")] = None,
    salt: Annotated[str | None, typer.Option("--salt", help="有人给出的盐（base64）")] = None,
    as_json: Json = False,  # noqa: FBT002 -- a command-line switch
) -> Exit:
    """打开一个事件的个人信息，与叶里的承诺值核对；或不用钥匙，核对别人给出的值和盐。"""
    claim = (field, salt, value)
    if personal_keys is not None and claim != (None, None, None):
        raise Unusable("--personal-keys 是用钥匙打开，--field --value --salt 是核对别人给出的值。请只用一种。")
    copy, row = find(open_copies(folder), event)
    recorded = opened(copy.name, row)
    found = _fields(copy, row, personal_keys, claim)
    shut = personal_keys is not None and any(one.command is None for one in found)
    erased = shut and is_erased(copy, recorded)
    if as_json:
        told = [asdict(one) | {"openssl": one.command} for one in found]
        print_json(event_as_json(recorded) | {"fields": told, "erased": erased})
    else:
        _print(recorded, found, _shut(with_keys=personal_keys is not None, erased=erased))
    return Exit.FOUND if any(one.matches is False for one in found) or (shut and not erased) else Exit.CLEAN


def _shut(*, with_keys: bool, erased: bool) -> str:
    """Why a field does not open."""
    if not with_keys:
        return "没有钥匙，打不开"
    if erased:
        return f"{Withheld.ERASED.value}，承诺值照旧"
    return "✗ 密文或钥匙不在了，日志里却没有删除这个人的事件：密文被移走，或钥匙不是这一份"


def _fields(
    copy: LogCopy, row: Row, keys: Path | None, claim: tuple[str | None, str | None, str | None]
) -> list[PersonalField]:
    match claim:
        case (None, None, None):
            return fields_of(copy.name, row, openings_of(copy, row, keys) if keys else None)
        case (str(field), str(salt), str(value)):
            return [claimed(copy.name, row, field, salt, value)]
    raise Unusable("核对别人给出的值，--field、--value、--salt 三样都要给。")


def _print(event: Recorded, found: list[PersonalField], shut: str) -> None:
    where = f"{SERVICES[event.source]}日志（{event.source}）第 {event.position} 号，{event.type}"
    say(f"{where}：{sentence_of(entry_of(event))}")
    if not found:
        say("这个事件里没有个人信息。")
    for one in found:
        say("")
        say(one.field, style="bold")
        _line("承诺值", one.committed)
        if one.command is None:
            _line("值", shut)
            continue
        _line("盐", one.salt)
        _line("值", one.value)
        say(("与承诺值相符", "green") if one.matches else ("✗ 与承诺值不符", "red"))
        _line("不用本程序也能算", one.command)


def _line(name: str, told: object) -> None:
    say(f"{name}：{told}")
