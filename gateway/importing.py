"""From a unit's file to an import, and from the service's verdicts back to the cells of the file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from contracts.errors import FieldProblem
from contracts.nomination import ImportNominations, ImportReport
from gateway.desk import Desk
from gateway.workbook import Sheet, read_csv, read_workbook


@dataclass(frozen=True, kw_only=True)
class Checked:
    """``problems`` are those of the cells and those of nomination together, in the order of the rows."""

    sheet: Sheet
    report: ImportReport | None
    problems: tuple[FieldProblem, ...]


def read_sheet(name: str, content: bytes, season_id: UUID) -> Sheet:
    """Raises :class:`contracts.errors.Invalid` when the file as a whole cannot be used."""
    reader = read_csv if name.lower().endswith(".csv") else read_workbook
    return reader(content, season_id)


def run_import(desk: Desk, target: tuple[UUID, UUID], sheet: Sheet, command_id: UUID, *, dry_run: bool) -> Checked:
    """``target`` is season and unit. A sheet with a faulty cell is only looked at: all its faults are told at once."""
    season_id, unit_id = target
    if not sheet.rows:
        return Checked(sheet=sheet, report=None, problems=sheet.problems)
    command = ImportNominations(
        season_id=season_id,
        unit_id=unit_id,
        dry_run=dry_run or bool(sheet.problems),
        rows=tuple(row.form for row in sheet.rows),
    )
    report: ImportReport = desk.execute(command, command_id)
    found = [
        (sheet.rows[verdict.row], verdict.pointer or "", verdict.code, verdict.message or "")
        for verdict in report.verdicts
        if verdict.code is not None
    ]
    located = [(row.number, sheet.locate(row, pointer, code, message)) for row, pointer, code, message in found]
    placed = [(_row_of(problem), problem) for problem in sheet.problems] + located
    return Checked(
        sheet=sheet,
        report=report,
        problems=tuple(problem for _, problem in sorted(placed, key=lambda pair: pair[0])),
    )


def _row_of(problem: FieldProblem) -> int:
    """The row in ``/E12`` or ``/12``; 0 where the whole file is meant."""
    digits = problem.pointer.split(":")[0].lstrip("/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits) if digits.isdigit() else 0
