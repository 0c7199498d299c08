"""What review is asked to do, publishes and shows: panel, case, round, objection, decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Items, Label, Length, Pattern, Personal, Range


class ObjectorKind(Enum):
    """Who may object during the notice (R-17)."""

    INDIVIDUAL = "个人"
    UNIT = "单位"


@dataclass(frozen=True, kw_only=True)
class EnrolReviewer:
    reviewer_id: Annotated[UUID, Label("评委编号")]
    name: Annotated[str, Label("姓名"), Length(1, 50), Personal()]
    unit_id: Annotated[UUID, Label("评委所在单位")]


@dataclass(frozen=True, kw_only=True)
class AssignReviewers:
    """Draw a panel for every case of the season; reviewers of the nominating unit are recused (R-02)."""

    season_id: Annotated[UUID, Label("活动编号")]
    seed: Annotated[str, Label("抽取种子"), Length(4, 100)]


@dataclass(frozen=True, kw_only=True)
class CriterionScore:
    """Points from 0 to 100 with one decimal; for a pass/fail criterion 100 is passed and 0 is failed."""

    criterion: Annotated[str, Label("指标"), Length(1, 20)]
    points: Annotated[Decimal, Label("分数")]


@dataclass(frozen=True, kw_only=True)
class SignScore:
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    reviewer_id: Annotated[UUID, Label("评委编号")]
    scores: Annotated[tuple[CriterionScore, ...], Label("各指标得分"), Items(1, 12)]
    comment: Annotated[str, Label("理由"), Length(0, 500)] = ""


class ReplacementGround(Enum):
    """Why a reviewer does not score a case after all (R-02)."""

    RECUSED = "应当回避"
    ABSENT = "不能参加评审"
    OVERDUE = "逾期没有评分"


@dataclass(frozen=True, kw_only=True)
class ReplaceReviewer:
    """Give an unsigned sheet to another reviewer, who is drawn from the season's seed."""

    nomination_id: Annotated[UUID, Label("推荐件编号")]
    reviewer_id: Annotated[UUID, Label("换下的评委")]
    ground: Annotated[ReplacementGround, Label("更换原因")]


@dataclass(frozen=True, kw_only=True)
class BreakTie:
    """Record the panel's vote on nominations that are equal in every respect where a tier's places run out (R-11).

    ``order``: all of them, the best first.
    """

    season_id: Annotated[UUID, Label("活动编号")]
    order: Annotated[tuple[UUID, ...], Label("表决后的名次"), Items(2, 200)]
    votes_for: Annotated[int, Label("赞成票数"), Range(1, 99)]
    votes_against: Annotated[int, Label("反对票数"), Range(0, 99)]
    reason: Annotated[str, Label("表决理由"), Length(5, 200)]


@dataclass(frozen=True, kw_only=True)
class FixShortlist:
    """Rank the season's completed cases and propose tiers (R-12)."""

    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class RaiseObjection:
    objection_id: Annotated[UUID, Label("异议编号")]
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    objector: Annotated[ObjectorKind, Label("提出人类别")]
    name: Annotated[str, Label("提出人姓名或单位名称"), Length(0, 50), Personal()] = ""
    contact: Annotated[str, Label("联系方式"), Length(0, 50), Personal()] = ""
    content: Annotated[str, Label("异议内容"), Length(5, 2000), Personal()]


@dataclass(frozen=True, kw_only=True)
class ReadObjection:
    """Open what an objection says to whoever rules it; that they read it is logged (R-19)."""

    nomination_id: Annotated[UUID, Label("推荐件编号")]
    objection_id: Annotated[UUID, Label("异议编号")]


@dataclass(frozen=True, kw_only=True)
class ObjectionText:
    """The answer to :class:`ReadObjection`."""

    objector: ObjectorKind
    name: str
    contact: str
    content: str


@dataclass(frozen=True, kw_only=True)
class RuleObjection:
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    objection_id: Annotated[UUID, Label("异议编号")]
    upheld: Annotated[bool, Label("异议是否成立")]
    reason: Annotated[str, Label("裁定理由"), Length(5, 1000)]


@dataclass(frozen=True, kw_only=True)
class ReviewCompleted:
    """Published. ``score`` is null when the nominee failed a pass/fail criterion."""

    nomination_id: UUID
    season_id: UUID
    score: Decimal | None
    reviewers: int


@dataclass(frozen=True, kw_only=True)
class ShortlistEntry:
    nomination_id: UUID
    unit_id: UUID
    rank: int
    score: Decimal
    tier: str


@dataclass(frozen=True, kw_only=True)
class TierResult:
    tier: str
    places: int
    vacant: int


