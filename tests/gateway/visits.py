"""The draw, the inspections and the follow-ups of the made-up county."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.inspection import (
    DrawView,
    FindingRow,
    FollowUpList,
    FollowUpRow,
    InspectionList,
    InspectionRow,
    InspectionView,
    Severity,
)
from standards.random_draw import draw, pool_hash
from tests.gateway import county


def drawn() -> DrawView:
    pool = sorted(str(unit) for unit in county.UNITS.values())
    return DrawView(
        season_id=county.SEASON_ID,
        version=2,
        state="已抽取",
        pool=tuple(UUID(one) for one in pool),
        pool_text="".join(f"{one}\n" for one in pool),
        pool_hash=pool_hash(pool),
        seed_source="2026年8月3日深证综指收盘点位",
        seed="2231.48",
        units=tuple(UUID(one) for one in draw("2231.48", pool, 3)),
    )


def inspection_row(number: int) -> InspectionRow:
    return InspectionRow(
        inspection_id=county.some_id(f"inspection-{number}"),
        unit_id=drawn().units[number],
        inspectors=(county.INSPECTORS[number], county.INSPECTORS[number + 1]),
        state="待检查" if number == 2 else "已出具结果",
        findings=(2, 1, 0)[number],
        visited_on=None if number == 2 else date(2026, 8, 11 + number),
    )


def inspections() -> InspectionList:
    return InspectionList(rows=tuple(map(inspection_row, range(3))))


def inspection(inspection_id: UUID) -> InspectionView:
    row = next(row for row in inspections().rows if row.inspection_id == inspection_id)
    findings = tuple(
        FindingRow(
            found_on=date(2026, 8, 11),
            place="二楼宣传栏",
            fact="榜样事迹栏停留在上一届，本届名单未更换。",
            rule="规则包第 5 条：展示应在决定后十日内更新",
            severity=(Severity.SERIOUS, Severity.MINOR)[index % 2],
            recorded_at=county.NOW,
        )
        for index in range(row.findings)
    )
    return InspectionView(
        row=row,
        season_id=county.SEASON_ID,
        version=4,
        conclusion="推荐程序合规，宣传栏更换不及时，已当场说明。" if row.visited_on else "",
        findings=findings,
    )


def follow_ups() -> FollowUpList:
    return FollowUpList(
        rows=tuple(
            FollowUpRow(
                nomination_id=county.NOMINATION_IDS[n], unit_id=county.unit_of(n), month=3, due_on=date(2026, 10, 8)
            )
            for n in range(7)
        )
    )
