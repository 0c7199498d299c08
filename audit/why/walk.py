"""The steps back from the award to the nomination as filed, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from audit.records import Records
from audit.rules.catalogue import breaches
from audit.why import telling
from audit.why.ending import Ending, ending_of, shortlist_of
from contracts.nomination import SeasonOpened
from contracts.review import AwardDecided, AwardWithheld, ObjectionRaised, ObjectionRuled, ReviewCompleted
from eventlog.event import Recorded
from services.review.events import (
    AwardDeferred,
    AwardLapsed,
    CaseOpened,
    CaseWithdrawn,
    NoticeEnded,
    NoticeOpened,
    PanelsDrawn,
    ReviewerReplaced,
    ReviewersAssigned,
    ScoreAggregated,
    ScoreSigned,
    TieBroken,
)

STAGES_OF_A_CASE: dict[str, tuple[type, ...]] = {
    "决定": (AwardDecided, AwardWithheld, AwardDeferred, AwardLapsed),
    "异议": (ObjectionRaised, ObjectionRuled),
    "合成": (ScoreAggregated, ReviewCompleted),
    "评分": (ScoreSigned,),
    "分派": (ReviewersAssigned, ReviewerReplaced),
    "建档": (CaseOpened, CaseWithdrawn),
}
"""What of a case belongs to which stage of the way."""


@dataclass(frozen=True)
class Step:
    stage: str
    event: Recorded
    sentence: str


@dataclass(frozen=True)
class Walk:
    """``steps`` from the end to the beginning; ``doubts`` are breaches of rules and broken links at these places."""

    nomination_id: UUID
    ending: Ending
    reason: str
    steps: tuple[Step, ...]
    doubts: tuple[str, ...]


def why(records: Records, nomination: UUID) -> Walk | None:
    """None for a nomination that the logs do not know."""
    if not records.stream("nomination", "nomination", nomination):
        return None
    steps = tuple(
        Step(stage, event, telling.sentence(records, event, nomination)) for stage, event in _way(records, nomination)
    )
    ending, reason = ending_of(records, nomination)
    return Walk(nomination, ending, reason, steps, tuple(_doubts(records, steps)))


def _way(records: Records, nomination: UUID) -> Iterator[tuple[str, Recorded]]:
    yield from (("展示", event) for event in reversed(records.stream("publicity", "exemplar", nomination)))
    yield from _of_case(records, nomination, "决定")
    yield from _notice(records, nomination)
    yield from _of_case(records, nomination, "异议")
    if (fixed := shortlist_of(records, nomination)) is not None:
        yield "名次", fixed[0]
    for event, broken in records.of(TieBroken):
        if nomination in broken.order:
            yield "表决", event
    for stage in ("合成", "评分", "分派"):
        yield from _of_case(records, nomination, stage)
    yield from _of_round(records, nomination, PanelsDrawn, "分派")
    yield from _of_case(records, nomination, "建档")
    filing = records.stream("nomination", "nomination", nomination)
    yield from (("推荐", event) for event in reversed(filing))
    yield from (("开启", event) for event, season in records.of(SeasonOpened) if season.season_id == _season(filing[0]))


def _of_case(records: Records, nomination: UUID, stage: str) -> Iterator[tuple[str, Recorded]]:
    for event in reversed(records.stream("review", "case", nomination)):
        if isinstance(event.data, STAGES_OF_A_CASE[stage]):
            yield stage, event


def _of_round(records: Records, nomination: UUID, kind: type, stage: str) -> Iterator[tuple[str, Recorded]]:
    case = records.cases.get(nomination)
    for event in reversed(records.stream("review", "round", case.season_id) if case else ()):
        if isinstance(event.data, kind):
            yield stage, event


def _notice(records: Records, nomination: UUID) -> Iterator[tuple[str, Recorded]]:
    """What review heard of the notice names the events of publicity that it heard."""
    fixed = shortlist_of(records, nomination)
    if fixed is None or nomination not in {one.nomination_id for one in fixed[1].entries}:
        return
    for kind in (NoticeEnded, NoticeOpened):
        for _, heard in _of_round(records, nomination, kind, "公示"):
            yield "公示", heard
            if (cause := records.cause_of(heard)) is not None:
                yield "公示", cause


def _season(event: Recorded) -> UUID | None:
    season: UUID | None = getattr(event.data, "season_id", None)
    return season


def _doubts(records: Records, steps: tuple[Step, ...]) -> Iterator[str]:
    """An event that broke a rule, and a cause that is not there or no longer what it was."""
    places = {(step.event.source, step.event.position) for step in steps}
    for breach in breaches(records):
        if (breach.log, breach.position) in places:
            yield f"{breach.requirement} {breach.log} 第 {breach.position} 号：{breach.message}"
    for step in steps:
        where = f"{step.event.source} 第 {step.event.position} 号"
        named = step.event.cause
        if named is not None and records.cause_of(step.event) is None:
            yield f"{where}的起因 {named.source} 第 {named.position} 号不在，或内容与当时不同"
