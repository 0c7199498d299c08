from __future__ import annotations

from contracts.nomination import RegisterUnit
from contracts.schemas import load
from deploy.demo.county import UNITS


def test_the_county_has_sixty_units_with_names_and_ids_of_their_own() -> None:
    assert len(UNITS) == 60
    assert len({unit.name for unit in UNITS}) == len({unit.unit_id for unit in UNITS}) == 60


def test_n08_every_parent_is_a_unit_without_parent() -> None:
    roots = {unit.code for unit in UNITS if unit.parent is None}
    assert {unit.parent for unit in UNITS if unit.parent is not None} <= roots


def test_every_unit_can_be_registered() -> None:
    for unit in UNITS:
        told = {"unit_id": str(unit.unit_id), "name": unit.name, "sector": unit.sector, "level": unit.level}
        assert load(RegisterUnit, told) == RegisterUnit(
            unit_id=unit.unit_id, name=unit.name, sector=unit.sector, level=unit.level
        )
