"""The read-model tables of publicity; the only place that knows its database's name."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text

DATABASE = "biaobing_publicity"
METADATA = MetaData()

PLANNED, DRAFTED, ON_NOTICE, CLOSED = "未到", "待发布", "公示中", "已办结"

NOTICE = Table(
    "notice",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("tiers", Text, nullable=False),
    Column("entries", Text, nullable=False),
    Column("withdrawn", Text, nullable=False),
    Column("published_at", Text),
    Column("ends_at", Text),
    Column("closed_at", Text),
    Column("rule", Text, nullable=False),
)
"""``tiers`` are their names in order, ``entries`` NoticeEntry and ``withdrawn`` ids of nominations, all as JSON."""

CALENDAR_TABLE = Table(
    "calendar_table",
    METADATA,
    Column("year", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("holidays", Text, nullable=False),
    Column("workdays", Text, nullable=False),
    Column("adopted_at", Text, nullable=False),
)
"""``holidays`` and ``workdays`` are lists of dates as JSON."""

EXEMPLAR = Table(
    "exemplar",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("season_id", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("path", Text, nullable=False),
)
