from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from contracts.nomination import LegalBasis, PeriodUnit, SeasonOpened
from deploy.demo import plan
from deploy.demo.plan import read_plan
from services.nomination.domain.season import Season, open_season
from standards.working_days import Calendar

PLAN = Path(plan.__file__).with_name("plan.toml")


def test_n01_the_plan_opens_a_season() -> None:
    assert [type(event) for event in open_season(read_plan().season, Season())] == [SeasonOpened]


def test_n01_the_basis_is_an_approved_item_marked_as_made_up() -> None:
    basis = read_plan().season.basis
    assert basis is not None
    assert (basis.kind, "演示" in basis.document_number) == (LegalBasis.APPROVED_ITEM, True)


def test_n06_phases_run_from_march_to_the_end_of_october_and_follow_up_two_years_on() -> None:
    phases = read_plan().season.phases
    assert [phase.name.value for phase in phases] == ["发动", "推荐", "评审", "公示", "决定", "展示", "跟踪"]
    assert (phases[0].starts_on, phases[5].ends_on, phases[6].ends_on) == (
        date(2026, 3, 2),
        date(2026, 10, 31),
        date(2028, 10, 31),
    )


def test_r04_weights_and_tiers_are_the_plans() -> None:
    rules = read_plan().season.rules
    assert {criterion.name: criterion.weight for criterion in rules.rubric} == {
        "担当作为": 20,
        "清正廉洁": 0,
        "实绩创新": 30,
        "群众基础": 20,
        "感召力": 15,
        "材料真实可读": 15,
    }
    assert [(tier.name, tier.places, tier.minimum_score) for tier in rules.tiers] == [
        ("一等奖", 5, Decimal("92.00")),
        ("二等奖", 10, Decimal("88.00")),
        ("三等奖", 15, Decimal("84.00")),
    ]


def test_x05_the_notice_runs_five_working_days_not_counting_the_first() -> None:
    rules = read_plan().season.rules
    assert (rules.notice_days, rules.notice_unit, rules.notice_counts_first_day, rules.notice_cut_off) == (
        5,
        PeriodUnit.WORKING_DAYS,
        False,
        "17:30",
    )


def test_i03_the_draw_is_held_on_a_working_day_of_the_season() -> None:
    assert Calendar().is_working_day(read_plan().draw_on)


def test_x20_every_value_names_its_source() -> None:
    values = [line for line in PLAN.read_text("utf-8").splitlines() if " = " in line and not line.startswith("#")]
    assert [line for line in values if "#" not in line] == []
