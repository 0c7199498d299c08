"""The publicity service: who may ask what of it, and how it is put together."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from uuid import UUID

import structlog

from contracts import publicity as said
from contracts.actor import Actor, Role
from contracts.errors import Problem
from contracts.nomination import NameNominees, Nominee, NomineeList
from contracts.rpc import Request, result_of
from eventlog.clock import Clock
from eventlog.codec import EventTypes, from_json, to_json
from eventlog.follower import Follower, NotNow
from eventlog.hosting.calls import CallBroken, CallFailed
from eventlog.hosting.extension import Hosted, HostedService, LogHost
from eventlog.log import EventLog
from eventlog.receiver import TRANSIENT
from services import audit_trail
from services.entrypoint import CommandRoute, Entrypoint, QueryRoute
from services.publicity import handlers, views
from services.publicity.events import PRIVATE, PUBLISHED
from services.publicity.policies import HEARD, NAME
from services.publicity.projections import PROJECTIONS
from services.publicity.projections.site import Site
from services.surroundings import Surroundings

OFFICE = frozenset({Role.OFFICE, Role.SYSTEM})
COMMANDS = (
    CommandRoute(command=said.PublishNotice, handler=handlers.publish_notice, roles=OFFICE, matter="season_id"),
    CommandRoute(command=said.CloseNotice, handler=handlers.close_notice, roles=OFFICE, matter="season_id"),
    CommandRoute(
        command=said.AdoptCalendarTable,
        handler=handlers.adopt_calendar_table,
        roles=frozenset({Role.OFFICE}),
        matter="calendar_id",
    ),
)
EVERYONE = frozenset(Role)
QUERIES = (
    QueryRoute(query=said.ShowNotice, view=views.show_notice, roles=EVERYONE),
    QueryRoute(query=said.ListExemplars, view=views.list_exemplars, roles=EVERYONE),
    QueryRoute(query=said.ListCalendarTables, view=views.list_calendar_tables, roles=EVERYONE),
)
CALL_SECONDS = 5.0
LOOK_SECONDS = 1.0


class Nominees:
    """Asks nomination who the nominees are, in publicity's own name."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._actor = Actor(account=f"system:{NAME}", role=Role.SYSTEM)

    def __call__(self, ids: Sequence[UUID]) -> Sequence[Nominee]:
        request = Request(
            operation=NameNominees.__name__,
            body=to_json(NameNominees(nomination_ids=tuple(ids))),
            token=self._around.signer.sign(self._actor, "nomination"),
            deadline=time.time() + CALL_SECONDS,
        )
        try:
            reply = self._around.calls("nomination", "ask", to_json(request))
            listed: NomineeList = from_json(NomineeList, result_of(reply))
        except (CallFailed, CallBroken, Problem) as error:
            raise NotNow(str(error)) from error
        return listed.rows


class NoticePeriods:
    """Closes notices whose period is over."""

    def __init__(self, log: EventLog, answers: Entrypoint, clock: Clock) -> None:
        self._log = log
        self._answers = answers
        self._clock = clock

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_SECONDS):
            try:
                self.close_due()
            except (Problem, *TRANSIENT) as error:
                # The office was faster, or the database is away; the next look will tell. An error that left this
                # loop would take the whole service down.
                structlog.get_logger().warning("notice not closed", reason=str(error).splitlines()[0])

    def close_due(self) -> None:
        with self._log.store.reading() as connection:
            due = views.due_notices(connection, self._clock.now())
        for season_id in due:
            self._answers.act(said.CloseNotice(season_id=season_id), key="notice period over")


def assemble(around: Surroundings) -> Hosted:
    log = around.open(NAME, EventTypes(PRIVATE, PUBLISHED), PROJECTIONS)
    subscribers = around.subscribers(log, HEARD)
    queries = [*QUERIES, *audit_trail.routes(log, subscribers)]
    answers = Entrypoint(log, around.clock, around.verifier, COMMANDS, queries)
    site = Site(around.site, around.stylesheet, Nominees(around))
    follower = Follower("site", log, site.follow)
    if not site.exists():
        follower.start_over()
    for event in log.read():
        if event.position < follower.next_position:
            site.learn(event)
    periods = NoticePeriods(log, answers, around.clock)
    return Hosted(
        log=log, answers=answers, notary=around.notary(log), loops=[around.relay(log), *subscribers, follower, periods]
    )


class PublicityService(HostedService):
    name = NAME
    hosted = LogHost(assemble)
