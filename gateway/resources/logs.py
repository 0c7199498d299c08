"""The logs themselves: how far each reaches, and the course of a thing across them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from contracts.rpc import LogView, TimelineView
from contracts.schemas import schema_for
from gateway.chronicle import logs, timeline
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.parts import parts
from gateway.resources.conventions import PREFIX, Resource, document

blueprint = Resource("logs", __name__, url_prefix=PREFIX, description="日志")


@dataclass(frozen=True, kw_only=True)
class LogList:
    rows: tuple[LogView, ...]


def tell_logs() -> LogList:
    return LogList(rows=logs(Desk(parts().services, current_actor()), parts().accounts.log))


def tell_timeline(thing: UUID) -> TimelineView:
    return TimelineView(rows=timeline(Desk(parts().services, current_actor()), parts().accounts.log, thing))


for _rule, _operation, _view, _answer in (
    ("/logs", "TellLogs", tell_logs, LogList),
    ("/timeline/<uuid:thing>", "TellTimeline", tell_timeline, TimelineView),
):
    _documented = document(_operation)(blueprint.response(200, schema_for(_answer))(_view))
    blueprint.route(_rule, endpoint=_operation)(_documented)
