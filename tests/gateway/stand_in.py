"""Stands in for the four services: answers with the made-up county's views and keeps the commands it was given.

The journey tests run the same pages against the real services.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts import inspection, nomination, publicity, review
from contracts.actor import Actor, Role
from contracts.errors import NotFound, Problem
from contracts.rpc import Accepted, LogView, ParkedEvent, TellLog, TellTimeline, TimelineView
from tests.gateway import county, courses, visits


@dataclass(frozen=True)
class Executed:
    service: str
    command: Any
    actor: Actor
    command_id: UUID
    expected_version: int | None


@dataclass
class StandIn:
    """``refusal`` is raised by every command, ``silence`` by every call, while it is set; ``answers`` replace views."""

    nominations_open: bool = False
    refusal: Problem | None = None
    silence: Problem | None = None
    parked: tuple[ParkedEvent, ...] = ()
    answers: dict[type, Any] = field(default_factory=dict)
    faults: dict[int, tuple[str, str, str | None]] = field(default_factory=dict)
    executed: list[Executed] = field(default_factory=list)
    asked: list[tuple[str, Any, Actor]] = field(default_factory=list)

    def execute(
        self, service: str, command: object, actor: Actor, command_id: UUID, expected_version: int | None = None
    ) -> Any:
        if self.silence is not None:
            raise self.silence
        if self.refusal is not None:
            raise self.refusal
        self.executed.append(Executed(service, command, actor, command_id, expected_version))
        if isinstance(command, nomination.ImportNominations):
            return self._report(command)
        if isinstance(command, review.ReadObjection):
            return review.ObjectionText(
                objector=review.ObjectorKind.INDIVIDUAL, name="钱演示", contact="000-0000", content="演示异议内容"
            )
        return Accepted(position=4812, version=5, events=(type(command).__name__,))

    def _report(self, command: nomination.ImportNominations) -> nomination.ImportReport:
        """Verdicts as ``faults`` says: row number to (code, sentence, field)."""
        verdicts = tuple(
            nomination.RowVerdict(
                row=row, nomination_id=county.some_id(f"row-{row}"), code=code, message=message, pointer=pointer
            )
            for row in range(len(command.rows))
            for code, message, pointer in [self.faults.get(row, (None, None, None))]
        )
        submitted = 0 if command.dry_run or self.faults else len(verdicts)
        return nomination.ImportReport(dry_run=command.dry_run, submitted=submitted, verdicts=verdicts)

    def ask(self, service: str, query: object, actor: Actor) -> Any:
        if self.silence is not None:
            raise self.silence
        self.asked.append((service, query, actor))
        if type(query) in self.answers:
            answer = self.answers[type(query)]
            if isinstance(answer, Exception):
                raise answer
            return answer
        return self._answer(service, query, actor)

    def _answer(self, service: str, query: object, actor: Actor) -> Any:  # noqa: C901, PLR0911, PLR0912 -- a table
        by_reviewer = actor.role is Role.REVIEWER
        match query:
            case TellLog():
                return LogView(
                    source=service, events=4813, published=1204, parked=self.parked if service == "review" else ()
                )
            case TellTimeline():
                return TimelineView(rows=courses.TIMELINES[service])
            case nomination.ListSeasons():
                return nomination.SeasonList(rows=(county.season(nominations_open=self.nominations_open),))
            case nomination.ListUnits():
                return county.units()
            case nomination.ListNominations(after=after, limit=limit):
                return county.nominations(int(after[1:]) + 1 if after else 0, limit)
            case nomination.ShowNomination(nomination_id=wanted) if wanted in county.NOMINATION_IDS:
                return county.nomination(wanted)
            case nomination.ShowNomination():
                raise NotFound("nomination.not_found")
            case nomination.NameNominees(nomination_ids=wanted):
                return nomination.NomineeList(rows=tuple(map(county.nominee, wanted)))
            case review.ListCases():
                return county.cases(reviewer=by_reviewer)
            case review.ShowCase(nomination_id=wanted) if wanted in county.NOMINATION_IDS:
                return county.case(wanted, reviewer=by_reviewer)
            case review.ShowCase():
                raise NotFound("case.not_found")
            case review.ListReviewers():
                return county.reviewers()
            case review.ShowRound():
                return county.round_view()
            case publicity.ShowNotice():
                return county.notice()
            case publicity.ListExemplars():
                return county.exemplars()
            case inspection.ShowDraw():
                return visits.drawn()
            case inspection.ListInspections():
                return visits.inspections()
            case inspection.ShowInspection(inspection_id=wanted):
                return visits.inspection(wanted)
            case inspection.ListFollowUps():
                return visits.follow_ups()
        raise AssertionError(query)
