from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from contracts.nomination import NominationForm, SeasonOpened
from deploy.demo.faults import FaultyRow, faulty_rows
from deploy.demo.people import Nominee
from deploy.demo.plan import read_plan
from gateway.workbook import cells_of, read_workbook, write_template
from services.nomination.domain.nomination import Circumstances, first_fault, identity_of
from services.nomination.domain.nomination import Nominee as Known
from services.nomination.domain.season import Season, open_season
from services.nomination.domain.unit import Participation, Unit
from standards.names import InvalidName, read_name

SEASON = read_plan().season
OTHERS_NOMINATION = UUID("00000000-0000-0000-0000-0000000000aa")


def opened() -> Season:
    (event,) = open_season(SEASON, Season())
    assert isinstance(event, SeasonOpened)
    return Season(opened=event)


def told(row: FaultyRow, good: NominationForm, taken: NominationForm) -> tuple[str, str]:
    """(column key, code) of what the workbook's reader or, behind it, the nomination service says of the row."""
    sheet = read_workbook(write_template(SEASON.season_id, SEASON.name, [cells_of(good), row.cells]), SEASON.season_id)
    if sheet.problems:
        (problem,) = sheet.problems
        letter = problem.pointer.strip("/").removesuffix("6")
        return next(key for key, each in sheet.letters.items() if each == letter), problem.code
    form = sheet.rows[1].form
    try:
        read_name(form.name)
    except InvalidName as unfit:
        return "name", unfit.code
    nominated = identity_of(form) == identity_of(taken)
    circumstances = Circumstances(
        season=opened(),
        unit=Unit(name="柳林镇"),
        participation=Participation(),
        nominee=Known(reserved_by=OTHERS_NOMINATION if nominated else None),
        today=date(2026, 5, 8),
    )
    fault = first_fault(form, circumstances, 0, {identity_of(good)})
    assert fault is not None
    column = next(key for key in row.cells if key == fault.pointer or key.startswith(f"{fault.pointer}/"))
    return column, fault.code


@pytest.fixture(scope="session")
def rows(everybody: tuple[Nominee, ...]) -> tuple[FaultyRow, ...]:
    return faulty_rows([one.form for one in everybody[:8]], everybody[40].form)


def test_the_demo_shows_forty_two_faults_of_twenty_one_kinds(rows: tuple[FaultyRow, ...]) -> None:
    assert (len({row.story for row in rows}), len({row.code for row in rows})) == (42, 21)


def test_n17_every_faulty_row_is_told_its_fault_and_its_column(
    everybody: tuple[Nominee, ...], rows: tuple[FaultyRow, ...]
) -> None:
    first, somebody_else, taken = everybody[0].form, everybody[9].form, everybody[40].form
    above = {row.story: first if row.cells == cells_of(first) else somebody_else for row in rows}
    found = {row.story: told(row, above[row.story], taken) for row in rows}
    assert found == {row.story: (row.column, row.code) for row in rows}
