"""A small season of which an auditor finds something of every kind, played by the real services.

Six people are nominated: 一等奖; 二等奖 after an objection that was not upheld, so decided late; 二等奖 withheld, as an
objection was upheld; one below every minimum; one who failed a pass/fail criterion; one withdrawn and then erased. A
seventh nomination is refused, a unit declines to nominate, and an award's data is not erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher

from contracts.actor import Actor, Role
from contracts.inspection import (
    DrawUnits,
    EnrolInspector,
    ListInspections,
    PublishPool,
    RecordFinding,
    ReportInspection,
    Severity,
)
from contracts.nomination import (
    CloseNominations,
    DeclineToNominate,
    ErasePersonalData,
    ErasureGround,
    Tier,
    WithdrawNomination,
)
from contracts.publicity import CloseNotice, PublishNotice
from contracts.review import (
    AssignReviewers,
    EnrolReviewer,
    FixShortlist,
    ObjectorKind,
    RaiseObjection,
    ReplacementGround,
    ReplaceReviewer,
    RuleObjection,
    ShowCase,
)
from eventlog.store import Store
from gateway.accounts import Accounts
from gateway.events import Means
from gateway.store import open_log
from tests.services.county import LEADER, OFFICE, SEED, County, inspector, sqlite_store
from tests.services.sample import (
    HONOUR,
    NOTICE_OVER,
    NOTICE_STARTS,
    OPEN_SEASON,
    REVIEWING,
    RULES,
    SEASON,
    an_id,
    points,
    register,
    sign,
    submit,
    unit,
)

FIRST, LATE, WITHHELD, LOW, FAILED, WITHDRAWN, REFUSED = (an_id(f"nomination {number}") for number in range(7))
UPHELD, NOT_UPHELD = an_id("objection 0"), an_id("objection 1")
REVIEWERS, INSPECTORS = 10, 4
PASSWORD = "演示口令 2026"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SEASON_RULES = replace(
    RULES,
    panel_size=5,
    trim_from=5,
    tiers=(
        Tier(name="一等奖", places=1, minimum_score=Decimal(90)),
        Tier(name="二等奖", places=2, minimum_score=Decimal(80)),
        Tier(name="三等奖", places=1, minimum_score=Decimal(75)),
    ),
)
SCORES = {FIRST: ("94", "94"), LATE: ("88", "88"), WITHHELD: ("84", "84"), LOW: ("60", "85"), FAILED: ("91", "91")}
"""Points for 实绩, which weighs 60, and for 群众基础, which weighs 40."""
SPREAD = ("-1.5", "-0.5", "0", "0.5", "1")
"""What the five of a panel give more or less; the outermost are dropped, and the middle is the mean."""


def unit_clerk(number: int) -> Actor:
    return Actor(account=f"unit {number}", role=Role.UNIT, subject_id=unit(number))


def reviewer(subject: UUID) -> Actor:
    return Actor(account=f"reviewer {subject}", role=Role.REVIEWER, subject_id=subject)


def play(folder: Path, open_store: Callable[[Path, str], Store] = sqlite_store) -> None:
    """From the accounts to an inspection's report; every log is closed afterwards."""
    county = County(folder, open_store).open()
    _accounts(county, open_store(folder / "logs", "gateway"))
    _nominations(county)
    _reviews(county)
    _notice(county)
    _inspections(county)
    county.settle()
    county.close()


def _accounts(county: County, store: Store) -> None:
    accounts = Accounts(open_log(store), county.clock, hasher=CHEAP)
    people = [
        OFFICE,
        LEADER,
        *(unit_clerk(number) for number in range(1, 5)),
        *(reviewer(an_id(f"reviewer {number}")) for number in range(REVIEWERS)),
        *(inspector(number) for number in range(INSPECTORS)),
    ]
    for one in people:
        accounts.open_account(one.account, PASSWORD, one.role, one.subject_id)
    signed_in = accounts.sign_in(OFFICE.account, PASSWORD, Means.FORM)
    county.clock.moment += timedelta(minutes=1)
    accounts.signed_out(signed_in)
    store.close()


