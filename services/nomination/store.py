"""The read-model tables of nomination; the only place that knows its database's name."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text

from eventlog.projection import PERSONAL

DATABASE = "biaobing_nomination"
METADATA = MetaData()

SUBMITTED = "已报送"
WITHDRAWN = "已撤回"

SEASON = Table(
    "season",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("opened", Text, nullable=False),
    Column("nominations_open", Boolean, nullable=False),
)
"""``opened`` is SeasonOpened as JSON."""

UNIT = Table(
    "unit",
    METADATA,
    Column("unit_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("level", Text, nullable=False),
)

DECLINED = Table(
    "declined",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("unit_id", Text, primary_key=True),
)

NOMINATION = Table(
    "nomination",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("season_id", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("rank_in_unit", Integer, nullable=False),
    Column("search_key", Text, nullable=False, info=PERSONAL),
    Column("kind", Text, nullable=False),
    Column("frontline", Boolean, nullable=False),
    Column("words", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_at", Text, nullable=False),
    Column("form", Text, info=PERSONAL),
    Index("nomination_by_submission", "season_id", "submitted_at", "nomination_id"),
)
"""``form`` is NominationForm as JSON, null once the nominee's data is erased."""

NOMINEE = Table(
    "nominee",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("identity", Text, primary_key=True, info=PERSONAL),
    Column("nominee_id", Text, nullable=False),
    Column("nomination_id", Text, nullable=False, index=True),
)
"""Who a person is in the season; ``nomination_id`` is their last one. Of two nominations of one person that come at the
same moment, the second finds the key taken and is decided again.
"""

REFUSAL = Table(
    "refusal",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("refused", Integer, nullable=False),
)
