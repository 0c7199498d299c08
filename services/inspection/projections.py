"""Events of inspection to the rows its pages ask for."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from contracts.fields import told
from contracts.inspection import InspectionDrawn, InspectionReported
from eventlog.codec import to_text
from eventlog.event import Recorded
from eventlog.projection import Projection
from eventlog.timeline import Timeline
from services.inspection.events import (
    DrawPlanned,
    FindingRecorded,
    FollowUpsScheduled,
    InspectionOpened,
    InspectorEnrolled,
    PoolPublished,
    UnitNoted,
)
from services.inspection.store import (
    DRAWN,
    FINDING,
    FOLLOW_UP,
    INSPECTION,
    INSPECTOR,
    PLANNED,
    POOLED,
    REPORTED,
    SEASON_DRAW,
    UNIT,
    VISITING,
)


def _unit_noted(connection: Connection, unit: UnitNoted, _: Recorded) -> None:
    connection.execute(insert(UNIT).values(unit_id=str(unit.unit_id)))


def _inspector_enrolled(connection: Connection, one: InspectorEnrolled, _: Recorded) -> None:
    connection.execute(
        insert(INSPECTOR).values(inspector_id=str(one.inspector_id), name=told(one.name), unit_id=str(one.unit_id))
    )


def _draw_planned(connection: Connection, planned: DrawPlanned, event: Recorded) -> None:
    connection.execute(
        insert(SEASON_DRAW).values(
            season_id=str(planned.season_id),
            version=event.version,
            state=PLANNED,
            pool="[]",
            pool_hash="",
            seed_source="",
            seed="",
            units="[]",
        )
    )


def _pool_published(connection: Connection, pool: PoolPublished, event: Recorded) -> None:
    _set_draw(
        connection,
        event,
        state=POOLED,
        pool=to_text(pool.pool),
        pool_hash=pool.pool_hash,
        seed_source=pool.seed_source,
    )


def _drawn(connection: Connection, drawn: InspectionDrawn, event: Recorded) -> None:
    _set_draw(connection, event, state=DRAWN, seed=drawn.seed, units=to_text(drawn.units))


def _set_draw(connection: Connection, event: Recorded, **values: str) -> None:
    row = SEASON_DRAW.c.season_id == str(event.stream.id)
    connection.execute(update(SEASON_DRAW).where(row).values(version=event.version, **values))


def _follow_ups_scheduled(connection: Connection, scheduled: FollowUpsScheduled, _: Recorded) -> None:
    connection.execute(
        insert(FOLLOW_UP),
        [
            {
                "nomination_id": str(scheduled.nomination_id),
                "month": month,
                "season_id": str(scheduled.season_id),
                "unit_id": str(scheduled.unit_id),
                "due_on": due_on.isoformat(),
            }
            for month, due_on in zip(scheduled.months, scheduled.due_on, strict=True)
        ],
    )


def _inspection_opened(connection: Connection, opened: InspectionOpened, event: Recorded) -> None:
    connection.execute(
        insert(INSPECTION).values(
            inspection_id=str(opened.inspection_id),
            version=event.version,
            season_id=str(opened.season_id),
            unit_id=str(opened.unit_id),
            inspectors=to_text(opened.inspectors),
            state=VISITING,
            findings=0,
            conclusion="",
        )
    )


def _finding_recorded(connection: Connection, finding: FindingRecorded, event: Recorded) -> None:
    row = INSPECTION.c.inspection_id == str(finding.inspection_id)
    connection.execute(update(INSPECTION).where(row).values(version=event.version, findings=INSPECTION.c.findings + 1))
    connection.execute(
        insert(FINDING).values(
            inspection_id=str(finding.inspection_id),
            number=event.version,
            found_on=finding.found_on.isoformat(),
            place=finding.place,
            fact=finding.fact,
            rule=finding.rule,
            severity=finding.severity.value,
            recorded_at=event.occurred_at.isoformat(),
        )
    )


def _reported(connection: Connection, reported: InspectionReported, event: Recorded) -> None:
    row = INSPECTION.c.inspection_id == str(reported.inspection_id)
    connection.execute(
        update(INSPECTION)
        .where(row)
        .values(
            version=event.version,
            state=REPORTED,
            visited_on=reported.visited_on.isoformat(),
            conclusion=reported.conclusion,
        )
    )


PROJECTIONS = (
    Projection(
        "inspections",
        1,
        [UNIT, INSPECTOR, SEASON_DRAW, FOLLOW_UP, INSPECTION, FINDING],
        {
            UnitNoted: _unit_noted,
            InspectorEnrolled: _inspector_enrolled,
            DrawPlanned: _draw_planned,
            PoolPublished: _pool_published,
            InspectionDrawn: _drawn,
            FollowUpsScheduled: _follow_ups_scheduled,
            InspectionOpened: _inspection_opened,
            FindingRecorded: _finding_recorded,
            InspectionReported: _reported,
        },
    ),
    Timeline(),
)
