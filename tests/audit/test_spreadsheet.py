from __future__ import annotations

import csv
from pathlib import Path

import pytest

from audit.spreadsheet import write_csv


def test_excel_sees_utf8_and_commas_quotes_and_newlines_survive(tmp_path: Path) -> None:
    write_csv(tmp_path / "table.csv", ["甲", "乙"], [["一，二", 'say "so"\nor not'], [3, None]])
    assert (tmp_path / "table.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["甲", "乙"], ["一，二", 'say "so"\nor not'], ["3", ""]]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=cmd|"/c calc"!A0'])
def test_g07_what_a_spreadsheet_would_compute_stays_text(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "table.csv", ["甲"], [[text]])
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{text}"]


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    write_csv(tmp_path / "table.csv", ["甲"], [[-2]])
    assert (tmp_path / "table.csv").read_bytes().endswith(b"\r\n-2\r\n")
