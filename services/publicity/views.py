"""What publicity's read models answer, one function per question."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from contracts.actor import Actor
from contracts.errors import NotFound
from contracts.publicity import (
    CalendarTableList,
    ExemplarList,
    ExemplarRow,
    ListCalendarTables,
    ListExemplars,
    NoticeView,
    ShowNotice,
)
from eventlog.codec import from_json
from services.publicity.store import CALENDAR_TABLE, EXEMPLAR, NOTICE, ON_NOTICE


def show_notice(query: ShowNotice, connection: Connection, _actor: Actor) -> NoticeView:
    row = connection.execute(select(NOTICE).where(NOTICE.c.season_id == str(query.season_id))).one_or_none()
    if row is None:
        raise NotFound("notice.not_found")
    shown: dict[str, Any] = {
        "season_id": row.season_id,
        "version": row.version,
        "state": row.state,
        "entries": orjson.loads(row.entries),
        "withdrawn": orjson.loads(row.withdrawn),
        "published_at": row.published_at,
        "ends_at": row.ends_at,
        "closed_at": row.closed_at,
        "rule": row.rule,
        "path": f"notices/{row.season_id}.html",
    }
    view: NoticeView = from_json(NoticeView, shown)
    return view


def list_exemplars(query: ListExemplars, connection: Connection, _actor: Actor) -> ExemplarList:
    season = str(query.season_id)
    notice = connection.execute(select(NOTICE).where(NOTICE.c.season_id == season)).one_or_none()
    if notice is None:
        raise NotFound("notice.not_found")
    tiers = orjson.loads(notice.tiers)
    listed = {entry["nomination_id"]: place for place, entry in enumerate(orjson.loads(notice.entries))}
    rows = connection.execute(select(EXEMPLAR).where(EXEMPLAR.c.season_id == season)).all()
    ordered = sorted(rows, key=lambda row: (tiers.index(row.tier), listed[row.nomination_id]))
    return ExemplarList(
        rows=tuple(
            ExemplarRow(
                nomination_id=UUID(row.nomination_id),
                unit_id=UUID(row.unit_id),
                tier=row.tier,
                published_at=datetime.fromisoformat(row.published_at),
                path=row.path,
            )
            for row in ordered
        )
    )


def list_calendar_tables(_query: ListCalendarTables, connection: Connection, _actor: Actor) -> CalendarTableList:
    rows = [
        {
            "year": row.year,
            "document": row.document,
            "holidays": orjson.loads(row.holidays),
            "workdays": orjson.loads(row.workdays),
            "adopted_at": row.adopted_at,
        }
        for row in connection.execute(select(CALENDAR_TABLE).order_by(CALENDAR_TABLE.c.year))
    ]
    listed: CalendarTableList = from_json(CalendarTableList, {"rows": rows})
    return listed


def due_notices(connection: Connection, now: datetime) -> list[UUID]:
    """Seasons whose notice period is over and whose notice is still running."""
    rows = connection.execute(select(NOTICE.c.season_id, NOTICE.c.ends_at).where(NOTICE.c.state == ON_NOTICE))
    return [UUID(row.season_id) for row in rows if datetime.fromisoformat(row.ends_at) <= now]
