from __future__ import annotations

from datetime import date
from string import ascii_uppercase, digits
from uuid import UUID

import pytest

from contracts.nomination import NominationForm, SeasonOpened
from deploy.demo.faults import FaultyRow, faulty_rows
from deploy.demo.people import MadeUpNominee
from deploy.demo.plan import read_plan
from gateway.workbook import read_workbook, write_template
from services.nomination.domain.nomination import Circumstances, faults_in_import, identity_of
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


def refused_by_service(form: NominationForm, above: NominationForm, taken: NominationForm) -> tuple[str, str]:
    """(field, code) of what the nomination service says of a row the workbook's reader let pass."""
    try:
        read_name(form.name)
    except InvalidName as unfit:
        return "name", unfit.code
    circumstances = Circumstances(
        season=opened(),
        unit=Unit(name="柳林镇"),
        participation=Participation(),
        nominee_id=OTHERS_NOMINATION,
        nominee=Known(reserved_by=OTHERS_NOMINATION if identity_of(form) == identity_of(taken) else None),
        today=date(2026, 5, 8),
    )
    fault = next(faults_in_import(form, circumstances, 0, {identity_of(above)}))
    assert fault.pointer is not None
    return fault.pointer, fault.code


@pytest.fixture(scope="session")
def rows(everybody: tuple[MadeUpNominee, ...]) -> tuple[FaultyRow, ...]:
    return faulty_rows([one.form for one in everybody[:8]], everybody[40].form)


def test_the_demo_shows_forty_two_faults_of_twenty_one_kinds(rows: tuple[FaultyRow, ...]) -> None:
    assert (len({row.story for row in rows}), len({row.code for row in rows})) == (42, 21)


def test_n17_every_faulty_row_is_told_its_fault_and_its_column(
    everybody: tuple[MadeUpNominee, ...], rows: tuple[FaultyRow, ...]
) -> None:
    first, somebody_else, taken = everybody[0].form, everybody[9].form, everybody[40].form
    sheet = read_workbook(write_template(SEASON.season_id, SEASON.name, [row.cells for row in rows]), SEASON.season_id)
    keys = {letter: key for key, letter in sheet.letters.items()}
    cells = [(problem.pointer.strip("/"), problem.code) for problem in sheet.problems]
    found = {int(cell.lstrip(ascii_uppercase)): (keys[cell.rstrip(digits)], code) for cell, code in cells}
    for passed in sheet.rows:
        above = first if rows[passed.number - 5].code == "nomination.duplicate" else somebody_else
        found[passed.number] = refused_by_service(passed.form, above, taken)
    assert len(cells) + len(sheet.rows) == len(rows)
    for number, row in enumerate(rows, start=5):
        column, code = found[number]
        assert (row.story, code) == (row.story, row.code)
        assert row.column == column or row.column.startswith(f"{column}/")
