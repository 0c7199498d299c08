"""Every event was done by somebody whose account, role and subject allow it (X-01, G-01)."""

from __future__ import annotations

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.actor import Role
from eventlog.event import Recorded
from eventlog.kernel_events import KERNEL_EVENTS
from gateway.accounts import SYSTEM_ACCOUNT
from gateway.events import AccountOpened

OFFICE, SYSTEM, LEADER = {Role.OFFICE}, {Role.SYSTEM}, {Role.LEADER}
NOMINATORS, REVIEWER, INSPECTOR = {Role.OFFICE, Role.UNIT}, {Role.REVIEWER}, {Role.INSPECTOR}
DECIDERS = SYSTEM | LEADER
"""The notice's end decides by itself; a ruling decides the award that waited for it."""
ANYBODY = set(Role)

MAY: dict[str, set[Role]] = {
    "SeasonOpened": OFFICE, "SeasonRefused": OFFICE, "NominationsClosed": OFFICE, "UnitRegistered": OFFICE,
    "NominationFiled": NOMINATORS, "NominationSubmitted": NOMINATORS, "NominationRefused": NOMINATORS,
    "ImportRefused": NOMINATORS, "WithdrawalReasoned": NOMINATORS, "NominationWithdrawn": NOMINATORS,
    "PlaceTaken": NOMINATORS, "PlaceReturned": NOMINATORS, "NominationDeclined": NOMINATORS,
    "NomineeReserved": NOMINATORS, "NomineeReleased": NOMINATORS,
    "SelectionMade": SYSTEM, "LegalHoldPlaced": SYSTEM, "LegalHoldLifted": SYSTEM, "ErasureRefused": OFFICE,
    "PersonalDataErased": OFFICE, "PersonalDataErasureAcknowledged": SYSTEM,
    "ReviewerEnrolled": OFFICE, "RoundOpened": SYSTEM, "NominationsEnded": SYSTEM, "PanelsDrawn": OFFICE,
    "TieBroken": OFFICE,
    "NoticeOpened": SYSTEM, "NoticeEnded": SYSTEM, "CaseOpened": SYSTEM, "CaseWithdrawn": SYSTEM,
    "ReviewersAssigned": OFFICE, "ReviewerReplaced": OFFICE, "ScoreSigned": REVIEWER,
    "ScoreAggregated": REVIEWER, "ReviewCompleted": REVIEWER,
    "ShortlistFixed": OFFICE, "ObjectionFiled": OFFICE, "ObjectionRaised": OFFICE, "ObjectionRead": LEADER,
    "RulingReasoned": LEADER, "ObjectionRuled": LEADER, "AwardDecided": DECIDERS, "AwardWithheld": DECIDERS,
    "AwardDeferred": DECIDERS, "AwardLapsed": DECIDERS, "EntryWithdrawn": SYSTEM,
    "CalendarTableAdopted": OFFICE, "NoticeExtended": OFFICE,
    "NoticePlanned": SYSTEM, "NoticeDrafted": SYSTEM, "NoticePublished": OFFICE | SYSTEM,
    "NoticeClosed": OFFICE | SYSTEM, "ExemplarPublished": SYSTEM,
    "UnitNoted": SYSTEM, "InspectorEnrolled": OFFICE, "DrawPlanned": SYSTEM, "PoolPublished": OFFICE,
    "InspectionDrawn": OFFICE, "FollowUpsScheduled": SYSTEM, "InspectionOpened": OFFICE,
    "FindingRecorded": INSPECTOR, "InspectionReported": INSPECTOR,
    "AccountOpened": SYSTEM, "SignedIn": ANYBODY, "SignedOut": ANYBODY, "SignInRefused": ANYBODY,
    "ComplaintReceived": SYSTEM, "VerificationFiled": {Role.AUDITOR},
    "LogContinued": SYSTEM, "PartitionArchived": SYSTEM,
}  # fmt: skip
"""Who may do what, by the type of what comes of it; what is not here nobody may do."""

OWN = {Role.UNIT: "unit_id", Role.REVIEWER: "reviewer_id", Role.INSPECTOR: "inspector_id"}
"""Whose matters a role may do only in its own name; the id is that of the account's subject."""


@rule("G-01", "每件事都由身份许可的人办理")
def role_may(records: Records) -> Found:
    for event in records:
        if event.type not in MAY:
            yield event, f"没有规定谁可以办理 {event.type}"
        elif event.actor["role"] not in {role.value for role in MAY[event.type]}:
            yield event, f"{event.actor['role']}（{event.actor['account']}）不能办理 {event.type}"


@rule("G-01", "单位、评委、检查员只办自己名下的事")
def own_matters(records: Records) -> Found:
    fields = {role.value: field for role, field in OWN.items()}
    for event in records:
        owner = getattr(event.data, fields.get(event.actor["role"], ""), None)
        if owner is not None and event.actor.get("subject") != str(owner):
            yield event, f"{event.actor['role']}“{event.actor['account']}”名下不是 {owner}"


@rule("X-01", "办事的人都有账号，身份和所代表的单位或人与账号一致")
def known_account(records: Records) -> Found:
    accounts = {
        (opened.account, opened.role.value, str(opened.subject_id) if opened.subject_id else None)
        for _, opened in records.of(AccountOpened)
    }
    roles = {(account, role) for account, role, _ in accounts}
    for event in records:
        actor = event.actor
        if event.source == "gateway":
            known = (actor["account"], actor["role"]) in roles or _is_the_gateway(event)
        elif isinstance(event.data, KERNEL_EVENTS):
            known = (actor["account"], actor["role"]) == (SYSTEM_ACCOUNT, Role.SYSTEM.value)
        elif actor["role"] == Role.SYSTEM.value:
            known = actor["account"] == f"system:{event.source}"
        else:
            known = (actor["account"], actor["role"], actor.get("subject")) in accounts
        if not known:
            yield event, f"没有这样的账号：{actor['role']}“{actor['account']}”"


def _is_the_gateway(event: Recorded) -> bool:
    """The gateway's own hand, or the dash that stands for a name no account has."""
    nobody = event.actor["account"] == "-" and event.type == "SignInRefused"
    return event.actor["role"] == Role.SYSTEM.value and (nobody or event.actor["account"] == SYSTEM_ACCOUNT)


RULES = (role_may, own_matters, known_account)
