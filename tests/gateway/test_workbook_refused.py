"""Files that are no workbook of ours are refused by what is wrong with them."""

from __future__ import annotations

import random
import struct
from contextlib import suppress
from dataclasses import replace

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import Invalid
from gateway.workbook import cells_of, read_workbook, write_template
from tests.gateway.books import (
    FORM,
    OTHER_SEASON,
    SEASON,
    changed,
    filled,
    packed,
    problems_of,
    refusal,
    repacked,
)


def test_n17_merged_cells_in_the_data_are_told_with_their_range() -> None:
    sheet = read_workbook(changed(lambda sheet: sheet.merge_cells("B5:B6")), SEASON)
    assert problems_of(sheet) == [("/B5:B6", "workbook.merged")]


def test_n17_another_template_version_is_refused() -> None:
    assert refusal(changed(lambda sheet: sheet.__setitem__("B2", "0"))) == [("", "workbook.other_version")]


def test_n17_another_seasons_template_is_refused() -> None:
    assert refusal(filled(), OTHER_SEASON) == [("", "workbook.other_season")]


def test_n17_missing_renamed_and_added_columns_are_told_together() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"] = "名字", "民族"

    assert refusal(changed(change)) == [
        ("", "workbook.missing_column"),
        ("", "workbook.missing_column"),
        ("", "workbook.unknown_column"),
        ("", "workbook.repeated_column"),
    ]


def test_g07_five_hundred_rows_are_taken_and_one_more_refused() -> None:
    rows = [cells_of(replace(FORM, honours=(), deeds="事迹。"))] * 500
    assert len(read_workbook(write_template(SEASON, "演示", rows), SEASON).rows) == 500
    assert refusal(write_template(SEASON, "演示", [*rows, rows[0]])) == [("", "workbook.too_many_rows")]


def test_g07_fifty_thousand_rows_are_refused_without_reading_them_all() -> None:
    rng = random.Random(7)
    rows = "".join(f"<row><c><v>{rng.getrandbits(60)}</v></c></row>" for _ in range(50_000)).encode()
    many = repacked("xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"))
    assert refusal(many) == [("", "workbook.too_many_rows")]


def test_g07_a_row_far_below_the_data_is_refused_as_too_sparse() -> None:
    assert refusal(changed(lambda sheet: sheet.__setitem__("B6000", " "))) == [("", "workbook.too_sparse")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook.not_excel"),
        (b"%PDF-1.7 ...", "workbook.not_excel"),
        (b"PK\x03\x04 broken", "workbook.not_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.old_excel"),
        ("推荐顺序,姓名\n1,王芳\n".encode(), "workbook.looks_like_csv"),
    ],
)
def test_n17_what_is_no_workbook_is_refused_by_its_kind(data: bytes, code: str) -> None:
    assert refusal(data) == [("", code)]


def test_n17_a_word_document_is_refused_as_no_workbook() -> None:
    assert refusal(packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})) == [
        ("", "workbook.not_excel")
    ]


def test_g07_a_file_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    bomb = repacked("xl/styles.xml", lambda part: part + b" " * 50_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb) == [("", "workbook.unsafe")]


def test_g07_an_entity_in_a_part_is_refused_and_not_expanded() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    data = repacked("xl/worksheets/sheet1.xml", lambda part: evil + part[part.index(b"<worksheet") :])
    assert refusal(data) == [("", "workbook.unsafe")]


def test_g07_a_damaged_part_is_refused() -> None:
    assert refusal(repacked("xl/worksheets/sheet1.xml", lambda part: part[: len(part) // 2])) == [
        ("", "workbook.unsafe")
    ]


def test_g07_more_than_ten_megabytes_are_refused() -> None:
    assert refusal(b"PK\x03\x04" + bytes(10 * 1024 * 1024)) == [("", "workbook.too_large")]


def test_n17_a_renamed_sheet_is_told_by_the_name_expected() -> None:
    with pytest.raises(Invalid) as refused:
        read_workbook(changed(lambda sheet: setattr(sheet, "title", "Sheet1")), SEASON)
    assert refused.value.fields[0].message == "没有名为“推荐表”的工作表。请使用下载的推荐表，不要改工作表名。"


def test_g07_no_file_however_damaged_is_answered_with_anything_but_a_refusal() -> None:
    whole = filled()
    rng = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 12)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        cut = bytes(damaged[: rng.randrange(len(damaged))]) if rng.random() < 0.3 else bytes(damaged)
        with suppress(Invalid):
            read_workbook(cut, SEASON)


def test_g07_a_part_whose_size_is_understated_does_not_unpack_beyond_it() -> None:
    data = bytearray(repacked("xl/worksheets/sheet1.xml", lambda part: part + b" " * 2_000_000))
    place = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    assert refusal(bytes(data)) == [("", "workbook.unsafe")]
