"""A unit: registered, part in a season declined, listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from contracts.fields import Label, Length


@dataclass(frozen=True, kw_only=True)
class RegisterUnit:
    unit_id: Annotated[UUID, Label("单位编号")]
    name: Annotated[str, Label("单位名称"), Length(2, 50)]
    sector: Annotated[str, Label("领域"), Length(1, 20)]
    level: Annotated[str, Label("类别"), Length(1, 20)]


@dataclass(frozen=True, kw_only=True)
class DeclineToNominate:
    """“本单位本次不推荐”: settled, with no penalty (N-10)."""

    season_id: Annotated[UUID, Label("活动编号")]
    unit_id: Annotated[UUID, Label("单位编号")]


@dataclass(frozen=True, kw_only=True)
class UnitRegistered:
    """Published."""

    unit_id: UUID
    name: str
    sector: str
    level: str


@dataclass(frozen=True, kw_only=True)
class ListUnits:
    season_id: Annotated[UUID | None, Label("活动编号")] = None


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """``nominations`` and ``declined`` are of the asked season."""

    unit_id: UUID
    name: str
    sector: str
    level: str
    nominations: int
    declined: bool


@dataclass(frozen=True, kw_only=True)
class UnitList:
    rows: tuple[UnitRow, ...]


COMMANDS: tuple[type, ...] = (RegisterUnit, DeclineToNominate)
PUBLISHES: tuple[type, ...] = (UnitRegistered,)
QUERIES: dict[type, type] = {ListUnits: UnitList}
