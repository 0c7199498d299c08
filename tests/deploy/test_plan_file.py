"""A season's plan as the office writes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.nomination import PhaseName
from deploy.plan_file import PlanUnusable, read_season

DEMO = Path("deploy/demo/plan.toml")


def rewritten(folder: Path, here: str, other: str) -> Path:
    text = DEMO.read_text("utf-8")
    assert text.count(here) == 1
    plan = folder / "plan.toml"
    plan.write_text(text.replace(here, other), "utf-8")
    return plan


def test_x06_a_phase_may_say_its_days_as_county_plans_do() -> None:
    phases = {phase.name: phase for phase in read_season(DEMO).phases}
    first, display = phases[PhaseName.MOBILISATION], phases[PhaseName.DISPLAY]
    assert (first.starts_on, first.ends_on) == (date(2026, 3, 2), date(2026, 3, 10))
    assert (display.starts_on, display.ends_on) == (date(2026, 8, 17), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ('days = "8月中旬左右"', "看不懂日期“8月中旬左右”"),
        ('days = "8月17日至2月30日"', "没有30日"),
        ('days = "10月至8月"', "早于起始"),
        ("days = 3", "phases.5.days"),
        ('days = "8月"\nstarts_on = "2026-08-17"', "phases.5.days"),
    ],
)
def test_x06_days_nobody_understands_are_refused_with_the_form_that_is(tmp_path: Path, other: str, told: str) -> None:
    plan = rewritten(tmp_path, 'days = "8月17日至10月底"', other)
    with pytest.raises(PlanUnusable, match=told):
        read_season(plan)


def test_every_fault_of_a_plan_is_told_at_once(tmp_path: Path) -> None:
    plan = rewritten(tmp_path, "word_limit = 1500", "word_limit = 5")
    plan.write_text(plan.read_text("utf-8").replace("panel_size = 5", 'panel_size = "five"'), "utf-8")
    with pytest.raises(PlanUnusable) as unusable:
        read_season(plan)
    told = str(unusable.value)
    assert "有 2 处需要改正" in told
    assert "rules.word_limit" in told
    assert "rules.panel_size" in told


@pytest.mark.parametrize("text", ["[season", "year = 2026", "\xff"])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_bytes(text.encode("latin-1"))
    with pytest.raises(PlanUnusable, match=r"plan\.toml"):
        read_season(plan)
