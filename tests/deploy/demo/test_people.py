from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from enum import Enum

from contracts.nomination import NominationForm
from contracts.schemas import load
from deploy.demo.people import DECLINING_UNITS, MadeUpNominee, inspectors, nominees, reviewers
from deploy.demo.plan import read_plan
from standards.ethnicity import ETHNICITIES
from standards.names import read_name


def told(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case dict():
            return {key: told(each) for key, each in value.items()}
        case tuple():
            return [told(each) for each in value]
    return value


def test_the_demo_is_the_same_for_the_same_seed(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert nominees(2026) == everybody


def test_another_seed_gives_other_people(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert [one.form.name for one in nominees(2027)] != [one.form.name for one in everybody]


def test_three_hundred_people_bear_three_hundred_names(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert len({one.form.name for one in everybody}) == len({one.nomination_id for one in everybody}) == 300


def test_n12_every_form_fits_the_contract(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert [load(NominationForm, told(asdict(one.form))) for one in everybody] == [one.form for one in everybody]


def test_x07_every_name_is_stored_as_written(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert [read_name(one.form.name).text for one in everybody] == [one.form.name for one in everybody]


def test_scenario_15_rare_characters_and_interpuncts_are_among_the_names(everybody: tuple[MadeUpNominee, ...]) -> None:
    names = "".join(one.form.name for one in everybody)
    assert {character for character in "𬭊䶮㛃镕𱍐堃喆·" if character not in names} == set()


def test_n12_every_ethnicity_is_a_recognised_one(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert {one.form.ethnicity for one in everybody} - ETHNICITIES == set()


def test_n09_no_unit_exceeds_its_quota_and_ranks_run_from_one(everybody: tuple[MadeUpNominee, ...]) -> None:
    quota = read_plan().season.rules.unit_quota
    ranks: dict[str, list[int]] = {}
    for one in everybody:
        ranks.setdefault(one.unit.code, []).append(one.form.rank_in_unit)
    assert all(each == list(range(1, len(each) + 1)) and len(each) <= quota for each in ranks.values())


def test_n10_three_units_nominate_nobody(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert len({one.unit.code for one in everybody}) == 57
    assert {one.unit.code for one in everybody} & set(DECLINING_UNITS) == set()


def test_n16_a_quarter_hold_honours_received_after_they_began_and_before_the_season(
    everybody: tuple[MadeUpNominee, ...],
) -> None:
    assert Counter(bool(one.form.honours) for one in everybody) == {True: 75, False: 225}
    assert all(honour.awarded_on < date(2026, 1, 1) for one in everybody for honour in one.form.honours)


def test_everybody_is_marked_as_made_up(everybody: tuple[MadeUpNominee, ...]) -> None:
    assert all("演示" in one.form.position and one.form.contact.startswith("演示电话000-") for one in everybody)
    assert all("演示" in honour.document_number for one in everybody for honour in one.form.honours)


def test_r01_thirty_reviewers_come_from_thirty_units() -> None:
    panel = reviewers(2026)
    assert len({one.unit.code for one in panel}) == len({one.person_id for one in panel}) == len(panel) == 30


def test_i03_six_inspectors_come_from_six_units() -> None:
    assert len({one.unit.code for one in inspectors(2026)}) == len(inspectors(2026)) == 6
