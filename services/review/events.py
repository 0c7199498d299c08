"""Private events of review."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from contracts import review as published
from contracts.errors import Refused
from contracts.fields import Personal, Withheld
from contracts.nomination import ExemplarKind, PersonalDataErasureAcknowledged, Phase, RulePack
from contracts.review import CriterionScore, ObjectorKind, Recusal, ReplacementGround


@dataclass(frozen=True, kw_only=True)
class ReviewerEnrolled:
    whose: ClassVar = "reviewer_id"

    reviewer_id: UUID
    name: Annotated[str | Withheld, Personal()]
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class RoundOpened:
    """The season's scoring round, with the rules it is judged by."""

    season_id: UUID
    phases: tuple[Phase, ...]
    rules: RulePack


@dataclass(frozen=True, kw_only=True)
class NominationsEnded:
    """``nominations``: how many stood at the end, and so how many cases review has to have."""

    season_id: UUID
    nominations: int


@dataclass(frozen=True, kw_only=True)
class PanelsDrawn:
    """Panels were drawn for all cases from this seed; each case has its own ReviewersAssigned."""

    season_id: UUID
    seed: str
    cases: int
    reviewers: int


@dataclass(frozen=True, kw_only=True)
class TieBroken:
    """The panel voted on nominations that were equal in every respect; ``order`` is theirs, the best first (R-11).

    ``reason`` names nobody: it is about several people and stands in the leaf for ever.
    """

    season_id: UUID
    order: tuple[UUID, ...]
    votes_for: int
    votes_against: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class NoticeOpened:
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoticeEnded:
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseOpened:
    nomination_id: UUID
    season_id: UUID
    unit_id: UUID
    kind: ExemplarKind
    frontline: bool


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn:
    nomination_id: UUID
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewersAssigned:
    nomination_id: UUID
    season_id: UUID
    reviewers: tuple[UUID, ...]
    recused: tuple[Recusal, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewerReplaced:
    """``successor_id`` was drawn in the place of ``reviewer_id``, who had not signed (R-02)."""

    nomination_id: UUID
    season_id: UUID
    reviewer_id: UUID
    successor_id: UUID
    ground: ReplacementGround


@dataclass(frozen=True, kw_only=True)
class ScoreSigned:
    """One reviewer's score; ``total`` is weighted, 0 to 100 with two decimals (R-04, X-18)."""

    whose: ClassVar = "nomination_id"

    nomination_id: UUID
    season_id: UUID
    reviewer_id: UUID
    scores: tuple[CriterionScore, ...]
    total: Decimal
    comment: Annotated[str | Withheld, Personal()]


@dataclass(frozen=True, kw_only=True)
class ScoreAggregated:
    """How the final score came about (R-06): ``dropped`` are the reviewers whose totals were left out.

    ``plain_mean`` is over all totals and ``leading_mean`` over the weightiest criterion; both break ties (R-11).
    """

    nomination_id: UUID
    season_id: UUID
    formula: str
    reviewers: int
    dropped: tuple[UUID, ...]
    mean: Decimal
    plain_mean: Decimal
    leading_mean: Decimal
    failed: bool


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled:
    """Who objects and to what; followed by the published ObjectionRaised. It is told of the nominee, and forgotten with
    them.
    """

    whose: ClassVar = "nomination_id"

    objection_id: UUID
    nomination_id: UUID
    objector: ObjectorKind
    name: Annotated[str | Withheld, Personal()]
    contact: Annotated[str | Withheld, Personal()]
    content: Annotated[str | Withheld, Personal()]


@dataclass(frozen=True, kw_only=True)
class ObjectionRead:
    """Somebody who rules objections was shown who objects and to what (R-19)."""

    objection_id: UUID
    nomination_id: UUID


@dataclass(frozen=True, kw_only=True)
class RulingReasoned:
    """Why an objection was ruled as it was; followed by the published ObjectionRuled."""

    whose: ClassVar = "nomination_id"

    objection_id: UUID
    nomination_id: UUID
    reason: Annotated[str | Withheld, Personal()]


@dataclass(frozen=True, kw_only=True)
class AwardDeferred(Refused):
    """The award could not be decided yet (R-16)."""

    nomination_id: UUID
    season_id: UUID


@dataclass(frozen=True, kw_only=True)
class AwardLapsed(Refused):
    """There is no award to decide: the nomination was withdrawn (N-19). The place stays vacant."""

    nomination_id: UUID
    season_id: UUID


PRIVATE = (
    ReviewerEnrolled, RoundOpened, NominationsEnded, PanelsDrawn, TieBroken, NoticeOpened, NoticeEnded, CaseOpened,
    CaseWithdrawn, ReviewersAssigned, ReviewerReplaced, ScoreSigned, ScoreAggregated, ObjectionFiled, ObjectionRead,
    RulingReasoned, AwardDeferred, AwardLapsed, PersonalDataErasureAcknowledged,
)  # fmt: skip
PUBLISHED = published.PUBLISHES
