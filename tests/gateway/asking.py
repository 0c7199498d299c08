"""Short ways for tests to call the API and read a page."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.conftest import PASSWORD

API = "/api/v1"


def post(
    client: FlaskClient,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    account: str = "office",
    key: str | None = "key-0001",
    headers: dict[str, str] | None = None,
) -> TestResponse:
    sent = dict(headers or {})
    if key is not None:
        sent["Idempotency-Key"] = key
    return client.post(API + path, json=body or {}, headers=sent, auth=(account, PASSWORD))


def get(client: FlaskClient, path: str, *, account: str = "office") -> TestResponse:
    return client.get(API + path, auth=(account, PASSWORD))


def page(client: FlaskClient, address: str, *, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def found(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    """The first element that fits; a page without one fails here."""
    element = soup.select_one(selector)
    assert element is not None, selector
    return element


def fields_of(soup: BeautifulSoup) -> dict[str, str]:
    """The hidden and typed fields of the page's own form, as a browser would send them back."""
    form = found(soup, "main form[method=post]")
    sent: dict[str, str] = {}
    for element in form.select("input[name], textarea[name], select[name]"):
        if element.get("type") == "radio" and not element.has_attr("checked"):
            continue
        value = element.text if element.name == "textarea" else element.get("value", "")
        sent[str(element["name"])] = str(value)
    return sent
