"""What inspection's read models answer, one function per question."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, select

from contracts.actor import Actor, Role
from contracts.errors import NotFound
from contracts.inspection import (
    DrawView,
    FindingRow,
    FollowUpList,
    FollowUpRow,
    InspectionList,
    InspectionRow,
    InspectionView,
    ListFollowUps,
    ListInspections,
    ShowDraw,
    ShowInspection,
)
from eventlog.codec import from_json
from services.inspection.store import FINDING, FOLLOW_UP, INSPECTION, SEASON_DRAW


def list_follow_ups(query: ListFollowUps, connection: Connection, _actor: Actor) -> FollowUpList:
    wanted = (
        select(FOLLOW_UP)
        .where(FOLLOW_UP.c.season_id == str(query.season_id))
        .order_by(FOLLOW_UP.c.due_on, FOLLOW_UP.c.nomination_id)
    )
    return FollowUpList(
        rows=tuple(
            FollowUpRow(
                nomination_id=UUID(row.nomination_id),
                unit_id=UUID(row.unit_id),
                month=row.month,
                due_on=date.fromisoformat(row.due_on),
            )
            for row in connection.execute(wanted)
        )
    )


def show_draw(query: ShowDraw, connection: Connection, _actor: Actor) -> DrawView:
    wanted = select(SEASON_DRAW).where(SEASON_DRAW.c.season_id == str(query.season_id))
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("season.not_found")
    pool = orjson.loads(row.pool)
    return DrawView(
        season_id=query.season_id,
        version=row.version,
        state=row.state,
        pool=tuple(UUID(one) for one in pool),
        pool_text="".join(f"{one}\n" for one in pool),
        pool_hash=row.pool_hash,
        seed_source=row.seed_source,
        seed=row.seed,
        units=tuple(UUID(one) for one in orjson.loads(row.units)),
    )


def list_inspections(query: ListInspections, connection: Connection, actor: Actor) -> InspectionList:
    wanted = select(INSPECTION).where(INSPECTION.c.season_id == str(query.season_id))
    rows = [_row(row) for row in connection.execute(wanted.order_by(INSPECTION.c.inspection_id))]
    own = actor.role is Role.INSPECTOR
    inspector = actor.subject_id if own else query.inspector_id
    everybody_s = inspector is None and not own
    return InspectionList(rows=tuple(row for row in rows if everybody_s or inspector in row.inspectors))


def show_inspection(query: ShowInspection, connection: Connection, actor: Actor) -> InspectionView:
    wanted = select(INSPECTION).where(INSPECTION.c.inspection_id == str(query.inspection_id))
    row = connection.execute(wanted).one_or_none()
    shown = None if row is None else _row(row)
    foreign = shown is not None and actor.role is Role.INSPECTOR and actor.subject_id not in shown.inspectors
    if row is None or shown is None or foreign:
        raise NotFound("inspection.not_found")
    findings = select(FINDING).where(FINDING.c.inspection_id == row.inspection_id).order_by(FINDING.c.number)
    return InspectionView(
        row=shown,
        season_id=UUID(row.season_id),
        version=row.version,
        conclusion=row.conclusion,
        findings=from_json(tuple[FindingRow, ...], connection.execute(findings).all()),
    )


def _row(row: Row[Any]) -> InspectionRow:
    return InspectionRow(
        inspection_id=UUID(row.inspection_id),
        unit_id=UUID(row.unit_id),
        inspectors=tuple(UUID(one) for one in orjson.loads(row.inspectors)),
        state=row.state,
        findings=row.findings,
        visited_on=None if row.visited_on is None else date.fromisoformat(row.visited_on),
    )
