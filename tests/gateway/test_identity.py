from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.actor import Role
from contracts.errors import Conflict, Invalid
from eventlog.codec import to_json
from eventlog.sqlite import SqliteStore
from gateway.accounts import Accounts
from gateway.identity import COOKIE
from gateway.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS
from gateway.throttle import FREE_TRIES, LONGEST_SECONDS, STRANGERS_A_MINUTE
from tests.gateway.asking import API, fields_of, get, page
from tests.gateway.conftest import PASSWORD, Clocks
from tests.gateway.guessing import guessed_at_once
from tests.gateway.stand_in import StandIn

SignedIn = Callable[[str], FlaskClient]


def types_in(accounts: Accounts) -> list[str]:
    return [event.type for event in accounts.log.read()]


def attempt(client: FlaskClient, account: str, password: str) -> int:
    here = {"Sec-Fetch-Site": "same-origin"}
    return client.post("/sign-in", data={"account": account, "password": password}, headers=here).status_code


def test_signing_in_leads_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    turned_away = client.get("/nominations?kind=新典型")
    assert turned_away.status_code == 303
    sent = fields_of(page(client, turned_away.headers["Location"]))
    answer = client.post("/sign-in", data=sent | {"account": "office", "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


ELSEWHERE = [
    "https://example.org/", "//example.org", "/\\example.org", "example.org", "/\t/example.org", "/\n/example.org",
    "/\r\n/example.org", "/units\nSet-Cookie: theme=large", "/units\x00", "/units\x7f", "/units\u2028", "/a\\b",
    " /units", "/uni ts", "///example.org", "", "?a=b",
]  # fmt: skip
"""Where a browser, which drops tabs and newlines and takes a backslash for a slash, might leave our site for."""


@pytest.mark.parametrize("address", ELSEWHERE, ids=ascii)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, address: str) -> None:
    sent = {"account": "office", "password": PASSWORD, "next": quote(address)}
    kind = "application/x-www-form-urlencoded"
    answer = client.post("/sign-in", data="&".join(f"{name}={text}" for name, text in sent.items()), content_type=kind)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("address", ELSEWHERE, ids=ascii)
def test_choosing_a_theme_never_leads_to_another_site(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/theme/large?back={quote(address)}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("address", ["/", "/nominations?kind=新典型&search=%E7%8E%8B", "/cases/1#place"])
def test_signing_in_leads_to_any_address_of_ours(client: FlaskClient, address: str) -> None:
    answer = client.post("/sign-in", data={"account": "office", "password": PASSWORD, "next": address})
    assert unquote(answer.headers["Location"]) == unquote(address)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"account": "office", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_database_does_not_hold_what_the_cookie_holds(client: FlaskClient, accounts: Accounts) -> None:
    client.post("/sign-in", data={"account": "office", "password": PASSWORD})
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    with accounts.log.store.reading() as connection:
        row = connection.exec_driver_sql("SELECT digest FROM session").scalar_one()
    assert row != cookie.value
    assert len(row) == 64


def test_a_session_ends_after_half_an_hour_of_nothing(signed_in: SignedIn, clocks: Clocks) -> None:
    client = signed_in("office")
    for _ in range(3):
        clocks.seconds += IDLE_SECONDS - 10
        assert client.get("/units").status_code == 200
    clocks.seconds += IDLE_SECONDS + 61
    assert client.get("/units").status_code == 303


def test_a_session_ends_after_eight_hours_whatever_one_does(signed_in: SignedIn, clocks: Clocks) -> None:
    client = signed_in("office")
    began = clocks.seconds
    while clocks.seconds + IDLE_SECONDS / 2 <= began + ABSOLUTE_SECONDS:
        clocks.seconds += IDLE_SECONDS / 2
        assert client.get("/units").status_code == 200
    clocks.seconds = began + ABSOLUTE_SECONDS + 1
    assert client.get("/units").status_code == 303


def test_signing_out_ends_the_session_on_the_server(signed_in: SignedIn) -> None:
    client = signed_in("office")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    soup = page(client, "/")
    token = soup.select_one("form[action='/sign-out'] input[name=form_token]")
    assert token is not None
    client.post("/sign-out", data={"form_token": token["value"]})
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/units").status_code == 303


def test_signing_in_again_gives_another_session_and_ends_the_first(signed_in: SignedIn) -> None:
    client = signed_in("office")
    first = client.get_cookie(COOKIE)
    client.post("/sign-in", data={"account": "office", "password": PASSWORD})
    second = client.get_cookie(COOKIE)
    assert first is not None
    assert second is not None
    assert first.value != second.value
    client.set_cookie(COOKIE, first.value)
    assert client.get("/units").status_code == 303


def test_a_wrong_password_and_an_unknown_account_are_told_alike(client: FlaskClient) -> None:
    wrong = client.post("/sign-in", data={"account": "office", "password": "not-the-password"})
    unknown = client.post("/sign-in", data={"account": "offiec", "password": "not-the-password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("office", "offiec") == unknown.text
    assert "账号或口令不对" in wrong.text


def test_guessing_gets_slower_and_nobody_is_locked_out_for_good(client: FlaskClient, clocks: Clocks) -> None:
    for _ in range(FREE_TRIES):
        assert attempt(client, "office", "guess-guess") == 401
    assert attempt(client, "office", PASSWORD) == 429
    clocks.seconds += 2
    assert attempt(client, "office", "guess-guess") == 401
    clocks.seconds += 2
    assert attempt(client, "office", "guess-guess") == 429
    for _ in range(30):
        clocks.seconds += LONGEST_SECONDS
        assert attempt(client, "office", "guess-guess") == 401
    clocks.seconds += LONGEST_SECONDS
    assert attempt(client, "office", PASSWORD) == 303
    assert attempt(client, "office", "guess-guess") == 401


def test_yesterday_s_guessing_of_a_stranger_does_not_slow_today_s_slip(client: FlaskClient, clocks: Clocks) -> None:
    for _ in range(20):
        assert attempt(client, "office", "guess-guess") in {401, 429}
        clocks.seconds += LONGEST_SECONDS
    assert attempt(client, "office", "guess-guess") == 401
    clocks.seconds += 8 * 3600
    assert attempt(client, "office", "guess-guess") == 401
    assert attempt(client, "office", PASSWORD) == 303


def test_names_nobody_has_share_a_limit_and_others_are_let_in_meanwhile(client: FlaskClient, clocks: Clocks) -> None:
    clocks.seconds = clocks.seconds // 60 * 60
    tries = [attempt(client, f"stranger-{number}", "guess-guess") for number in range(STRANGERS_A_MINUTE + 5)]
    assert tries == [401] * STRANGERS_A_MINUTE + [429] * 5
    refused = client.post("/sign-in", data={"account": "another", "password": "guess-guess"})
    assert "请 60 秒后再试" in refused.text
    assert attempt(client, "office", PASSWORD) == 303
    clocks.seconds += 60
    assert attempt(client, "another", "guess-guess") == 401


def test_strangers_fill_the_log_by_one_event_a_minute(client: FlaskClient, accounts: Accounts, clocks: Clocks) -> None:
    before = len(types_in(accounts))
    for minute in range(3):
        for number in range(10):
            assert attempt(client, f"stranger-{minute}-{number}", "guess-guess") == 401
        clocks.seconds += 60
    assert types_in(accounts)[before:] == ["SignInRefused"] * 3


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(tmp_path: Path, clocks: Clocks) -> None:
    assert guessed_at_once(SqliteStore(tmp_path / "at-once.sqlite"), clocks) == FREE_TRIES


def test_a_program_s_first_calls_at_once_are_all_let_in(app: Flask, accounts: Accounts) -> None:
    before = len(types_in(accounts))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: get(app.test_client(), "/units").status_code, range(8)))
    assert answers == [200] * 8
    assert types_in(accounts)[before:] == ["SignedIn"]


def test_the_api_slows_guessing_down_too_and_says_for_how_long(client: FlaskClient) -> None:
    for _ in range(FREE_TRIES):
        assert client.get(f"{API}/units", auth=("office", "guess-guess")).status_code == 401
    answer = client.get(f"{API}/units", auth=("office", "guess-guess"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert get(client, "/units", account="leader").status_code == 200


def test_who_signed_in_stands_in_the_log_and_no_password_does(client: FlaskClient, accounts: Accounts) -> None:
    opened = types_in(accounts)
    attempt(client, "office", "a-wrong-password")
    attempt(client, "my-password-typed-as-account", "x")
    attempt(client, "office", PASSWORD)
    events = list(accounts.log.read(len(opened)))
    assert [event.type for event in events] == ["SignInRefused", "SignInRefused", "SignedIn"]
    told = [to_json(event.data) for event in accounts.log.read()]
    assert not any(secret in str(told) for secret in (PASSWORD, "a-wrong-password", "my-password-typed-as-account"))


def test_a_program_proves_itself_once_in_a_while_not_at_every_call(client: FlaskClient, accounts: Accounts) -> None:
    before = len(types_in(accounts))
    for _ in range(5):
        assert get(client, "/units").status_code == 200
    assert types_in(accounts)[before:] == ["SignedIn"]


def test_an_account_is_opened_once_and_needs_a_password_of_eight_characters(accounts: Accounts) -> None:
    with pytest.raises(Conflict, match=r"identity\.account_exists"):
        accounts.open_account("office", PASSWORD, Role.OFFICE, None)
    with pytest.raises(Invalid):
        accounts.open_account("office-2", "short", Role.OFFICE, None)


@pytest.mark.parametrize("role", [Role.UNIT, Role.REVIEWER, Role.INSPECTOR], ids=lambda role: role.name)
def test_an_account_that_acts_for_somebody_is_not_opened_without_saying_for_whom(
    accounts: Accounts, role: Role
) -> None:
    before = types_in(accounts)
    with pytest.raises(Invalid, match=r"identity\.subject_missing") as refused:
        accounts.open_account("nobody's", PASSWORD, role, None)
    assert role.value in refused.value.message
    assert types_in(accounts) == before
    assert accounts.actor("nobody's") is None


def test_accounts_are_a_function_of_the_log(accounts: Accounts) -> None:
    before = accounts.accounts_by_subject()
    with accounts.log.store.writing() as connection:
        connection.exec_driver_sql("UPDATE projection SET version = 0")
    accounts.log.open()
    assert accounts.accounts_by_subject() == before
    assert len(before) == 3


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://example.org"}, {}],
)
def test_what_another_site_sends_in_ones_name_is_refused(
    signed_in: SignedIn, stand_in: StandIn, headers: dict[str, str]
) -> None:
    client = signed_in("office")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    answer = client.post(
        f"{API}/units",
        json={"name": "白鹤镇", "sector": "综合", "level": "乡镇"},
        headers={"Idempotency-Key": "key-0001", **headers},
    )
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "request.foreign_origin"
    assert stand_in.executed == []


def test_our_own_pages_may_use_the_api_with_the_session(signed_in: SignedIn) -> None:
    answer = signed_in("office").post(
        f"{API}/units",
        json={"name": "白鹤镇", "sector": "综合", "level": "乡镇"},
        headers={"Idempotency-Key": "key-0001"},
    )
    assert answer.status_code == 201


def test_a_form_without_its_token_does_nothing(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    sent = fields_of(page(client, "/units/new")) | {"name": "白鹤镇", "sector": "综合", "level": "乡镇"}
    assert client.post("/units/new", data=sent | {"form_token": "guess"}).status_code == 403
    assert stand_in.executed == []
    assert client.post("/units/new", data=sent).status_code == 303


def test_every_answer_forbids_scripts_frames_and_things_from_elsewhere(client: FlaskClient) -> None:
    for address in ("/sign-in", "/api/docs", "/static/style.css", "/nowhere", f"{API}/units", "/public/"):
        headers = client.get(address, buffered=True).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_public_pages_need_nobody_signed_in_and_stay_in_their_folder(client: FlaskClient) -> None:
    assert "榜样" in client.get("/public/", buffered=True).text
    assert client.get("/public/../gateway.sqlite").status_code == 404
    assert client.get("/public/%2e%2e/gateway.sqlite").status_code == 404
