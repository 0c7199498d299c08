"""The logs themselves: how far each reaches, the course of a thing across them, and who verified them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request

from contracts.errors import Forbidden
from contracts.rpc import Accepted, LogView, TimelineView
from contracts.schemas import schema_for
from gateway.chronicle import READERS, logs, timeline
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.parts import parts
from gateway.resources.conventions import (
    POST_HEADERS,
    POST_PARAMETERS,
    PREFIX,
    Resource,
    document,
    headers_of,
    keyed,
)
from gateway.verification_report import read_report
from gateway.verifications import VerificationView, file, filed
from gateway.wording import OPERATIONS

blueprint = Resource("logs", __name__, url_prefix=PREFIX, description="日志")


@dataclass(frozen=True, kw_only=True)
class LogList:
    rows: tuple[LogView, ...]


@dataclass(frozen=True, kw_only=True)
class VerificationList:
    rows: tuple[VerificationView, ...]


def tell_logs() -> LogList:
    return LogList(rows=logs(Desk(parts().services, current_actor()), parts().accounts.log))


def tell_timeline(thing: UUID) -> TimelineView:
    return TimelineView(rows=timeline(Desk(parts().services, current_actor()), parts().accounts.log, thing))


def list_verifications() -> VerificationList:
    actor = current_actor()
    if actor.role not in READERS:
        operation = OPERATIONS["ListVerifications"].title
        raise Forbidden("identity.role_forbidden", role=actor.role.value, operation=operation)
    return VerificationList(rows=filed(parts().accounts.log))


def file_verification(command_id: UUID) -> tuple[Accepted, dict[str, str]]:
    log, clock = parts().accounts.log, parts().settings.clock
    event = file(log, clock, current_actor(), command_id, read_report(request.get_data()))
    accepted = Accepted(position=event.position, version=event.version, events=(event.type,))
    return accepted, headers_of(accepted, f"{PREFIX}/verifications")


_REPORT = {"type": "object", "required": ["events", "findings"], "description": "biaobing audit verify --json 的输出"}
_BODY = {"required": True, "content": {"application/json": {"schema": _REPORT}}}
_documented = blueprint.response(201, schema_for(Accepted), headers=POST_HEADERS)(file_verification)
_documented = keyed(document("FileVerification", parameters=POST_PARAMETERS, requestBody=_BODY)(_documented))
blueprint.route("/verifications", methods=["POST"], endpoint="FileVerification")(_documented)

for _rule, _operation, _view, _answer in (
    ("/logs", "TellLogs", tell_logs, LogList),
    ("/timeline/<uuid:thing>", "TellTimeline", tell_timeline, TimelineView),
    ("/verifications", "ListVerifications", list_verifications, VerificationList),
):
    _documented = document(_operation)(blueprint.response(200, schema_for(_answer))(_view))
    blueprint.route(_rule, endpoint=_operation)(_documented)
