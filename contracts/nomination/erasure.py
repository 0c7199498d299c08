"""Erasing the personal data of a nominee (X-16), and what stands in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated
from uuid import UUID

from contracts.fields import Label


class ErasureGround(Enum):
    """Why the data must go (PIPL, article 47)."""

    PURPOSE_ENDED = "处理目的已实现或不再必要"
    RETENTION_ENDED = "保存期限已届满"
    CONSENT_WITHDRAWN = "本人撤回同意"
    UNLAWFUL = "处理违反法律法规或约定"
    OTHER_LAW = "法律法规规定的其他情形"


class HoldGround(Enum):
    """Why the data must stay for now, or for ever."""

    UNDER_REVIEW = "评审尚未形成建议名单"
    SHORTLISTED = "已列入建议名单，评选档案须留存"
    AWARDED = "已受表彰，档案永久保存"
    OBJECTION = "异议尚未裁定"


@dataclass(frozen=True, kw_only=True)
class ErasePersonalData:
    nomination_id: Annotated[UUID, Label("推荐件编号")]
    ground: Annotated[ErasureGround, Label("删除依据")]


@dataclass(frozen=True, kw_only=True)
class PersonalDataErased:
    """Published, and the proof that it was done: whoever holds a copy erases it and acknowledges."""

    nomination_id: UUID
    season_id: UUID
    ground: ErasureGround


@dataclass(frozen=True, kw_only=True)
class PersonalDataErasureAcknowledged:
    """Private, in the log of every other service: ``events`` of its events lost personal data by it."""

    nomination_id: UUID
    events: int


COMMANDS: tuple[type, ...] = (ErasePersonalData,)
PUBLISHES: tuple[type, ...] = (PersonalDataErased,)
