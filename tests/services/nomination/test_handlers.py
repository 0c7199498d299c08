"""Nomination's commands on a real store: what they write, once, and what a refusal leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import Conflict, Invalid, Problem
from contracts.nomination import (
    CloseNominations,
    DeclineToNominate,
    ImportNominations,
    ImportReport,
    ListNominations,
    NominationForm,
    WithdrawNomination,
)
from contracts.rpc import Accepted, result_of
from eventlog.codec import from_json
from tests.services.county import County
from tests.services.sample import OPEN_SEASON, SEASON, an_id, form, submit, unit

WITHDRAW = WithdrawNomination(nomination_id=an_id("nomination 0"), unit_id=unit(1), reason="演示撤回")


def workbook(*rows: NominationForm, of_unit: int = 1, dry_run: bool = False) -> ImportNominations:
    return ImportNominations(season_id=SEASON, unit_id=unit(of_unit), dry_run=dry_run, rows=rows)


def import_rows(county: County, command: ImportNominations, key: Any = None) -> ImportReport:
    reply = county.reply("nomination", command, command_id=str(key or uuid4()))
    report: ImportReport = from_json(ImportReport, result_of(reply))
    return report


def codes(report: ImportReport) -> list[str | None]:
    return [verdict.code for verdict in report.verdicts]


def refusal_of(county: County, command: object, **more: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        county.do("nomination", command, **more)
    return refused.value


def test_the_same_command_twice_has_one_effect_and_the_same_answer(county: County) -> None:
    key = uuid4()
    first = county.do("nomination", submit(0), command_id=key)
    stood = county.everything("nomination")
    assert county.do("nomination", submit(0), command_id=key) == first
    assert county.everything("nomination") == stood
    assert first == Accepted(position=first.position, version=1, events=("NominationFiled", "NominationSubmitted"))


def test_a_refused_command_twice_is_refused_the_same_way_and_counted_once(county: County) -> None:
    key = uuid4()
    told = [refusal_of(county, submit(0, acknowledged=False), command_id=key).message for _ in range(2)]
    assert told[0] == told[1]
    assert county.types("nomination")[-1] == "NominationRefused"
    assert county.types("nomination").count("NominationRefused") == 1


def test_one_key_for_two_contents_is_refused(county: County) -> None:
    key = uuid4()
    county.do("nomination", submit(0), command_id=key)
    stood = county.everything("nomination")
    assert refusal_of(county, submit(1), command_id=key).code == "request.key_reused"
    assert county.everything("nomination") == stood


def test_a_stale_version_changes_nothing(county: County) -> None:
    county.do("nomination", submit(0))
    stood = county.everything("nomination")
    stale = refusal_of(county, WITHDRAW, expected_version=0)
    assert (stale.code, stale.message) == (
        "request.stale_version", "您看到的是第 0 版，现在已是第 1 版。请刷新后再办理。",
    )  # fmt: skip
    assert county.everything("nomination") == stood
    county.do("nomination", WITHDRAW, expected_version=1)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (submit(0, acknowledged=False), "nomination.no_acknowledgement"),
        (submit(0, of_unit=9), "unit.not_found"),
        (submit(0, deeds="字" * 1501), "nomination.too_many_words"),
    ],
)
def test_a_refused_nomination_leaves_only_its_refusal_event(county: County, command: object, code: str) -> None:
    before = county.head("nomination")
    refused = refusal_of(county, command)
    assert (type(refused), refused.code) == (Conflict, code)
    assert county.types("nomination", before) == ["NominationRefused"]
    assert county.ask("nomination", ListNominations(season_id=SEASON)).rows == ()


def test_n11_the_quota_is_the_units_own(county: County) -> None:
    county.do("nomination", submit(0))
    county.do("nomination", submit(1))
    assert refusal_of(county, submit(2)).code == "nomination.over_quota"
    county.do("nomination", submit(2, of_unit=2))


def test_n15_one_person_is_nominated_once_across_units(county: County) -> None:
    county.do("nomination", submit(0))
    assert refusal_of(county, submit(1, 2, name="赵 演示")).code == "nomination.duplicate"


def test_x08_n15_one_person_under_two_interpuncts_is_one_person(county: County) -> None:
    county.do("nomination", submit(0, name="阿卜杜热合曼\u2022买买提"))
    assert refusal_of(county, submit(1, 2, name="阿卜杜热合曼·买买提")).code == "nomination.duplicate"


def test_n11_n15_withdrawal_frees_the_place_and_the_person(county: County) -> None:
    county.do("nomination", submit(0))
    county.do("nomination", submit(1))
    county.do("nomination", WITHDRAW)
    county.do("nomination", submit(2))
    county.do("nomination", submit(3, 2, name=form(0).name))
    assert refusal_of(county, submit(4)).code == "nomination.over_quota"


def test_a_withdrawn_nomination_is_not_submitted_again(county: County) -> None:
    county.do("nomination", submit(0))
    county.do("nomination", WITHDRAW)
    assert refusal_of(county, submit(0)).code == "nomination.already_submitted"


def test_n10_who_declined_nominates_nobody_and_who_nominated_does_not_decline(county: County) -> None:
    county.do("nomination", DeclineToNominate(season_id=SEASON, unit_id=unit(1)))
    refused = refusal_of(county, submit(0))
    assert (refused.code, "不能撤销" in refused.message) == ("nomination.unit_declined", True)
    county.do("nomination", submit(0, 2))
    declining = DeclineToNominate(season_id=SEASON, unit_id=unit(2))
    assert refusal_of(county, declining).code == "nomination.unit_has_nominations"


def test_n06_nothing_is_nominated_after_the_close_or_outside_the_phase(county: County) -> None:
    county.clock.moment = datetime(2026, 4, 30, 15, 59, tzinfo=UTC)
    county.do("nomination", submit(0))
    county.clock.moment = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)  # midnight in Beijing
    assert refusal_of(county, submit(1)).code == "season.outside_nomination_phase"
    county.clock.moment = datetime(2026, 4, 1, tzinfo=UTC)
    county.do("nomination", CloseNominations(season_id=SEASON))
    assert refusal_of(county, submit(1)).code == "season.nominations_closed"


def test_an_import_submits_every_row(county: County) -> None:
    report = import_rows(county, workbook(form(0), form(1)))
    assert (report.submitted, codes(report)) == (2, [None, None])
    listed = county.ask("nomination", ListNominations(season_id=SEASON)).rows
    assert {row.nomination_id for row in listed} == {verdict.nomination_id for verdict in report.verdicts}


def test_an_import_with_one_fault_submits_no_row_and_is_recorded(county: County) -> None:
    before = county.head("nomination")
    report = import_rows(county, workbook(form(0), form(1, ethnicity="火星族")))
    assert (report.submitted, codes(report)) == (0, [None, "nomination.unknown_ethnicity"])
    assert report.verdicts[1].pointer == "ethnicity"
    assert county.types("nomination", before) == ["ImportRefused"]


@pytest.mark.parametrize("rows", [(form(0), form(1)), (form(0), form(1, acknowledged=False))])
def test_a_dry_run_changes_nothing_and_says_what_would_be(county: County, rows: tuple[NominationForm, ...]) -> None:
    stood = county.everything("nomination")
    tried = import_rows(county, workbook(*rows, dry_run=True))
    assert county.everything("nomination") == stood
    assert codes(import_rows(county, workbook(*rows))) == codes(tried)


def test_n15_a_workbook_may_name_nobody_twice_nor_whom_another_unit_named(county: County) -> None:
    county.do("nomination", submit(0, 2))
    report = import_rows(county, workbook(form(1), form(1), of_unit=1))
    assert codes(report) == [None, "nomination.duplicate"]
    assert codes(import_rows(county, workbook(form(0)))) == ["nomination.duplicate"]


def test_n11_rows_over_the_quota_are_each_named(county: County) -> None:
    report = import_rows(county, workbook(form(0), form(1), form(2)))
    assert codes(report) == [None, None, "nomination.over_quota"]


def test_an_unfit_name_in_a_workbook_is_a_fault_of_its_row(county: County) -> None:
    report = import_rows(county, workbook(form(0), form(1, name="Zhao")))
    assert (report.submitted, codes(report)) == (0, [None, "name.character"])


def test_an_import_again_answers_the_same_and_submits_no_more(county: County) -> None:
    key = uuid4()
    first = import_rows(county, workbook(form(0), form(1)), key)
    stood = county.everything("nomination")
    assert import_rows(county, workbook(form(0), form(1)), key) == first
    assert county.everything("nomination") == stood


def test_a_refused_import_stays_refused_under_its_key(county: County) -> None:
    county.do("nomination", submit(0, 2))
    key, command = uuid4(), workbook(form(0))
    first = import_rows(county, command, key)
    assert import_rows(county, command, key) == first
    county.do("nomination", WithdrawNomination(nomination_id=an_id("nomination 0"), unit_id=unit(2), reason="演示"))
    stood = county.everything("nomination")
    with pytest.raises(Conflict, match=r"nomination\.import_refused"):
        import_rows(county, command, key)
    assert county.everything("nomination") == stood
    assert import_rows(county, command).submitted == 1


def test_a_name_that_is_none_is_told_with_its_character(county: County) -> None:
    stood = county.everything("nomination")
    refused = refusal_of(county, submit(0, name="赵A"))
    assert (type(refused), refused.code) == (Invalid, "name.character")
    assert county.everything("nomination") == stood


def test_r06_a_rule_pack_that_trims_fewer_than_five_scores_is_refused(empty_county: County) -> None:
    plan = replace(OPEN_SEASON, rules=replace(OPEN_SEASON.rules, trim_from=4))
    with pytest.raises(Invalid) as refused:
        empty_county.do("nomination", plan)
    assert [field.pointer for field in refused.value.fields] == ["/rules/trim_from"]