@dataclass(frozen=True, kw_only=True)
class ShortlistFixed:
    """Published. Entries are by rank; a tier may keep vacant places."""

    season_id: UUID
    entries: tuple[ShortlistEntry, ...]
    tiers: tuple[TierResult, ...]


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised:
    """Published. Neither the objector nor the content is in it (R-19)."""

    objection_id: UUID
    nomination_id: UUID
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class ObjectionRuled:
    """Published."""

    objection_id: UUID
    nomination_id: UUID
    season_id: UUID
    upheld: bool


@dataclass(frozen=True, kw_only=True)
class AwardDecided:
    """Published."""

    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    tier: str
    score: Decimal
    decided_on: date


@dataclass(frozen=True, kw_only=True)
class AwardWithheld:
    """Published. An objection was upheld; the place stays vacant."""

    nomination_id: UUID
    season_id: UUID
    tier: str


PUBLISHES = (
    ReviewCompleted, ShortlistFixed, ObjectionRaised, ObjectionRuled, AwardDecided, AwardWithheld,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ListCases:
    """By rank once ranked, else in order of nomination; ``after`` is the last row's ``cursor``."""

    season_id: Annotated[UUID, Label("活动编号")]
    reviewer_id: Annotated[UUID | None, Label("评委编号")] = None
    after: Annotated[str | None, Label("上一页最后一行"), Pattern(r"\d+ [0-9a-f-]{36}", "照抄上一页的 following")] = (
        None
    )
    limit: Annotated[int, Label("每页行数"), Range(1, 200)] = 50


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    cursor: str
    nomination_id: UUID
    unit_id: UUID
    state: str
    assigned: int
    scored: int
    score: Decimal | None
    rank: int | None
    proposed_tier: str | None
    awarded_tier: str | None
    open_objections: int
    my_score: Decimal | None


@dataclass(frozen=True, kw_only=True)
class CasePage:
    rows: tuple[CaseRow, ...]
    following: str | None


@dataclass(frozen=True, kw_only=True)
class ShowCase:
    nomination_id: Annotated[UUID, Label("推荐件编号")]


@dataclass(frozen=True, kw_only=True)
class ScoreSheet:
    """One reviewer's signed score. ``dropped``: left out of the mean as highest or lowest (R-06)."""

    reviewer_id: UUID
    total: Decimal
    scores: tuple[CriterionScore, ...]
    comment: str
    signed_at: datetime
    dropped: bool


@dataclass(frozen=True, kw_only=True)
class Recusal:
    reviewer_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ObjectionRow:
    objection_id: UUID
    state: str
    raised_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A reviewer sees of the panel only themselves, of the score sheets only their own, and nobody's recusal (R-02)."""

    row: CaseRow
    version: int
    reviewers: tuple[UUID, ...]
    recused: tuple[Recusal, ...]
    score_sheets: tuple[ScoreSheet, ...]
    objections: tuple[ObjectionRow, ...]

    @property
    def unsigned(self) -> tuple[UUID, ...]:
        """Whose score sheet is still to come."""
        signed = {sheet.reviewer_id for sheet in self.score_sheets}
        return tuple(one for one in self.reviewers if one not in signed)


@dataclass(frozen=True, kw_only=True)
class ListReviewers:
    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class ReviewerRow:
    reviewer_id: UUID
    name: str
    unit_id: UUID
    assigned: int
    scored: int
    last_signed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReviewerList:
    rows: tuple[ReviewerRow, ...]


@dataclass(frozen=True, kw_only=True)
class ShowRound:
    season_id: Annotated[UUID, Label("活动编号")]


@dataclass(frozen=True, kw_only=True)
class DayCount:
    day: date
    count: int


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Nominations equal in every respect of which ``tier`` has a place for some only; the panel has to vote (R-11)."""

    tier: str
    nominations: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """``scores_by_day``: score sheets signed on each day, for the progress chart. ``distribution``: completed cases
    by five-point band of their score, lowest band first. ``ties``: what holds the shortlist back once all is scored,
    shown to the office only.
    """

    season_id: UUID
    state: str
    cases: int
    completed: int
    sheets_expected: int
    sheets_signed: int
    scores_by_day: tuple[DayCount, ...]
    distribution: tuple[ScoreBand, ...]
    ties: tuple[Tie, ...]
    tiers: tuple[TierResult, ...]
    awards: int
    open_objections: int


@dataclass(frozen=True, kw_only=True)
class ScoreBand:
    """Scores from ``least`` up to, not including, ``least`` + 5."""

    least: int
    count: int


COMMANDS = (
    EnrolReviewer, AssignReviewers, ReplaceReviewer, SignScore, BreakTie, FixShortlist, RaiseObjection, ReadObjection,
    RuleObjection,
)  # fmt: skip
QUERIES: dict[type, type] = {ListCases: CasePage, ShowCase: CaseView, ListReviewers: ReviewerList, ShowRound: RoundView}
