"""Deliberately faulty rows of the workbook, each with what it should be told and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.nomination import NominationForm
from gateway.workbook import cells_of


@dataclass(frozen=True)
class FaultyRow:
    """``cells`` are texts by column key; ``column`` is the key of the column at fault, ``code`` the expected code."""

    story: str
    cells: Mapping[str, str]
    column: str
    code: str


_HONOUR = {
    "honours/0/title": "全县先进个人（演示）",
    "honours/0/level": "县级",
    "honours/0/awarded_by": "云岭县人民政府",
    "honours/0/document_number": "云政发〔2020〕0号（演示）",
    "honours/0/awarded_on": "2020-06-01",
}

# The story, what is changed in a good row, the column at fault, the code.
_FAULTS: tuple[tuple[str, Mapping[str, str], str, str], ...] = (
    ("没有填姓名", {"name": ""}, "name", "required"),
    ("姓名里有自造字", {"name": "赵\ue863"}, "name", "name.private_use"),
    ("姓名里有不知来历的自造字", {"name": "赵\ue000"}, "name", "name.private_use"),
    ("姓名里混进部首符号", {"name": "王⼒"}, "name", "name.radical"),
    ("姓名带拼音", {"name": "李明Li"}, "name", "name.character"),
    ("一格填了两个人", {"name": "李明、王强"}, "name", "name.character"),
    ("三字姓名中间有空格", {"name": "王 小 明"}, "name", "name.space"),
    ("间隔号落在末尾", {"name": "买买提·"}, "name", "name.interpunct"),
    ("姓名超过五十个字", {"name": "阿" * 51}, "name", "length"),
    ("推荐顺序写成文字", {"rank_in_unit": "第一名"}, "rank_in_unit", "wrong_type"),
    ("推荐顺序从零起", {"rank_in_unit": "0"}, "rank_in_unit", "range"),
    ("性别写成英文字母", {"gender": "F"}, "gender", "wrong_choice"),
    ("性别没有填", {"gender": ""}, "gender", "required"),
    ("民族写了简称", {"ethnicity": "维族"}, "ethnicity", "nomination.unknown_ethnicity"),
    ("民族只写一个字", {"ethnicity": "汉"}, "ethnicity", "length"),
    ("出生年月没有月份", {"birth_month": "1985"}, "birth_month", "pattern"),
    ("出生年月写了十三月", {"birth_month": "1985-13"}, "birth_month", "pattern"),
    ("出生年月写成文字", {"birth_month": "八五年三月"}, "birth_month", "pattern"),
    ("出生年月分不清一月十月", {"birth_month": "1985.1"}, "birth_month", "workbook.half_month"),
    ("出生在将来", {"birth_month": "2031-03"}, "birth_month", "nomination.born_too_late"),
    ("还不满十六岁", {"birth_month": "2014-03"}, "birth_month", "nomination.born_too_late"),
    ("政治面貌没有填", {"political_status": ""}, "political_status", "required"),
    ("工作单位没有填", {"workplace": ""}, "workplace", "required"),
    ("职务写了一段话", {"position": "负责" * 26}, "position", "length"),
    ("是否一线写成文字", {"frontline": "长期在一线"}, "frontline", "workbook.yes_or_no"),
    ("是否一线打了勾", {"frontline": "√"}, "frontline", "workbook.yes_or_no"),
    ("本人没有同意", {"acknowledged": "否"}, "acknowledged", "nomination.no_acknowledgement"),
    ("本人是否同意空着", {"acknowledged": ""}, "acknowledged", "required"),
    ("没有集体研究日期", {"decided_on": ""}, "decided_on", "nomination.no_unit_decision"),
    ("集体研究日期写成文字", {"decided_on": "三月下旬"}, "decided_on", "wrong_type"),
    ("集体研究日期是二月三十日", {"decided_on": "2026-02-30"}, "decided_on", "wrong_type"),
    ("集体研究日期在将来", {"decided_on": "2026-09-01"}, "decided_on", "nomination.decision_in_future"),
    ("事迹标题太长", {"title": "先进" * 21}, "title", "length"),
    ("没有事迹材料", {"deeds": ""}, "deeds", "required"),
    ("事迹材料一千五百零一字", {"deeds": "字" * 1500 + "。"}, "deeds", "nomination.too_many_words"),
    ("联系电话没有填", {"contact": ""}, "contact", "required"),
    ("联系电话只有三位", {"contact": "110"}, "contact", "length"),
    ("表彰级别不在列表里", _HONOUR | {"honours/0/level": "乡级"}, "honours/0/level", "wrong_choice"),
    ("表彰没有文号", _HONOUR | {"honours/0/document_number": ""}, "honours/0/document_number", "required"),
    (
        "表彰日期在将来",
        _HONOUR | {"honours/0/awarded_on": "2026-12-01"},
        "honours/0/title",
        "nomination.honour_in_future",
    ),
)

_SAME_WORKBOOK = "同一份表里把同一个人报了两次"
_OTHER_UNIT = "别的单位已经报过这个人"


def faulty_rows(forms: Sequence[NominationForm], taken: NominationForm) -> tuple[FaultyRow, ...]:
    """Faulty copies of ``forms``, one after the other, and two duplicates.

    The first duplicate repeats the first of ``forms`` and is a fault behind that row; the second is ``taken``, whom
    another unit has nominated.
    """
    rows = [
        FaultyRow(story, cells_of(forms[number % len(forms)]) | _without_honours(change) | dict(change), column, code)
        for number, (story, change, column, code) in enumerate(_FAULTS)
    ]
    rows.append(FaultyRow(_SAME_WORKBOOK, cells_of(forms[0]), "name", "nomination.duplicate"))
    rows.append(FaultyRow(_OTHER_UNIT, cells_of(taken), "name", "nomination.duplicate"))
    return tuple(rows)


def _without_honours(change: Mapping[str, str]) -> dict[str, str]:
    """Empties the honours of a row whose fault is in its honours, so that nothing else is said about them."""
    if not any(key.startswith("honours/") for key in change):
        return {}
    return {key.replace("/0/", f"/{number}/"): "" for key in _HONOUR for number in range(3)}
