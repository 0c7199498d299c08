"""How the cases of a season stand, as the rules of the shortlist take them: read from rows, judged by the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from contracts.nomination import ExemplarKind
from services.review.domain.ranking import Contender
from services.review.store import CASE, COMPLETED, UNDER_REVIEW, WAITING


def standing(connection: Connection, season_id: UUID) -> tuple[list[Contender], int]:
    """Who can be ranked, and how many cases are not scored yet."""
    contenders = [
        Contender(
            nomination_id=UUID(row.nomination_id),
            unit_id=UUID(row.unit_id),
            mean=Decimal(row.score) / 100,
            plain_mean=Decimal(row.plain_mean) / 100,
            leading_mean=Decimal(row.leading_mean) / 100,
            frontline=row.frontline,
            kind=ExemplarKind(row.kind),
            voted=row.voted,
        )
        for row in cases_in(connection, season_id, COMPLETED)
    ]
    return contenders, sum(len(cases_in(connection, season_id, state)) for state in (WAITING, UNDER_REVIEW))


def cases_in(connection: Connection, season_id: UUID, state: str) -> list[Row[Any]]:
    query = select(CASE).where(CASE.c.season_id == str(season_id), CASE.c.state == state)
    return list(connection.execute(query.order_by(CASE.c.nomination_id)))
