from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.desk import CONTRACTS
from tests.gateway.asking import page

COMMITTED = Path("docs/openapi.json")
FORBIDDEN_WORDS = ("check-in", "checkin", "likes", "votes", "points", "leaderboard", "ranking", "online", "reads")


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(client.get("/api/openapi.json").data)
    return document


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for item in described["paths"].values()
        for method, operation in item.items()
        if method in {"get", "post"}
    }


def test_the_description_is_openapi_31(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(described).validate()


def test_the_committed_description_is_the_served_one(described: dict[str, Any]) -> None:
    """To renew it: python -m gateway.openapi > docs/openapi.json"""
    assert json.loads(COMMITTED.read_text("utf-8")) == described


def test_every_command_and_query_of_the_contracts_has_its_operation(described: dict[str, Any]) -> None:
    wanted = {kind.__name__ for module in CONTRACTS.values() for kind in (*module.COMMANDS, *module.QUERIES)}
    assert wanted <= operations(described).keys()


def test_every_operation_is_named_in_chinese_and_every_post_asks_for_a_key(described: dict[str, Any]) -> None:
    for name, operation in operations(described).items():
        assert any("一" <= character <= "鿿" for character in operation["summary"]), name
    for item in described["paths"].values():
        if "post" in item:
            headers = {one["name"]: one["required"] for one in item["post"]["parameters"] if one["in"] == "header"}
            assert headers == {"Idempotency-Key": True, "If-Match": False}


def test_labels_and_limits_of_the_contracts_stand_in_the_description(described: dict[str, Any]) -> None:
    name = described["components"]["schemas"]["NominationForm"]["properties"]["name"]
    assert (name["title"], name["minLength"], name["maxLength"]) == ("姓名", 1, 50)


def test_g10_nothing_counts_clicks_ranks_people_or_asks_for_check_ins(described: dict[str, Any]) -> None:
    assert [path for path in described["paths"] for word in FORBIDDEN_WORDS if word in path] == []


def test_the_documentation_page_names_every_operation_and_every_problem_code(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    soup: BeautifulSoup = page(client, "/api/docs")
    ids = {str(element["id"]) for element in soup.select("[id]")}
    assert operations(described).keys() <= ids
    assert {"season.not_found", "request.key_missing", "service.unavailable"} <= ids
