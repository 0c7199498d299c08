from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import Invalid
from contracts.nomination import Gender, Honour, HonourLevel, NominationForm
from gateway.workbook import COLUMNS, Sheet, cells_of, read_workbook, write_template

SEASON = UUID("6f3d3a52-5c50-5d0e-9a54-2b8a8f0c2026")
OTHER_SEASON = UUID("00000000-0000-0000-0000-000000000001")
HEADER, FIRST = 3, 5
LETTERS = {column.label: place for place, column in enumerate(COLUMNS, start=1)}

FORM = NominationForm(
    rank_in_unit=1,
    name="阿卜杜热合曼•买买提",
    gender=Gender.MALE,
    ethnicity="维吾尔族",
    birth_month="1980-05",
    political_status="群众",
    workplace="柳林镇",
    position="灌区巡渠员（演示）",
    frontline=True,
    education="大专",
    honours=(
        Honour(
            title="全县水利工作先进个人",
            level=HonourLevel.COUNTY,
            awarded_by="云岭县人民政府",
            document_number="云政发〔2021〕12号（演示）",
            awarded_on=date(2021, 5, 1),
        ),
    ),
    title="把水送到坡上去",
    deeds="第一段。\n第二段，名叫𬭊䶮㛃镕𱍐。",
    contact="演示电话000-0001",
    acknowledged=True,
    decided_on=date(2026, 3, 20),
)


def filled(*forms: NominationForm) -> bytes:
    return write_template(SEASON, "云岭县2026年竞赛活动（演示）", [cells_of(form) for form in forms or (FORM,)])


def changed(change: Callable[[Worksheet], object], data: bytes | None = None) -> bytes:
    """The filled workbook after a clerk did something to its sheet."""
    workbook = load_workbook(BytesIO(data or filled()))
    sheet = workbook["推荐表"]
    assert isinstance(sheet, Worksheet)
    change(sheet)
    held = BytesIO()
    workbook.save(held)
    return held.getvalue()


def typed(label: str, value: object, number_format: str = "General", row: int = FIRST) -> bytes:
    """The filled workbook with one cell as Excel types it."""

    def change(sheet: Worksheet) -> None:
        cell = sheet.cell(row, LETTERS[label])
        cell.number_format = number_format
        cell.value = value  # type: ignore[assignment]  # whatever Excel can hold

    return changed(change)


def problems_of(sheet: Sheet) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in sheet.problems]


def refusal(data: bytes, season: UUID = SEASON) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_workbook(data, season)
    return [(problem.pointer, problem.code) for problem in refused.value.fields]


def packed(parts: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def repacked(part: str, change: Callable[[bytes], bytes]) -> bytes:
    with ZipFile(BytesIO(filled())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {part: change(parts[part])})