def _nominations(county: County) -> None:
    county.do("nomination", replace(OPEN_SEASON, rules=SEASON_RULES))
    for number in range(1, 5):
        county.do("nomination", register(number))
    for number in range(6):
        honours = (HONOUR,) if number == 0 else ()
        county.do("nomination", submit(number, 1 + number // 2, honours=honours), unit_clerk(1 + number // 2))
    assert "nomination.over_quota" in str(county.reply("nomination", submit(6, 1), unit_clerk(1)))
    county.do("nomination", DeclineToNominate(season_id=SEASON, unit_id=unit(4)), unit_clerk(4))
    county.settle()
    withdrawn = WithdrawNomination(nomination_id=WITHDRAWN, unit_id=unit(3), reason="本人请求撤回")
    county.do("nomination", withdrawn, unit_clerk(3))
    county.do("nomination", ErasePersonalData(nomination_id=WITHDRAWN, ground=ErasureGround.CONSENT_WITHDRAWN))
    county.do("nomination", CloseNominations(season_id=SEASON))
    county.settle()


def _reviews(county: County) -> None:
    for number in range(REVIEWERS):
        enrol = EnrolReviewer(reviewer_id=an_id(f"reviewer {number}"), name="评演示", unit_id=unit(number % 5))
        county.do("review", enrol)
    county.do("review", AssignReviewers(season_id=SEASON, seed="演示种子"))
    county.clock.moment = REVIEWING
    ill = county.ask("review", ShowCase(nomination_id=LOW)).reviewers[0]
    replaced = ReplaceReviewer(nomination_id=LOW, reviewer_id=ill, ground=ReplacementGround.ABSENT)
    county.do("review", replaced)
    for nomination_id, scores in SCORES.items():
        panel = county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers
        for one, more in zip(panel, SPREAD, strict=True):
            both = [str(Decimal(score) + Decimal(more)) for score in scores]
            given = points(*both, passed=nomination_id != FAILED)
            county.do("review", sign(nomination_id, one, given, "演示理由"), reviewer(one))
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()


def _notice(county: County) -> None:
    county.clock.moment = NOTICE_STARTS
    county.do("publicity", PublishNotice(season_id=SEASON))
    county.settle()
    county.clock.moment += timedelta(days=1)
    for objection, nomination in ((UPHELD, WITHHELD), (NOT_UPHELD, LATE)):
        raised = RaiseObjection(
            objection_id=objection, nomination_id=nomination, objector=ObjectorKind.INDIVIDUAL,
            name="异演示", contact="000-0000", content="演示异议内容",
        )  # fmt: skip
        county.do("review", raised)
    county.do("review", _ruling(WITHHELD, UPHELD, upheld=True), LEADER)
    county.clock.moment = NOTICE_OVER
    county.do("publicity", CloseNotice(season_id=SEASON))
    county.settle()
    county.clock.moment += timedelta(days=1)
    county.do("review", _ruling(LATE, NOT_UPHELD, upheld=False), LEADER)
    county.settle()
    held = ErasePersonalData(nomination_id=FIRST, ground=ErasureGround.CONSENT_WITHDRAWN)
    assert "nomination.erasure_held" in str(county.reply("nomination", held))


def _ruling(nomination: UUID, objection: UUID, *, upheld: bool) -> RuleObjection:
    return RuleObjection(nomination_id=nomination, objection_id=objection, upheld=upheld, reason="演示裁定理由")


def _inspections(county: County) -> None:
    for number in range(INSPECTORS):
        enrol = EnrolInspector(inspector_id=an_id(f"inspector {number}"), name="检演示", unit_id=unit(number + 1))
        county.do("inspection", enrol)
    county.do("inspection", PublishPool(season_id=SEASON, seed_source="演示种子来源"))
    county.do("inspection", DrawUnits(season_id=SEASON, seed=SEED))
    visited = county.ask("inspection", ListInspections(season_id=SEASON)).rows[0]
    one = visited.inspectors[0]
    visitor = next(inspector(number) for number in range(INSPECTORS) if inspector(number).subject_id == one)
    today = county.clock.moment.date()
    finding = RecordFinding(
        inspection_id=visited.inspection_id, inspector_id=one, found_on=today, place="演示地点", fact="演示事实一条",
        rule="演示规定", severity=Severity.MINOR,
    )  # fmt: skip
    county.do("inspection", finding, visitor)
    report = ReportInspection(
        inspection_id=visited.inspection_id, inspector_id=one, visited_on=today, conclusion="演示结论一条"
    )
    county.do("inspection", report, visitor)
