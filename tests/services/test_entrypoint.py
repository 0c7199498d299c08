"""The way in: who asks, until when, for what; denied unless a table of routes allows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from contracts.actor import GATEWAY, Actor, Role, TokenSigner, TokenVerifier, new_key_pair
from contracts.errors import Forbidden, NotFound, Problem
from contracts.inspection import ListInspections
from contracts.nomination import (
    DeclineToNominate,
    ListNominations,
    ListUnits,
    NameNominees,
    NominationPage,
    RegisterUnit,
    ShowNomination,
    UnitRegistered,
)
from contracts.review import ListCases, ShowCase
from contracts.rpc import QUERIES as EVERY_SERVICE
from contracts.rpc import Request, TellTimeline, TimelineView, result_of
from eventlog.codec import from_json, to_json
from eventlog.event import Provenance
from eventlog.log import Appended, Transaction
from eventlog.stream import StreamName
from services.entrypoint import CommandRoute, Entrypoint
from tests.services.county import OFFICE, SERVICES, County, assigned, awarded, drawn
from tests.services.sample import HONOUR, OPEN_SEASON, SEASON, an_id, form, submit, unit
from tests.waiting import until

ROUTES = [
    (service, route)
    for service in SERVICES
    for table in ("COMMANDS", "QUERIES")
    for route in getattr(import_module(f"services.{service}.service"), table)
]
DENIED = [(service, route, role) for service, route in ROUTES for role in Role if role not in route.roles]


@pytest.fixture(scope="module")
def quiet_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """For what is refused before anything is looked at; it is never changed."""
    county = County(tmp_path_factory.mktemp("county")).open()
    county.do("nomination", OPEN_SEASON)
    stood = {service: county.everything(service) for service in SERVICES}
    yield county
    assert {service: county.everything(service) for service in SERVICES} == stood
    county.close()


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_and_query_of_the_contract_has_one_route(service: str) -> None:
    contract, module = import_module(f"contracts.{service}"), import_module(f"services.{service}.service")
    assert sorted(route.command.__name__ for route in module.COMMANDS) == sorted(
        one.__name__ for one in contract.COMMANDS
    )
    assert sorted(route.query.__name__ for route in module.QUERIES) == sorted(one.__name__ for one in contract.QUERIES)


def _asked(route: Any) -> str:
    kind: type = vars(route).get("command") or route.query
    return kind.__name__


@pytest.mark.parametrize(
    ("service", "route", "role"),
    DENIED,
    ids=[f"{role.name}-{_asked(route)}" for _, route, role in DENIED],
)
def test_every_route_refuses_every_role_not_in_it(quiet_county: County, service: str, route: Any, role: Role) -> None:
    """Before it looks at the content: who may not act learns nothing about what would be wrong with it."""
    raw = {
        "operation": _asked(route),
        "body": {},
        "token": quiet_county.signer.sign(Actor(account="somebody", role=role, subject_id=unit(1)), service),
        "deadline": time.time() + 60,
        "command_id": str(uuid4()),
        "expected_version": None,
    }
    problem = quiet_county.send(service, "execute" if hasattr(route, "command") else "ask", raw)["problem"]
    assert (problem["kind"], problem["code"]) == ("Forbidden", "identity.role_forbidden")
    assert role.value in problem["message"]


def test_a_unit_acts_for_itself_alone_and_the_office_for_any(county: County) -> None:
    own = Actor(account="unit 1", role=Role.UNIT, subject_id=unit(1))
    county.do("nomination", submit(0), own)
    stood = county.everything("nomination")
    for command in (submit(1, 2), DeclineToNominate(season_id=SEASON, unit_id=unit(2))):
        with pytest.raises(Forbidden, match=r"identity\.not_own"):
            county.do("nomination", command, own)
    assert county.everything("nomination") == stood
    county.do("nomination", submit(1, 2))


def test_a_unit_reads_its_own_nominations_alone_whatever_it_asks(county: County) -> None:
    county.do("nomination", submit(0))
    county.do("nomination", submit(1, 2))
    own = Actor(account="unit 1", role=Role.UNIT, subject_id=unit(1))
    for query in (ListNominations(season_id=SEASON), ListNominations(season_id=SEASON, unit_id=unit(2))):
        page: NominationPage = county.ask("nomination", query, own)
        assert [row.unit_id for row in page.rows] == [unit(1)]
    with pytest.raises(Forbidden, match=r"identity\.not_own"):
        county.ask("nomination", ShowNomination(nomination_id=an_id("nomination 1")), own)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.name)
def test_deeds_are_read_by_those_who_need_them_and_by_the_unit_that_wrote_them(county: County, role: Role) -> None:
    commands = [submit(0), submit(1, 2)]
    for command in commands:
        county.do("nomination", command)
    query = NameNominees(nomination_ids=tuple(command.nomination_id for command in commands))
    actor = Actor(account="somebody", role=role, subject_id=unit(1))
    rows = {row.unit_id: row for row in county.ask("nomination", query, actor).rows}
    wrote = form(1)
    whole = rows[unit(2)].gender, rows[unit(2)].ethnicity, rows[unit(2)].deeds
    assert whole == (("", "", "") if role in {Role.UNIT, Role.INSPECTOR} else ("女", wrote.ethnicity, wrote.deeds))
    assert (rows[unit(1)].deeds == form(0).deeds) == (role is not Role.INSPECTOR)
    for row, told in ((rows[unit(1)], form(0)), (rows[unit(2)], wrote)):
        assert (row.name, row.workplace, row.position, row.title) == (
            told.name, told.workplace, told.position, told.title,
        )  # fmt: skip


def test_an_account_that_stands_for_nobody_reads_nobody_s_nominations_cases_or_inspections(county: County) -> None:
    (nomination_id, _) = assigned(county, 2)
    drawn(county)
    assert county.ask("inspection", ListInspections(season_id=SEASON)).rows != ()
    for role, service, query in (
        (Role.UNIT, "nomination", ListNominations(season_id=SEASON)),
        (Role.REVIEWER, "review", ListCases(season_id=SEASON)),
        (Role.INSPECTOR, "inspection", ListInspections(season_id=SEASON)),
    ):
        assert county.ask(service, query, Actor(account="x", role=role)).rows == ()
    with pytest.raises(Forbidden, match=r"identity\.not_own"):
        county.ask("nomination", ShowNomination(nomination_id=nomination_id), Actor(account="x", role=Role.UNIT))
    with pytest.raises(NotFound, match=r"case\.not_found"):
        county.ask("review", ShowCase(nomination_id=nomination_id), Actor(account="x", role=Role.REVIEWER))


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_of_nominations_cover_everything_once(county: County, limit: int) -> None:
    commands = [submit(number, 1 + number // 2) for number in range(5)]
    for command in commands:
        county.do("nomination", command)
    seen, after = [], None
    while True:
        page = county.ask("nomination", ListNominations(season_id=SEASON, limit=limit, after=after))
        seen += [row.nomination_id for row in page.rows]
        if (after := page.following) is None:
            break
    assert sorted(seen) == sorted(command.nomination_id for command in commands)


@pytest.mark.parametrize("typed", ["阿卜杜热合曼·买买提", "阿卜杜热合曼\u2022买买提", "买买提"])
def test_x08_s14_either_interpunct_finds_the_person(county: County, typed: str) -> None:
    county.do("nomination", submit(0, name="阿卜杜热合曼\u2022买买提"))
    county.do("nomination", submit(1))
    (row,) = county.ask("nomination", ListNominations(season_id=SEASON, search=typed)).rows
    assert row.name == "阿卜杜热合曼·买买提"


@pytest.mark.parametrize("wildcard", ["%", "_", "\\"])
def test_a_search_takes_no_wildcards(county: County, wildcard: str) -> None:
    county.do("nomination", submit(0))
    assert county.ask("nomination", ListNominations(season_id=SEASON, search=wildcard)).rows == ()


def test_an_expired_deadline_refuses_and_changes_nothing(county: County) -> None:
    stood = county.everything("nomination")
    problem = county.reply("nomination", submit(0), deadline=time.time() - 0.001)["problem"]
    assert (problem["kind"], problem["code"]) == ("Conflict", "request.expired")
    assert county.everything("nomination") == stood


def test_a_command_that_waited_past_its_deadline_refuses_and_changes_nothing_i12(county: County) -> None:
    stood = county.everything("nomination")
    deadline = time.time() + 0.3
    begun = threading.Event()

    def hold() -> None:
        with county.hosted["nomination"].log.store.writing():
            begun.set()
            until(lambda: time.time() > deadline, within=10, what="the deadline")

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    problem = county.reply("nomination", submit(0), deadline=deadline)["problem"]
    holder.join()
    assert (problem["kind"], problem["code"]) == ("Conflict", "request.expired")
    assert county.everything("nomination") == stood


def _changed(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = to_json(submit(0))
    return whole | {"form": whole["form"] | changes}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (_changed(rang=1), [("/form/rang", "unknown_field")]),
        (_changed(rank_in_unit="1"), [("/form/rank_in_unit", "wrong_type")]),
        (_changed(rank_in_unit=0), [("/form/rank_in_unit", "range")]),
        (_changed(name="赵" * 51), [("/form/name", "length")]),
        (_changed(deeds="字" * 20_001), [("/form/deeds", "length")]),
        (_changed(birth_month="1985-13"), [("/form/birth_month", "pattern")]),
        (_changed(gender="其他"), [("/form/gender", "wrong_choice")]),
        (_changed(frontline="yes"), [("/form/frontline", "wrong_type")]),
        (_changed(decided_on="3月20日"), [("/form/decided_on", "wrong_type")]),
        (_changed(honours=[to_json(HONOUR)] * 21), [("/form/honours", "items")]),
        (_changed(honours="无"), [("/form/honours", "wrong_type")]),
        (_changed(name="赵\x00演示"), [("/form/name", "characters")]),
        (_changed(title="演示\n事迹"), [("/form/title", "characters")]),
        (_changed(workplace="演示\x85单位"), [("/form/workplace", "characters")]),
        (_changed(deeds="演示\x1b[2J"), [("/form/deeds", "characters")]),
        (
            _changed(deeds="演示\ud800", contact="\udfff" * 5),
            [("/form/contact", "characters"), ("/form/deeds", "characters")],
        ),
        (_changed(title=None, contact=5), [("/form/contact", "wrong_type"), ("/form/title", "required")]),
        ({}, [(f"/{name}", "required") for name in ("form", "nomination_id", "season_id", "unit_id")]),
    ],
    ids=lambda value: ascii(value)[-60:],
)
def test_every_fault_of_a_body_is_named_with_its_place(
    quiet_county: County, body: object, faults: list[tuple[str, str]]
) -> None:
    problem = quiet_county.reply("nomination", submit(0), body=body)["problem"]
    found = [(pointer, code) for pointer, code, _ in sorted(problem["fields"]) if pointer.count("/") < 3]
    assert (problem["code"], found) == ("request.invalid", faults)
    assert all(message for _, _, message in problem["fields"])


@pytest.mark.parametrize("months", [0, 121, 2**60])
def test_a_season_whose_follow_ups_no_calendar_holds_is_refused(quiet_county: County, months: int) -> None:
    body = to_json(OPEN_SEASON)
    body["rules"]["follow_up_months"] = [3, months]
    problem = quiet_county.reply("nomination", OPEN_SEASON, body=body)["problem"]
    assert [field[:2] for field in problem["fields"]] == [["/rules/follow_up_months/1", "range"]]


def test_a_text_of_several_lines_keeps_its_lines_and_tabs(county: County) -> None:
    deeds = "第一段。\r\n\t第二段。\n第三段𬭊。"
    command = submit(0, deeds=deeds)
    county.do("nomination", command)
    view = county.ask("nomination", ShowNomination(nomination_id=command.nomination_id))
    assert view.form.deeds == deeds


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"operation": "DropEverything"}, "Invalid", "request.unknown_operation"),
        ({"operation": "ListUnits"}, "Invalid", "request.unknown_operation"),
        ({"command_id": None}, "Invalid", "request.key_missing"),
        ({"command_id": "not a uuid"}, "Invalid", "request.unreadable"),
        ({"deadline": "soon"}, "Invalid", "request.unreadable"),
        ({"expected_version": "1"}, "Invalid", "request.unreadable"),
        ({"body": []}, "Invalid", "request.unreadable"),
        ({"operation": 5}, "Invalid", "request.unreadable"),
        ({"token": None}, "Invalid", "request.unreadable"),
        ({"token": ""}, "Forbidden", "identity.token_invalid"),
    ],
    ids=str,
)
def test_a_request_that_is_none_is_told_so(quiet_county: County, changes: dict[str, Any], kind: str, code: str) -> None:
    problem = quiet_county.reply("nomination", submit(0), **changes)["problem"]
    assert (problem["kind"], problem["code"]) == (kind, code)


def test_a_query_is_not_executed_nor_a_command_asked(quiet_county: County) -> None:
    request = {
        "operation": "SubmitNomination",
        "body": to_json(submit(0)),
        "token": quiet_county.signer.sign(OFFICE, "nomination"),
        "deadline": time.time() + 60,
        "command_id": str(uuid4()),
        "expected_version": None,
    }
    assert quiet_county.send("nomination", "ask", request)["problem"]["code"] == "request.unknown_operation"


def test_the_course_of_a_nomination_is_told_without_a_name(county: County) -> None:
    nominations = awarded(county)
    told = ""
    for service in SERVICES:
        reply = county.reply(service, TellTimeline(thing=nominations[0]))
        view: TimelineView = from_json(EVERY_SERVICE[TellTimeline], result_of(reply))
        assert [row.position for row in view.rows] == sorted(row.position for row in view.rows)
        told += repr(view)
    assert "NominationFiled" in told
    assert "ExemplarPublished" in told
    shown = form(0)
    assert [one for one in (shown.name, shown.deeds, shown.birth_month) if one in told] == []


def test_a_command_whose_event_would_be_too_large_is_told_what_to_do(quiet_county: County) -> None:
    """No command of today comes near; the route of another day's is."""

    def record(command: RegisterUnit, tx: Transaction, by: Provenance) -> Appended:
        whole = replace(command, name=command.name * 8000)
        registered = UnitRegistered(unit_id=whole.unit_id, name=whole.name, sector="农业", level="乡镇")
        return tx.append(StreamName("unit", whole.unit_id), [registered], -1, by)

    pair = new_key_pair()
    route = CommandRoute(command=RegisterUnit, handler=record, roles=frozenset({Role.OFFICE}), matter="unit_id")
    verifier = TokenVerifier({GATEWAY: pair[1]}.get, "nomination")
    door = Entrypoint(quiet_county.hosted["nomination"].log, quiet_county.clock, verifier, [route], [])
    request = Request(
        operation="RegisterUnit",
        body=to_json(RegisterUnit(unit_id=uuid4(), name="演示乡", sector="农业", level="乡镇")),
        token=TokenSigner(GATEWAY, pair[0]).sign(OFFICE, "nomination"),
        deadline=time.time() + 60,
        command_id=str(uuid4()),
    )
    with pytest.raises(Problem, match="超过一个事件能放下的"):
        result_of(door.execute(to_json(request)))


def test_a_timeline_is_for_staff(quiet_county: County) -> None:
    for role in set(Role) - {Role.OFFICE, Role.LEADER, Role.AUDITOR}:
        with pytest.raises(Problem, match=r"identity\.role_forbidden"):
            result_of(quiet_county.reply("nomination", TellTimeline(thing=SEASON), Actor(account="x", role=role)))


def test_everybody_may_know_the_units(quiet_county: County) -> None:
    for role in Role:
        assert quiet_county.ask("nomination", ListUnits(), Actor(account="x", role=role)).rows == ()
