"""The four services put together as a process does it, on SQLite files, with real tokens and a clock that stands.

Events travel when :meth:`County.settle` asks the logs for them; nothing runs by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import MetaData

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, TokenVerifier, new_key_pair
from contracts.inspection import DrawUnits, EnrolInspector, PublishPool
from contracts.nomination import CloseNominations
from contracts.publicity import CloseNotice, PublishNotice
from contracts.review import AssignReviewers, EnrolReviewer, FixShortlist, ShowCase
from contracts.rpc import Accepted, Request, result_of
from eventlog.broker.memory import MemoryBroker
from eventlog.codec import from_json, to_json
from eventlog.event import Published
from eventlog.follower import Follower
from eventlog.hosting.calls import CallFailed
from eventlog.hosting.extension import Hosted
from eventlog.log import EventLog
from eventlog.projection import rows
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.keys import KeyFiles, ListedKey
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.notary import Notary
from eventlog.proof.publication import Publication
from eventlog.proof.witness import Witness
from eventlog.sqlite import SqliteStore
from eventlog.store import Store
from eventlog.subscriber import Subscriber
from eventlog.vault import PersonalKeys
from services.surroundings import Surroundings
from tests.services.sample import (
    NOMINATING,
    NOTICE_OVER,
    NOTICE_STARTS,
    REVIEWING,
    SEASON,
    an_id,
    points,
    sign,
    submit,
    unit,
)

SERVICES = ("nomination", "review", "publicity", "inspection")
OFFICE = Actor(account="office", role=Role.OFFICE)
LEADER = Actor(account="leader", role=Role.LEADER)
SEED = "演示公开种子"


@dataclass
class StandingClock:
    moment: datetime = NOMINATING

    def now(self) -> datetime:
        return self.moment


def sqlite_store(folder: Path, name: str) -> Store:
    return SqliteStore(folder / f"{name}.sqlite3")


@dataclass
class County:
    folder: Path
    open_store: Callable[[Path, str], Store] = sqlite_store
    clock: StandingClock = field(default_factory=StandingClock)
    hosted: dict[str, Hosted] = field(default_factory=dict)
    lasts: list[LastCheckpoints] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    """Services that answer no other service's call."""

    def open(self) -> County:
        pairs = {name: new_key_pair() for name in (GATEWAY, *SERVICES)}
        public = {name: pair[1] for name, pair in pairs.items()}
        self.signer = TokenSigner(GATEWAY, pairs[GATEWAY][0])
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        for name in SERVICES:
            around = Surroundings(
                store=self.open_store(self.folder / "logs", name),
                keys=PersonalKeys(self.folder / "personal-keys" / f"{name}.sqlite3"),
                broker=MemoryBroker(),
                clock=self.clock,
                verifier=TokenVerifier(public.get, name),
                signer=TokenSigner(name, pairs[name][0]),
                calls=self._call,
                sources=lambda source: _Source(self, source),
                notary=self._notary,
                site=self.folder / "site",
                stylesheet="",
            )
            self.hosted[name] = import_module(f"services.{name}.service").assemble(around)
        return self

    def close(self) -> None:
        for one in self.hosted.values():
            one.log.store.close()
        for last in self.lasts:
            last.close()

    def reply(self, service: str, asked: object, actor: Actor = OFFICE, **changes: Any) -> dict[str, Any]:
        """``changes`` replace parts of the request."""
        request = Request(
            operation=type(asked).__name__,
            body=to_json(asked),
            token=self.signer.sign(actor, service),
            deadline=time.time() + 60,
            command_id=str(uuid4()),
        )
        return self.send(service, "execute" if _is_command(service, asked) else "ask", to_json(request) | changes)

    def send(self, service: str, method: str, raw: dict[str, Any]) -> dict[str, Any]:
        answers = self.hosted[service].answers
        return answers.execute(raw) if method == "execute" else answers.ask(raw)

    def do(
        self,
        service: str,
        command: object,
        actor: Actor = OFFICE,
        command_id: UUID | None = None,
        expected_version: int | None = None,
    ) -> Accepted:
        changes = {"command_id": str(command_id or uuid4()), "expected_version": expected_version}
        accepted: Accepted = from_json(Accepted, result_of(self.reply(service, command, actor, **changes)))
        return accepted

    def ask(self, service: str, query: object, actor: Actor = OFFICE) -> Any:
        queries: dict[type, type] = import_module(f"contracts.{service}").QUERIES
        return from_json(queries[type(query)], result_of(self.reply(service, query, actor)))

    def settle(self) -> None:
        """Lets every service hear, and do, all there is to hear."""
        while sum(_moved(loop) for one in self.hosted.values() for loop in one.loops):
            pass

    def types(self, service: str, first: int = 0) -> list[str]:
        """The service's events from a position on, by type."""
        return [event.type for event in self.hosted[service].log.read(first)]

    def head(self, service: str) -> int:
        return self.hosted[service].log.head().next_position

    def read_models(self, service: str) -> dict[str, list[tuple[Any, ...]]]:
        log = self.hosted[service].log
        with log.store.reading() as connection:
            tables = [table for projection in log.projections for table in projection.tables]
            return {table.name: rows(connection, table) for table in tables}

    def everything(self, service: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the service's database."""
        with self.hosted[service].log.store.reading() as connection:
            found = MetaData()
            found.reflect(connection)
            return {table.name: rows(connection, table) for table in found.sorted_tables}

    def _notary(self, log: EventLog) -> Notary:
        """Nobody asks anybody: what a test wants signed or cosigned it says itself."""
        keys = KeyFiles(self.folder, log.source)
        keys.make(f"county.test/{log.source}")
        last = LastCheckpoints(self.folder / "last" / f"{log.source}.sqlite3")
        self.lasts.append(last)
        publication = Publication(self.folder / "proof" / log.source)

        def listed(name: str) -> list[ListedKey]:
            return KeyFiles(self.folder, name).listed()

        return Notary(
            publication=publication,
            witness=Witness(keys, last, lambda origin: listed(origin.rpartition("/")[2])),
            listed=listed,
            others=[name for name in SERVICES if name != log.source],
            checkpointer=Checkpointer(log, keys, last, publication),
            askers=[],
        )

    def _call(self, service: str, method: str, *arguments: Any) -> Any:
        if service in self.away:
            raise CallFailed(f"{service} 不在")
        return getattr(self.hosted[service].answers, method)(*arguments)


@dataclass(frozen=True)
class _Source:
    county: County
    name: str

    def read_published(self, first: int, limit: int) -> Sequence[Published]:
        return self.county.hosted[self.name].log.read_published(first, limit)


def _is_command(service: str, asked: object) -> bool:
    return type(asked) in import_module(f"contracts.{service}").COMMANDS


def _moved(loop: object) -> int:
    if isinstance(loop, Subscriber):
        return loop.receiver.catch_up()
    return loop.run_once() if isinstance(loop, Follower) else 0


def lose_on_the_way(county: County, nomination_id: UUID) -> None:
    """Review hears all that nomination has published, but the nomination's submission arrives damaged and is parked."""
    receiver = next(
        loop.receiver
        for loop in county.hosted["review"].loops
        if isinstance(loop, Subscriber) and loop.receiver.source_name == "nomination"
    )
    receiver.receive(
        [
            replace(one, leaf=b"damaged") if f"nomination-{nomination_id}".encode() in one.leaf else one
            for one in county.hosted["nomination"].log.read_published(receiver.next_pub_seq(), 1000)
        ]
    )


def nominated(county: County, number: int) -> list[UUID]:
    """So many nominations, two of a unit, then the phase is closed and heard of by all."""
    commands = [submit(one, 1 + one // 2) for one in range(number)]
    for command in commands:
        county.do("nomination", command)
    county.do("nomination", CloseNominations(season_id=SEASON))
    county.settle()
    return [command.nomination_id for command in commands]


def reviewer(number: int) -> Actor:
    return Actor(account=f"reviewer {number}", role=Role.REVIEWER, subject_id=an_id(f"reviewer {number}"))


def assigned(county: County, number: int) -> list[UUID]:
    """So many nominations, each with a panel of three out of six reviewers, on a day of the review phase."""
    nominations = nominated(county, number)
    for one in range(6):
        county.do("review", EnrolReviewer(reviewer_id=an_id(f"reviewer {one}"), name="评演示", unit_id=unit(one % 4)))
    county.do("review", AssignReviewers(season_id=SEASON, seed="演示种子"))
    county.clock.moment = REVIEWING
    return nominations


def scored(county: County, number: int) -> list[UUID]:
    """As assigned, and scored: the first gets 94 from everybody, each further one a point less."""
    nominations = assigned(county, number)
    for place, nomination_id in enumerate(nominations):
        _sign_all(county, nomination_id, 94 - place)
    return nominations


def tied(county: County, number: int) -> list[UUID]:
    """As assigned, and scored: all get 90 from everybody."""
    nominations = assigned(county, number)
    for nomination_id in nominations:
        _sign_all(county, nomination_id, 90)
    return nominations


def _sign_all(county: County, nomination_id: UUID, score: int) -> None:
    for one in county.ask("review", ShowCase(nomination_id=nomination_id)).reviewers:
        actor = Actor(account=f"reviewer {one}", role=Role.REVIEWER, subject_id=one)
        county.do("review", sign(nomination_id, one, points(str(score))), actor)


def on_notice(county: County, number: int = 3) -> list[UUID]:
    """As scored, and the shortlist is on public notice."""
    nominations = scored(county, number)
    county.do("review", FixShortlist(season_id=SEASON))
    county.settle()
    county.clock.moment = NOTICE_STARTS
    county.do("publicity", PublishNotice(season_id=SEASON))
    county.settle()
    return nominations


def awarded(county: County) -> list[UUID]:
    """As on notice, and the period is over."""
    nominations = on_notice(county)
    county.clock.moment = NOTICE_OVER
    county.do("publicity", CloseNotice(season_id=SEASON))
    county.settle()
    return nominations


def inspector(number: int) -> Actor:
    return Actor(account=f"inspector {number}", role=Role.INSPECTOR, subject_id=an_id(f"inspector {number}"))


def drawn(county: County) -> None:
    """Two of the four units are drawn for inspection, by four inspectors."""
    for one in range(4):
        enrol = EnrolInspector(inspector_id=an_id(f"inspector {one}"), name="检演示", unit_id=unit(one + 1))
        county.do("inspection", enrol)
    county.do("inspection", PublishPool(season_id=SEASON, seed_source="演示种子来源"))
    county.do("inspection", DrawUnits(season_id=SEASON, seed=SEED))
