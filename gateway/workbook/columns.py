"""The columns of the workbook, derived from `NominationForm`: its labels are the headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum, StrEnum
from typing import get_args, get_type_hints

from contracts.nomination import Honour, NominationForm
from contracts.schemas import label_of
from standards.ethnicity import ETHNICITIES

HONOURS = 3
"""Honours a row has columns for; the latest matter, a longer list goes in through the web form."""

YES, NO = "是", "否"


class Kind(StrEnum):
    """How a cell's text becomes the field's value."""

    TEXT = "text"
    WHOLE = "whole"
    YES_NO = "yes_no"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Column:
    """``key`` is the field's path in the form (``honours/0/title``), ``choices`` what the drop-down list offers."""

    key: str
    label: str
    kind: Kind
    choices: tuple[str, ...]
    hint: str
    width: int


_HINTS = {
    "rank_in_unit": "整数，从 1 起",
    "name": "与身份证一致；间隔号用“·”",
    "ethnicity": "全称，如“汉族”",
    "birth_month": "如 1985-03",
    "workplace": "单位全称",
    "honours/0/title": "没有受过表彰的，表彰各栏都不填",
    "honours/0/awarded_on": "如 2021-05-01",
    "title": "2 至 40 字",
    "deeds": "第三人称；换行用 Alt+回车",
    "contact": "只供竞赛办联系，不公开",
    "acknowledged": "须已征得本人同意",
    "decided_on": "开会日期，如 2026-03-20",
}
_WIDTHS = {"deeds": 60, "title": 30, "workplace": 20, "position": 20, "contact": 16}


def _columns() -> Iterator[Column]:
    hints = get_type_hints(NominationForm, include_extras=False)
    for field in fields(NominationForm):
        if field.name == "honours":
            yield from _honours()
        else:
            yield _column(field.name, label_of(NominationForm, field.name), hints[field.name])


def _honours() -> Iterator[Column]:
    hints = get_type_hints(Honour, include_extras=False)
    for number in range(HONOURS):
        for field in fields(Honour):
            label = f"表彰{number + 1}·{label_of(Honour, field.name)}"
            yield _column(f"honours/{number}/{field.name}", label, hints[field.name])


def _column(key: str, label: str, hint: type) -> Column:
    kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    if key == "birth_month":
        kind = Kind.MONTH
    elif hint is bool:
        kind, choices = Kind.YES_NO, (YES, NO)
    elif hint is int:
        kind = Kind.WHOLE
    elif hint is date or date in get_args(hint):
        kind = Kind.DAY
    elif isinstance(hint, type) and issubclass(hint, Enum):
        choices = tuple(str(member.value) for member in hint)
    elif key == "ethnicity":
        choices = tuple(sorted(ETHNICITIES, key=lambda name: (name != "汉族", name)))
    return Column(key, label, kind, choices, _HINTS.get(key, ""), _WIDTHS.get(key, 12))


COLUMNS = tuple(_columns())


def cells_of(form: NominationForm) -> dict[str, str]:
    """What a clerk would have typed for this form, by column key. Raises `ValueError` for more honours than columns."""
    if len(form.honours) > HONOURS:
        raise ValueError(form.honours)
    cells = {column.key: _typed(getattr(form, column.key)) for column in COLUMNS if "/" not in column.key}
    for number, honour in enumerate(form.honours):
        cells |= {f"honours/{number}/{field.name}": _typed(getattr(honour, field.name)) for field in fields(Honour)}
    return cells


def _typed(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case Enum():
            return str(value.value)
    return str(value)
