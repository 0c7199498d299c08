"""The first page: what do I have to do, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint

from contracts.actor import Role
from contracts.inspection import ListFollowUps, ListInspections, ShowDraw
from contracts.nomination import ListUnits, Phase, PhaseName, SeasonView
from contracts.publicity import ShowNotice
from contracts.review import ListReviewers, ReviewerRow, RoundView, ShowRound
from gateway import charts, duties
from gateway.desk import CONTRACTS, Desk
from gateway.duties import Situation
from gateway.pages.frame import open_desk, season_of, show
from gateway.parts import parts
from gateway.telling import span, today, working_days_between

blueprint = Blueprint("today", __name__)
_STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR})
_SLOWEST = 5


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the season on the stage bar; ``state``: done, now or ahead."""

    name: str
    span: str
    state: str


@blueprint.get("/")
def page() -> str:
    desk = open_desk()
    season = season_of(desk)
    on = today(parts().settings.clock.now())
    now = _situation(desk, season, on)
    current = next((phase for phase in season.phases if phase.starts_on <= on <= phase.ends_on), None)
    return show(
        "today.html",
        duties=[(duty, *duty.urgency(on)) for duty in duties.by_urgency(_duties(desk, now))],
        stages=[_stage(phase, on) for phase in season.phases],
        phase=current,
        working_days=working_days_between(on, current.ends_on) if current else None,
        round=now.round,
        chart=_chart(season, now.round, on) if desk.actor.role in _STAFF else None,
        slowest=_slowest(now.reviewers),
        now=now,
    )


def _situation(desk: Desk, season: SeasonView, on: date) -> Situation:
    """Asks each service only for what this role has a duty in."""
    season_id, role = season.season_id, desk.actor.role
    scoring: RoundView | None = desk.seek(ShowRound(season_id=season_id))
    office = role is Role.OFFICE
    return Situation(
        on=on,
        season=season,
        round=scoring,
        notice=desk.seek(ShowNotice(season_id=season_id)),
        draw=desk.seek(ShowDraw(season_id=season_id)) if office else None,
        units=desk.ask(ListUnits(season_id=season_id)).rows if role in {Role.OFFICE, Role.UNIT} else (),
        reviewers=desk.ask(ListReviewers(season_id=season_id)).rows if role in _STAFF and scoring else (),
        cases=tuple(desk.own_cases(season_id)) if role is Role.REVIEWER else (),
        inspections=(
            desk.ask(ListInspections(season_id=season_id, inspector_id=None if office else desk.actor.subject_id)).rows
            if role in {Role.OFFICE, Role.INSPECTOR}
            else ()
        ),
        follow_ups=desk.ask(ListFollowUps(season_id=season_id)).rows if office else (),
        parked=sum(len(desk.log_of(service).parked) for service in CONTRACTS) if role in _STAFF else 0,
    )


def _duties(desk: Desk, now: Situation) -> list[duties.Duty]:
    match desk.actor.role:
        case Role.OFFICE:
            return duties.of_office(now)
        case Role.UNIT if desk.actor.subject_id is not None:
            return duties.of_unit(now, desk.actor.subject_id)
        case Role.REVIEWER:
            return duties.of_reviewer(now)
        case Role.LEADER:
            return duties.of_leader(now)
        case Role.INSPECTOR:
            return duties.of_inspector(now)
    return duties.of_auditor(now)


def _stage(phase: Phase, on: date) -> Stage:
    state = "done" if phase.ends_on < on else "now" if phase.starts_on <= on else "ahead"
    return Stage(name=phase.name.value, span=span(phase.starts_on, phase.ends_on), state=state)


def _chart(season: SeasonView, scoring: RoundView | None, on: date) -> charts.Progress | None:
    review = duties.phase_of(season, PhaseName.REVIEW)
    if scoring is None or review is None or not scoring.sheets_expected:
        return None
    return charts.progress(scoring.scores_by_day, scoring.sheets_expected, review.starts_on, review.ends_on, on)


def _slowest(reviewers: tuple[ReviewerRow, ...]) -> list[ReviewerRow]:
    behind = [row for row in reviewers if row.scored < row.assigned]
    return sorted(behind, key=lambda row: row.assigned - row.scored, reverse=True)[:_SLOWEST]
