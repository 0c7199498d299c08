"""A small made-up county as the services would tell of it: plain views, no rule behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from contracts.fields import Withheld
from contracts.nomination import (
    Basis,
    Criterion,
    ExemplarKind,
    Gender,
    Honour,
    HonourLevel,
    LegalBasis,
    NominationForm,
    NominationPage,
    NominationRow,
    NominationView,
    Nominee,
    PeriodUnit,
    Phase,
    PhaseName,
    RulePack,
    SeasonView,
    Tier,
    UnitList,
    UnitRow,
)
from contracts.publicity import ExemplarList, ExemplarRow, NoticeEntry, NoticeView
from contracts.review import (
    CasePage,
    CaseRow,
    CaseView,
    CriterionScore,
    DayCount,
    ObjectionRow,
    Recusal,
    ReviewerList,
    ReviewerRow,
    RoundView,
    ScoreBand,
    ScoreSheet,
    TierResult,
)

NAMESPACE = UUID("3b0a2f0e-0f0c-5f5e-9a3b-6d4f1c7e2a90")
NOW = datetime(2026, 6, 15, 2, 20, tzinfo=UTC)


def some_id(word: str) -> UUID:
    return uuid5(NAMESPACE, word)


SEASON_ID = some_id("season")
UNIT_NAMES = (
    "柳林镇", "石门镇", "青溪镇", "大坪乡", "竹坪乡", "北街街道", "县水务局", "县教育局",
    "云岭县第一中学", "县人民医院", "县农业农村局", "县林业局", "县政务服务中心", "县公安局交通警察大队",
)  # fmt: skip
UNITS = {name: some_id(name) for name in UNIT_NAMES}
REVIEWERS = [some_id(f"reviewer-{number}") for number in range(1, 10)]
INSPECTORS = [some_id(f"inspector-{number}") for number in range(1, 5)]
DEEDS = (
    "王小满在柳林镇水利站工作十一年，管着十七座山塘和两条干渠。汛期他住在站里，手机从不关机。\n"
    "二〇二四年七月连续强降雨，他三天走遍全部山塘，把两处渗漏查在险情之前，转移群众四十六户，无一人受伤。"
    "雨停之后，王同志把每处隐患画成一张图，贴在各村的公示栏里，谁家门前的渠归谁看护，写得清清楚楚。\n"
    "他算过一笔账：清淤一次，下游二百亩水稻每亩增收一百二十元。三年下来，六个村的渠道没有一处断水。"
)
TITLES = ("把山塘守成粮仓的人", "窗口里的半小时", "一张图管好十七座山塘", "高铁线旁的护林员", "把课堂搬进晒谷场")
NAMES = ("王小满", "李云舒", "马静怡", "赵一鸣", "杨禾", "陈守山", "周映雪", "吴远帆", "郑春生", "孙若谷")
NOMINATION_IDS = [some_id(f"nomination-{number}") for number in range(20)]

RULES = RulePack(
    version="2026-1",
    word_limit=1500,
    unit_quota=2,
    panel_size=5,
    trim_from=5,
    rubric=(
        Criterion(name="担当作为", weight=25),
        Criterion(name="实绩创新", weight=30),
        Criterion(name="群众基础", weight=25),
        Criterion(name="材料真实可读", weight=20),
        Criterion(name="廉明底线", weight=0, pass_fail=True),
    ),
    tiers=(
        Tier(name="一等奖", places=1, minimum_score=Decimal(90)),
        Tier(name="二等奖", places=3, minimum_score=Decimal(85)),
        Tier(name="三等奖", places=5, minimum_score=Decimal(80)),
    ),
    notice_days=5,
    notice_unit=PeriodUnit.WORKING_DAYS,
    notice_counts_first_day=False,
    notice_cut_off="17:30",
    follow_up_months=(3, 6, 12),
    draw_count=3,
)
PHASES = tuple(
    Phase(name=name, starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last))
    for name, first, last in (
        (PhaseName.MOBILISATION, "2026-03-01", "2026-03-10"),
        (PhaseName.NOMINATION, "2026-03-11", "2026-05-08"),
        (PhaseName.REVIEW, "2026-06-08", "2026-06-19"),
        (PhaseName.NOTICE, "2026-06-22", "2026-06-30"),
        (PhaseName.DECISION, "2026-07-01", "2026-07-10"),
        (PhaseName.DISPLAY, "2026-07-11", "2026-10-31"),
    )
)


def season(*, nominations_open: bool = False) -> SeasonView:
    return SeasonView(
        season_id=SEASON_ID,
        version=7,
        name="2026 年争当排头兵竞赛活动（演示）",
        year=2026,
        county="云岭县",
        basis=Basis(
            kind=LegalBasis.APPROVED_ITEM,
            document_number="云评组〔2026〕3号（演示）",
            approved_by="省评比达标表彰工作协调小组",
            project_name="云岭县争当排头兵",
        ),
        phases=PHASES,
        rules=RULES,
        nominations_open=nominations_open,
        units=len(UNITS),
        declined=1,
        nominations=len(NOMINATION_IDS),
        refusals=(),
    )


def units() -> UnitList:
    return UnitList(
        rows=tuple(
            UnitRow(
                unit_id=unit_id,
                name=name,
                sector="水利" if "水" in name else "综合",
                level="乡镇" if name.endswith(("镇", "乡")) else "县直部门",
                nominations=0 if index > 11 else 2,
                declined=index == 12,
            )
            for index, (name, unit_id) in enumerate(UNITS.items())
        )
    )


def unit_of(number: int) -> UUID:
    return list(UNITS.values())[number % len(UNITS)]


def nomination_row(number: int) -> NominationRow:
    return NominationRow(
        cursor=f"c{number}",
        nomination_id=NOMINATION_IDS[number],
        unit_id=unit_of(number),
        rank_in_unit=1 + number % 2,
        name=NAMES[number % len(NAMES)],
        workplace=UNIT_NAMES[number % len(UNIT_NAMES)],
        position="站长",
        title=TITLES[number % len(TITLES)],
        kind=ExemplarKind.ESTABLISHED if number % 3 == 0 else ExemplarKind.EMERGING,
        frontline=number % 2 == 0,
        words=1386 - number,
        state="已报送",
        submitted_at=datetime(2026, 4, 17, 1, number, tzinfo=UTC),
    )


def nominations(first: int, limit: int) -> NominationPage:
    shown = range(first, min(first + limit, len(NOMINATION_IDS)))
    more = first + limit < len(NOMINATION_IDS)
    return NominationPage(rows=tuple(map(nomination_row, shown)), following=f"c{shown[-1]}" if more else None)


def nomination(nomination_id: UUID) -> NominationView:
    row = nomination_row(NOMINATION_IDS.index(nomination_id))
    return NominationView(row=row, version=0, form=form_of(row))


def erased(nomination_id: UUID) -> NominationView:
    row = nomination_row(NOMINATION_IDS.index(nomination_id))
    gone = Withheld.ERASED.value
    return NominationView(row=replace(row, name=gone, workplace=gone, position=gone, title=gone), version=0, form=None)


def form_of(row: NominationRow) -> NominationForm:
    return NominationForm(
        rank_in_unit=row.rank_in_unit,
        name=row.name,
        gender=Gender.FEMALE,
        ethnicity="回族",
        birth_month="1986-04",
        political_status="中共党员",
        workplace=row.workplace,
        position=row.position,
        frontline=row.frontline,
        education="大学本科",
        honours=(
            Honour(
                title="全省水利系统先进个人（演示）",
                level=HonourLevel.PROVINCIAL,
                awarded_by="省水利厅",
                document_number="水人〔2023〕18号",
                awarded_on=date(2023, 3, 22),
            ),
        ),
        title=row.title,
        deeds=DEEDS,
        contact="演示电话000-0001",
        acknowledged=True,
        decided_on=date(2026, 4, 15),
    )


def nominee(nomination_id: UUID) -> Nominee:
    row = nomination_row(NOMINATION_IDS.index(nomination_id))
    return Nominee(
        nomination_id=nomination_id,
        unit_id=row.unit_id,
        unit=row.workplace,
        name=row.name,
        gender="女" if row.rank_in_unit == 2 else "",
        ethnicity="回族" if row.name.startswith("马") else "",
        workplace=row.workplace,
        position=row.position,
        title=row.title,
        deeds=DEEDS,
    )


def round_view() -> RoundView:
    counts = (8, 14, 12, 9, 3, 0, 5)
    return RoundView(
        season_id=SEASON_ID,
        state="评分中",
        cases=20,
        completed=9,
        sheets_expected=100,
        sheets_signed=sum(counts),
        scores_by_day=tuple(DayCount(day=date(2026, 6, 8) + timedelta(days=i), count=n) for i, n in enumerate(counts)),
        distribution=tuple(
            ScoreBand(least=least, count=n) for least, n in ((70, 1), (75, 2), (80, 3), (85, 2), (90, 1))
        ),
        ties=(),
        tiers=(),
        awards=0,
        open_objections=1,
    )


def shortlisted_round() -> RoundView:
    tiers = (
        TierResult(tier="一等奖", places=1, vacant=0),
        TierResult(tier="二等奖", places=3, vacant=0),
        TierResult(tier="三等奖", places=5, vacant=2),
    )
    return replace(round_view(), state="公示中", completed=20, sheets_signed=100, tiers=tiers)


def case_row(number: int, *, mine: Decimal | None = None) -> CaseRow:
    done = number < 9
    return CaseRow(
        cursor=f"{number}",
        nomination_id=NOMINATION_IDS[number],
        unit_id=unit_of(number),
        state="已评完" if done else "评分中",
        assigned=5,
        scored=5 if done else number % 5,
        score=Decimal("93.40") - number if done else None,
        rank=number + 1 if done else None,
        proposed_tier=("一等奖", *["二等奖"] * 3, *["三等奖"] * 3)[number] if number < 7 else None,
        awarded_tier=None,
        open_objections=1 if number == 2 else 0,
        my_score=mine,
    )


def cases(*, reviewer: bool) -> CasePage:
    if reviewer:
        scored = {0: Decimal("91.20"), 1: Decimal("84.50")}
        return CasePage(rows=tuple(case_row(n, mine=scored.get(n)) for n in range(8)), following=None)
    return CasePage(rows=tuple(map(case_row, range(20))), following=None)


def case(nomination_id: UUID, *, reviewer: bool) -> CaseView:
    number = NOMINATION_IDS.index(nomination_id)
    totals = ("96.30", "93.75", "92.50", "91.90", "84.10")
    sheets = tuple(
        ScoreSheet(
            reviewer_id=REVIEWERS[index],
            total=Decimal(total),
            scores=tuple(
                CriterionScore(
                    criterion=one.name,
                    points=Decimal(100) if one.pass_fail else Decimal(total).quantize(Decimal("0.1")),
                )
                for one in RULES.rubric
            ),
            comment="事迹有账可查，群众评价高。" if index == 0 else "",
            signed_at=datetime(2026, 6, 12, 2 + index, 5, tzinfo=UTC),
            dropped=index in (0, 4),
        )
        for index, total in enumerate(totals)
    )
    return CaseView(
        row=case_row(number),
        version=9,
        reviewers=tuple(REVIEWERS[: 1 if reviewer else 5]),
        recused=() if reviewer else (Recusal(reviewer_id=REVIEWERS[7], reason="本单位"),),
        score_sheets=() if reviewer else sheets,
        objections=()
        if reviewer
        else (ObjectionRow(objection_id=some_id("objection"), state="待裁定", raised_at=NOW, reason=""),),
    )


def reviewers() -> ReviewerList:
    return ReviewerList(
        rows=tuple(
            ReviewerRow(
                reviewer_id=reviewer_id,
                name=f"演示评委{'甲乙丙丁戊己庚辛壬'[index]}",
                unit_id=unit_of(index),
                assigned=11,
                scored=11 - index,
                last_signed_at=NOW if index < 8 else None,
            )
            for index, reviewer_id in enumerate(REVIEWERS)
        )
    )


def notice() -> NoticeView:
    return NoticeView(
        season_id=SEASON_ID,
        version=3,
        state="公示中",
        entries=tuple(
            NoticeEntry(nomination_id=NOMINATION_IDS[n], unit_id=unit_of(n), tier=case_row(n).proposed_tier or "")
            for n in range(7)
        ),
        withdrawn=(),
        published_at=datetime(2026, 6, 22, 1, 0, tzinfo=UTC),
        ends_at=datetime(2026, 6, 29, 9, 30, tzinfo=UTC),
        closed_at=None,
        rule="公示期 5 个工作日，首日不计入，截止时刻 17:30；工作日依国务院办公厅 2026 年放假安排。",
        path="notices/demo.html",
    )


def exemplars() -> ExemplarList:
    return ExemplarList(
        rows=tuple(
            ExemplarRow(
                nomination_id=NOMINATION_IDS[n],
                unit_id=unit_of(n),
                tier=case_row(n).proposed_tier or "",
                published_at=datetime(2026, 7, 8, 1, 0, tzinfo=UTC),
                path=f"exemplars/{n}.html",
            )
            for n in range(7)
        )
    )
