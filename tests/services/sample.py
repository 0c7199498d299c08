"""A small made-up season (演示) for the services' tests: its rules, units, people, and the commands about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from contracts.nomination import (
    Basis,
    Criterion,
    Gender,
    Honour,
    HonourLevel,
    LegalBasis,
    NominationForm,
    OpenSeason,
    PeriodUnit,
    Phase,
    PhaseName,
    RegisterUnit,
    RulePack,
    SubmitNomination,
    Tier,
)
from contracts.review import CriterionScore, SignScore

NAMESPACE = UUID("5b3b2c7e-8a57-4d54-9b8e-0c3a1d2e4f60")
SEASON = uuid5(NAMESPACE, "season")
NOMINATING = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
REVIEWING = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
NOTICE_STARTS = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
NOTICE_OVER = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"

RULES = RulePack(
    version="演示 1",
    word_limit=1500,
    unit_quota=2,
    panel_size=3,
    trim_from=5,
    rubric=(
        Criterion(name="实绩", weight=60),
        Criterion(name="群众基础", weight=40),
        Criterion(name="廉洁", weight=0, pass_fail=True),
    ),
    tiers=(
        Tier(name="一等奖", places=1, minimum_score=Decimal(85)),
        Tier(name="二等奖", places=2, minimum_score=Decimal(70)),
    ),
    notice_days=5,
    notice_unit=PeriodUnit.WORKING_DAYS,
    notice_counts_first_day=False,
    notice_cut_off="17:30",
    follow_up_months=(3, 6),
    draw_count=2,
)
BASIS = Basis(
    kind=LegalBasis.APPROVED_ITEM, document_number="演示〔2026〕1 号", approved_by="演示县", project_name="排头兵"
)
OPEN_SEASON = OpenSeason(
    season_id=SEASON,
    name="演示县争当排头兵",
    year=2026,
    county="演示县",
    basis=BASIS,
    phases=(
        Phase(name=PhaseName.NOMINATION, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 30)),
        Phase(name=PhaseName.REVIEW, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31)),
        Phase(name=PhaseName.NOTICE, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30)),
    ),
    rules=RULES,
    contact="演示电话 000-0000",
)


def an_id(name: object) -> UUID:
    return uuid5(NAMESPACE, str(name))


def unit(number: int) -> UUID:
    return an_id(f"unit {number}")


def register(number: int) -> RegisterUnit:
    return RegisterUnit(unit_id=unit(number), name=f"演示单位{number}", sector="农业", level="乡镇")


FORM = NominationForm(
    rank_in_unit=1,
    name="赵演示",
    gender=Gender.FEMALE,
    ethnicity="回族",
    birth_month="1985-03",
    political_status="群众",
    workplace="演示单位",
    position="技术员",
    frontline=True,
    title="演示事迹",
    deeds="演示事迹材料。",
    contact="000-0000",
    acknowledged=True,
    decided_on=date(2026, 3, 20),
)
HONOUR = Honour(
    title="演示表彰",
    level=HonourLevel.CITY,
    awarded_by="演示市",
    document_number="演示〔2024〕2 号",
    awarded_on=date(2024, 5, 1),
)


def form(number: int = 0, **changes: Any) -> NominationForm:
    """The ``number``-th person's form; twenty have different names."""
    return replace(FORM, **{"name": f"{FAMILY_NAMES[number]}演示"} | changes)


def submit(number: int, of_unit: int = 1, **changes: Any) -> SubmitNomination:
    return SubmitNomination(
        nomination_id=an_id(f"nomination {number}"),
        season_id=SEASON,
        unit_id=unit(of_unit),
        form=form(number, **changes),
    )


def points(first: str, second: str | None = None, *, passed: bool = True) -> tuple[CriterionScore, ...]:
    """Of the sample's rubric; both weighed criteria get the same when one is told."""
    told = {"实绩": first, "群众基础": second or first, "廉洁": "100" if passed else "0"}
    return tuple(CriterionScore(criterion=name, points=Decimal(value)) for name, value in told.items())


def sign(nomination_id: UUID, reviewer_id: UUID, scores: tuple[CriterionScore, ...], comment: str = "") -> SignScore:
    return SignScore(nomination_id=nomination_id, reviewer_id=reviewer_id, scores=scores, comment=comment)
