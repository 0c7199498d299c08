"""One inspection: opened by the draw, findings recorded by its inspectors, reported once (I-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from contracts.errors import Conflict
from contracts.inspection import InspectionReported, RecordFinding, ReportInspection
from services.inspection.events import FindingRecorded, InspectionOpened


@dataclass(frozen=True)
class Inspection:
    opened: InspectionOpened | None = None
    findings: int = 0
    reported: bool = False


def evolve(state: Inspection, event: object) -> Inspection:
    match event:
        case InspectionOpened():
            return Inspection(opened=event)
        case FindingRecorded():
            return replace(state, findings=state.findings + 1)
        case InspectionReported():
            return replace(state, reported=True)
    return state


def open_inspection(opened: InspectionOpened, state: Inspection) -> Sequence[object]:
    return [] if state.opened is not None else [opened]


def record_finding(command: RecordFinding, state: Inspection) -> Sequence[object]:
    _running(state, command.inspector_id)
    return [FindingRecorded(**{name: getattr(command, name) for name in asdict(command)})]


def report(command: ReportInspection, state: Inspection) -> Sequence[object]:
    opened = _running(state, command.inspector_id)
    return [
        InspectionReported(
            inspection_id=opened.inspection_id,
            season_id=opened.season_id,
            unit_id=opened.unit_id,
            visited_on=command.visited_on,
            findings=state.findings,
            conclusion=command.conclusion,
        )
    ]


def _running(state: Inspection, inspector_id: UUID) -> InspectionOpened:
    if state.opened is None:
        raise Conflict("inspection.not_found")
    if inspector_id not in state.opened.inspectors:
        raise Conflict("inspection.other_inspector")
    if state.reported:
        raise Conflict("inspection.reported")
    return state.opened
