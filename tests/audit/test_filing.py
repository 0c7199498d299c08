"""The gateway reads what the auditor's tool prints, and comes to the same end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from audit.outcome import Exit
from gateway.verification_report import read_report
from tests.audit.asking import ask, told
from tests.audit.tampering import leaf_at, put_leaf, tamper


def _printed_and_read(copy: Path, expected: Exit) -> None:
    answer = ask("verify", copy, "--json")
    report = read_report(answer.out.encode())
    assert (answer.code, report.exit_code) == (expected, expected)
    told_by_tool = told("verify", copy)
    assert {one.log: one.events for one in report.logs} == told_by_tool["events"]
    assert report.findings == len(told_by_tool["findings"])


def test_a_report_of_a_whole_copy_is_read_as_clean(data: Path) -> None:
    _printed_and_read(data, Exit.CLEAN)


def test_a_report_of_a_copy_without_any_proof_is_not_read_as_clean(copy: Path) -> None:
    _printed_and_read(copy, Exit.PROOF_MISSING)


def test_a_report_of_a_tampered_copy_is_read_as_found(copy: Path) -> None:
    tamper(copy, "review", lambda connection: connection.execute("DELETE FROM event WHERE position = 3"))
    _printed_and_read(copy, Exit.FOUND)


def test_a_report_of_a_tool_too_old_is_told_apart(copy: Path) -> None:
    def newer(connection: sqlite3.Connection) -> None:
        put_leaf(connection, 1, leaf_at(connection, 1).replace(b'"CaseOpened/1"', b'"CaseOpened/2"'))

    tamper(copy, "review", newer)
    _printed_and_read(copy, Exit.UNKNOWN_VERSION)
