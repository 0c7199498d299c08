"""The read-model tables of inspection; the only place that knows its database's name."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text

from eventlog.projection import PERSONAL

DATABASE = "biaobing_inspection"
METADATA = MetaData()

PLANNED, POOLED, DRAWN = "未公布", "已公布名单池", "已抽取"
VISITING, REPORTED = "待检查", "已出结果"

UNIT = Table("unit", METADATA, Column("unit_id", Text, primary_key=True))

INSPECTOR = Table(
    "inspector",
    METADATA,
    Column("inspector_id", Text, primary_key=True),
    Column("name", Text, nullable=False, info=PERSONAL),
    Column("unit_id", Text, nullable=False),
)

SEASON_DRAW = Table(
    "season_draw",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("pool", Text, nullable=False),
    Column("pool_hash", Text, nullable=False),
    Column("seed_source", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("units", Text, nullable=False),
)
"""``pool`` and ``units`` are JSON lists of unit ids."""

FOLLOW_UP = Table(
    "follow_up",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("season_id", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("due_on", Text, nullable=False),
)

INSPECTION = Table(
    "inspection",
    METADATA,
    Column("inspection_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("season_id", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("inspectors", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("visited_on", Text),
    Column("conclusion", Text, nullable=False),
)

FINDING = Table(
    "finding",
    METADATA,
    Column("inspection_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("found_on", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("fact", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
)
