"""The read-model tables of review; the only place that knows its database's name."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text

from eventlog.projection import PERSONAL

DATABASE = "biaobing_review"
METADATA = MetaData()

NOMINATING, ENDED, SCORING, SHORTLISTED, ON_NOTICE, DECIDING = (
    "推荐中", "待分派", "评分中", "已提名单", "公示中", "公示已满",
)  # fmt: skip
WAITING, UNDER_REVIEW, COMPLETED, FAILED, WITHDRAWN = "待分派", "评分中", "已评完", "未过否决项", "已撤回"
OPEN, UPHELD, DISMISSED = "待裁定", "成立", "不成立"

REVIEWER = Table(
    "reviewer",
    METADATA,
    Column("reviewer_id", Text, primary_key=True),
    Column("name", Text, nullable=False, info=PERSONAL),
    Column("unit_id", Text, nullable=False),
)

ROUND = Table(
    "round",
    METADATA,
    Column("season_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("rules", Text, nullable=False),
    Column("tiers", Text, nullable=False),
)
"""``withdrawn`` counts the cases withdrawn since the nominations ended. ``rules`` are the rule pack's tiers and
``tiers`` is a list of TierResult, empty until the shortlist is fixed; both as JSON.
"""

CASE = Table(
    "review_case",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("season_id", Text, nullable=False),
    Column("unit_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("frontline", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("reviewers", Text, nullable=False),
    Column("recused", Text, nullable=False),
    Column("assigned", Integer, nullable=False),
    Column("scored", Integer, nullable=False),
    Column("score", Integer),
    Column("plain_mean", Integer),
    Column("leading_mean", Integer),
    Column("dropped", Text, nullable=False),
    Column("voted", Integer, nullable=False),
    Column("rank", Integer),
    Column("proposed_tier", Text),
    Column("awarded_tier", Text),
    Column("open_objections", Integer, nullable=False),
    Index("review_case_by_rank", "season_id", "rank", "nomination_id"),
)
"""Scores are integer hundredths; ``reviewers``, ``recused`` and ``dropped`` are JSON lists."""

ASSIGNMENT = Table(
    "assignment",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("reviewer_id", Text, primary_key=True),
    Column("season_id", Text, nullable=False),
    Column("signed_at", Text),
    Column("total", Integer),
    Column("scores", Text),
    Column("comment", Text, info=PERSONAL),
    Index("assignment_by_reviewer", "reviewer_id", "season_id"),
)
"""``total`` in hundredths and ``scores`` as JSON, both null until signed."""

OBJECTION = Table(
    "objection",
    METADATA,
    Column("nomination_id", Text, primary_key=True),
    Column("objection_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("raised_at", Text, nullable=False),
    Column("reason", Text, nullable=False, info=PERSONAL),
)
