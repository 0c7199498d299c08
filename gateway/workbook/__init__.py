"""The workbook a unit fills in, one nominee a row: written, read back with every fault placed, and reported on.

Whole-file faults raise `contracts.errors.Invalid`. Faults of cells come with the sheet, each a `FieldProblem` whose
pointer is the cell (``/E12``) or the row (``/12``) and whose sentence names row, column and label.
"""

from gateway.workbook.columns import COLUMNS, cells_of
from gateway.workbook.reading import read_csv, read_workbook
from gateway.workbook.report import write_report
from gateway.workbook.sheet import Row, Sheet
from gateway.workbook.template import write_template

__all__ = ["COLUMNS", "Row", "Sheet", "cells_of", "read_csv", "read_workbook", "write_report", "write_template"]
