"""A workbook's rows as forms, and where in it something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.errors import FieldProblem, Invalid
from contracts.nomination import NominationForm
from contracts.schemas import load
from gateway.workbook.columns import COLUMNS, HONOURS, NO, YES, Column, Kind

SENTENCES = {
    "workbook.too_large": "文件有 {size} MB，超过 {limit} MB。请删去插图，或分成几份报送。",
    "workbook.not_excel": "这不是 Excel 工作簿（.xlsx）。请下载推荐表，填好后直接上传。",
    "workbook.old_excel": "这是旧版 .xls 或加了密码的文件。请去掉密码，另存为“Excel 工作簿（.xlsx）”。",
    "workbook.looks_like_csv": "这像是 CSV 文本，不是 Excel 工作簿。请把文件名改成 .csv 再上传，或另存为 .xlsx。",
    "workbook.unsafe": "文件的内部结构不正常，没有打开。请把内容复制到新下载的推荐表里。",
    "workbook.not_text": "文字编码无法识别。请另存为“CSV UTF-8”或 .xlsx。",
    "workbook.no_sheet": "没有名为“{name}”的工作表。请使用下载的推荐表，不要改工作表名。",
    "workbook.other_version": "推荐表版本是“{found}”，现在用第 {current} 版。请重新下载推荐表，把内容复制过去。",
    "workbook.other_season": "这份推荐表属于另一届活动。请从本届活动页面下载推荐表。",
    "workbook.missing_column": "缺少“{label}”一栏，或栏名被改动。请恢复第 {row} 行的栏名。",
    "workbook.unknown_column": "多出“{label}”一栏。请删去，推荐表的栏目不能增减。",
    "workbook.repeated_column": "“{label}”一栏出现了两次。请删去多余的一栏。",
    "workbook.merged": "单元格 {range} 合并过。请取消合并，每人一行逐格填写。",
    "workbook.formula": "这一格是公式。请复制后“选择性粘贴→数值”，或直接填写内容。",
    "workbook.cell_error": "这一格是 Excel 的出错值（{text}）。请重新填写。",
    "workbook.control_character": "这一格有看不见的控制字符。请清空后重新录入。",
    "workbook.too_many_rows": "数据超过 {limit} 行。请分成几份报送。",
    "workbook.too_sparse": "表格拉得太长，到第 {row} 行还有格式。请删去数据下方的空行。",
    "workbook.no_rows": "推荐表里没有数据。请从第 {row} 行开始，一人一行填写。",
    "workbook.yes_or_no": "“{label}”只能填“是”或“否”。",
    "workbook.half_month": "“{label}”写作“{text}”，分不清是 1 月还是 10 月。请写成 1985-01 或 1985-10 的样子。",
}

# A day behind the month was Excel's doing, or more than was asked for; it is not kept.
_MONTH = re.compile(r"(\d{4})[-./年]?(\d{1,2})(?:月|[-./月]\d{1,2}日?)?")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")


@dataclass(frozen=True)
class Row:
    """``number`` is the row in the sheet, as Excel shows it."""

    number: int
    form: NominationForm


@dataclass(frozen=True)
class Sheet:
    """``rows`` are those without fault, ``problems`` all faults, in the order of rows and columns.

    ``letters`` gives each column key's letter.
    """

    rows: tuple[Row, ...]
    problems: tuple[FieldProblem, ...]
    letters: Mapping[str, str]

    def locate(self, row: Row, pointer: str, code: str, message: str) -> FieldProblem:
        """A fault found later, say by the nomination service, told by its place in the workbook."""
        return place(self.letters, row.number, pointer.strip("/"), code, message)


def whole_file(code: str, **facts: object) -> Invalid:
    """The refusal of a file that cannot be read at all, or of one whose layout is wrong."""
    return Invalid.of([FieldProblem("", code, SENTENCES[code].format(**facts))])


def place(letters: Mapping[str, str], number: int, key: str, code: str, message: str) -> FieldProblem:
    """``key`` is a column key, a group of columns (``honours``) or empty for the whole row."""
    column = next((each for each in COLUMNS if key and (each.key == key or each.key.startswith(f"{key}/"))), None)
    if column is None:
        return FieldProblem(f"/{number}", code, f"第{number}行：{message}")
    letter = letters[column.key]
    return FieldProblem(f"/{letter}{number}", code, f"第{number}行 {letter}列（{column.label}）：{message}")


def read_form(cells: Mapping[str, str]) -> tuple[NominationForm | None, list[tuple[str, str, str]]]:
    """The form of one row, or all its faults as (column key, code, sentence)."""
    faults: list[tuple[str, str, str]] = []
    values = _values(cells, faults)
    told = {key for key, _, _ in faults}
    try:
        form = load(NominationForm, values)
    except Invalid as invalid:
        groups = _filled_groups(cells)
        found = [(_original_key(problem.pointer, groups), problem.code, problem.message) for problem in invalid.fields]
        faults += [fault for fault in found if fault[0] not in told]
        return None, faults
    return (None if faults else form), faults


def _values(cells: Mapping[str, str], faults: list[tuple[str, str, str]]) -> dict[str, object]:
    """The row as the contract's schema takes it; what cannot be converted stays text for the schema to refuse."""
    values: dict[str, object] = {"decided_on": None}
    honours: list[dict[str, object]] = [{} for _ in range(HONOURS)]
    for column in COLUMNS:
        text = cells.get(column.key, "")
        if not text.strip():
            continue
        value, fault = _convert(column, text)
        if fault is not None:
            faults.append((column.key, *fault))
        elif column.key.startswith("honours/"):
            _, number, name = column.key.split("/")
            honours[int(number)][name] = value
        else:
            values[column.key] = value
    values["honours"] = [honours[number] for number in _filled_groups(cells)]
    return values


def _convert(column: Column, text: str) -> tuple[object, tuple[str, str] | None]:
    plain = text.strip()
    match column.kind:
        case Kind.YES_NO:
            if plain not in (YES, NO):
                return None, ("workbook.yes_or_no", SENTENCES["workbook.yes_or_no"].format(label=column.label))
            return plain == YES, None
        case Kind.WHOLE:
            return (int(plain) if re.fullmatch(r"[0-9]{1,9}", plain) else plain), None
        case Kind.DAY:
            return _day(plain), None
        case Kind.MONTH:
            if re.fullmatch(r"\d{4}\.1", plain):
                sentence = SENTENCES["workbook.half_month"].format(label=column.label, text=plain)
                return None, ("workbook.half_month", sentence)
            return _month(plain), None
    return (plain if column.choices else text.strip("\n\t")), None


def _day(text: str) -> str:
    found = _DAY.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def _month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}" if found else text


def _filled_groups(cells: Mapping[str, str]) -> list[int]:
    def filled() -> Iterator[int]:
        for key, text in cells.items():
            if key.startswith("honours/") and text.strip():
                yield int(key.split("/")[1])

    return sorted(set(filled()))


def _original_key(pointer: str, groups: list[int]) -> str:
    """The column key of a schema's pointer, in which empty groups of honours were left out."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "honours" and len(parts) > 1:
        parts[1] = str(groups[int(parts[1])])
    return "/".join(parts)
