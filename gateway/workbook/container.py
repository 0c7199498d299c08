"""Whether bytes may be opened as an .xlsx file: its kind, its size packed and unpacked, and what is merged in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import openpyxl
from defusedxml.ElementTree import iterparse

from gateway.workbook.sheet import whole_file

MOST_BYTES = 10 * 1024 * 1024
_MOST_UNPACKED = 60 * 1024 * 1024
_MOST_RATIO = 100
_MOST_PARTS = 300
_RATIO_MATTERS_FROM = 1024 * 1024

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("openpyxl must find defusedxml: workbooks come from outside")


def check_container(data: bytes) -> None:
    """Raises `contracts.errors.Invalid` for what is no .xlsx file, or one nobody fills in by hand."""
    check_size(data)
    if data.startswith(_OLD_EXCEL):
        raise whole_file("workbook.old_excel")
    if not data.startswith(_ZIP):
        raise whole_file("workbook.looks_like_csv" if _is_table_text(data) else "workbook.not_excel")
    try:
        with ZipFile(BytesIO(data)) as parts:
            entries = parts.infolist()
    except Exception:  # noqa: BLE001 -- zipfile raises BadZipFile, ValueError, NotImplementedError and more
        raise whole_file("workbook.not_excel") from None
    unpacked = sum(entry.file_size for entry in entries)
    inflated = unpacked > _RATIO_MATTERS_FROM and unpacked > _MOST_RATIO * len(data)
    if unpacked > _MOST_UNPACKED or inflated or len(entries) > _MOST_PARTS:
        raise whole_file("workbook.unsafe")
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise whole_file("workbook.not_excel")


def check_size(data: bytes) -> None:
    """Raises `contracts.errors.Invalid` above 10 MB."""
    if len(data) > MOST_BYTES:
        raise whole_file("workbook.too_large", size=round(len(data) / 1024 / 1024, 1), limit=MOST_BYTES // 1024 // 1024)


def merged_ranges(data: bytes, part: str) -> Iterator[tuple[str, int]]:
    """Each merged range of a sheet and its last row; the streaming reader of openpyxl does not tell them."""
    with ZipFile(BytesIO(data)) as parts, parts.open(part) as sheet:
        for _, element in iterparse(sheet, events=("end",)):
            if element.tag.endswith("}mergeCell"):
                reference = element.get("ref")
                yield reference, int(re.findall(r"\d+", reference)[-1])
            element.clear()


def _is_table_text(data: bytes) -> bool:
    return b"\x00" not in data and b"," in data and b"\n" in data
