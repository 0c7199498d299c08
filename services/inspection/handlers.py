"""One function per command: load, decide, append. Commands of our own policies come last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from uuid import UUID, uuid5

from sqlalchemy import select

from contracts.errors import Conflict
from contracts.inspection import (
    DrawUnits,
    EnrolInspector,
    InspectionDrawn,
    PublishPool,
    RecordFinding,
    ReportInspection,
)
from contracts.nomination import SeasonOpened, UnitRegistered
from contracts.publicity import ExemplarPublished
from eventlog.event import Provenance
from eventlog.log import Appended, Transaction
from eventlog.stream import StreamName
from services.inspection.domain import follow_up, inspection, season_draw
from services.inspection.events import InspectionOpened, InspectorEnrolled, UnitNoted
from services.inspection.store import INSPECTOR, UNIT


def enrol_inspector(command: EnrolInspector, tx: Transaction, by: Provenance) -> Appended:
    def decision(enrolled: bool) -> Sequence[object]:  # noqa: FBT001 -- the whole state is: enrolled or not
        if enrolled:
            raise Conflict("inspector.already_enrolled")
        return [InspectorEnrolled(**asdict(command))]

    stream = StreamName("inspector", command.inspector_id)
    return tx.decide(stream, lambda _state, _event: True, False, decision, by)  # noqa: FBT003 -- the initial state


def publish_pool(command: PublishPool, tx: Transaction, by: Provenance) -> Appended:
    units = [UUID(one) for one in tx.connection.execute(select(UNIT.c.unit_id)).scalars()]
    return _decide_draw(tx, command.season_id, lambda state: season_draw.publish_pool(command, state, units), by)


def draw_units(command: DrawUnits, tx: Transaction, by: Provenance) -> Appended:
    appended = _decide_draw(tx, command.season_id, lambda state: season_draw.draw_units(command, state), by)
    drawn = appended.events[0].data
    if appended.duplicate or not isinstance(drawn, InspectionDrawn):
        return appended
    inspectors = {UUID(row.inspector_id): UUID(row.unit_id) for row in tx.connection.execute(select(INSPECTOR))}
    for unit_id in drawn.units:
        opened = InspectionOpened(
            inspection_id=uuid5(drawn.season_id, f"inspection of {unit_id}"),
            season_id=drawn.season_id,
            unit_id=unit_id,
            inspectors=season_draw.inspectors_for(unit_id, drawn.seed, inspectors),
        )
        decision = partial(inspection.open_inspection, opened)
        _decide_inspection(tx, opened.inspection_id, decision, by.derived(str(unit_id)))
    return appended


def record_finding(command: RecordFinding, tx: Transaction, by: Provenance) -> Appended:
    return _decide_inspection(tx, command.inspection_id, lambda state: inspection.record_finding(command, state), by)


def report_inspection(command: ReportInspection, tx: Transaction, by: Provenance) -> Appended:
    return _decide_inspection(tx, command.inspection_id, lambda state: inspection.report(command, state), by)


def note_unit(registered: UnitRegistered, tx: Transaction, by: Provenance) -> Appended:
    stream = StreamName("unit", registered.unit_id)
    noted = UnitNoted(unit_id=registered.unit_id)
    return tx.decide(stream, lambda _state, _event: True, False, lambda known: [] if known else [noted], by)  # noqa: FBT003 -- the initial state


def plan_draw(opened: SeasonOpened, tx: Transaction, by: Provenance) -> Appended:
    return _decide_draw(tx, opened.season_id, lambda state: season_draw.plan(opened, state), by)


def schedule_follow_ups(published: ExemplarPublished, tx: Transaction, by: Provenance) -> Appended:
    planned, _ = tx.load(_draw(published.season_id), season_draw.evolve, season_draw.SeasonDraw())
    months = planned.planned.follow_up_months if planned.planned else ()
    return tx.decide(
        StreamName("followup", published.nomination_id),
        follow_up.evolve,
        follow_up.FollowUps(),
        lambda state: follow_up.schedule(published, state, months),
        by,
    )


def _decide_draw(
    tx: Transaction,
    season_id: UUID,
    decision: Callable[[season_draw.SeasonDraw], Sequence[object]],
    by: Provenance,
) -> Appended:
    return tx.decide(_draw(season_id), season_draw.evolve, season_draw.SeasonDraw(), decision, by)


def _decide_inspection(
    tx: Transaction,
    inspection_id: UUID,
    decision: Callable[[inspection.Inspection], Sequence[object]],
    by: Provenance,
) -> Appended:
    stream = StreamName("inspection", inspection_id)
    return tx.decide(stream, inspection.evolve, inspection.Inspection(), decision, by)


def _draw(season_id: UUID) -> StreamName:
    return StreamName("draw", season_id)
