"""Personal data: kept while it must be, erased only when it may be, and then by everybody (X-16)."""

from __future__ import annotations

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.nomination import HoldGround, NominationWithdrawn, PersonalDataErased, PersonalDataErasureAcknowledged
from contracts.review import ShortlistFixed
from services.nomination.events import LegalHoldLifted, LegalHoldPlaced, SelectionMade

HOLDERS = ("review", "publicity", "inspection")
"""The services that answer an erasure."""


@rule("X-16", "依法须留存的个人信息没有删除，评审未出名单的也没有")
def erased_only_unheld(records: Records) -> Found:
    for event, erased in records.of(PersonalDataErased):
        held: set[HoldGround] = set()
        for one in records.before(event):
            if isinstance(one.data, LegalHoldPlaced):
                held.add(one.data.ground)
            elif isinstance(one.data, LegalHoldLifted):
                held.discard(one.data.ground)
        for ground in sorted(held, key=lambda one: one.value):
            yield event, f"{ground.value}"
        selections = records.stream("nomination", "selection", erased.season_id)
        withdrawals = records.stream("nomination", "nomination", erased.nomination_id)
        selected = any(isinstance(one.data, SelectionMade) and one.position < event.position for one in selections)
        if not selected and not any(
            isinstance(one.data, NominationWithdrawn) and one.position < event.position for one in withdrawals
        ):
            yield event, HoldGround.UNDER_REVIEW.value


@rule("X-16", "入围者的档案都留存")
def shortlisted_are_held(records: Records) -> Found:
    held = {data.nomination_id for _, data in records.of(LegalHoldPlaced) if data.ground is HoldGround.SHORTLISTED}
    for event, _ in records.of(SelectionMade):
        cause = records.cause_of(event)
        if cause is not None and isinstance(cause.data, ShortlistFixed):
            for entry in cause.data.entries:
                if entry.nomination_id not in held:
                    yield event, f"{entry.nomination_id} 入围，没有记下须留存"


@rule("X-16", "删除个人信息之后，每个服务都已照办并回报")
def erasure_acknowledged(records: Records) -> Found:
    answered = {(event.source, data.nomination_id) for event, data in records.of(PersonalDataErasureAcknowledged)}
    heard = _heard_so_far(records)
    for event, erased in records.of(PersonalDataErased):
        for service in HOLDERS:
            if (service, erased.nomination_id) not in answered and heard.get(service, -1) > event.position:
                yield event, f"{service} 已经听到之后的事，却没有回报删除"


def _heard_so_far(records: Records) -> dict[str, int]:
    """How far into nomination's log each service has acted: what came before that it must have heard."""
    heard: dict[str, int] = {}
    for event in records:
        cause = records.cause_of(event)
        if cause is not None and cause.source == "nomination":
            heard[event.source] = max(heard.get(event.source, -1), cause.position)
    return heard


RULES = (erased_only_unheld, shortlisted_are_held, erasure_acknowledged)
