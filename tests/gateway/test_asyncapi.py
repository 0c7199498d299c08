"""The description of what is published, held against what is published."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from audit.copies.folder import open_copies
from gateway.asyncapi import describe
from gateway.desk import CONTRACTS
from tests.audit.campaign import play

COMMITTED = Path("docs/asyncapi.json")


@pytest.fixture(scope="module")
def leaves(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Every published leaf of a small campaign."""
    folder = tmp_path_factory.mktemp("campaign")
    play(folder)
    copies = open_copies(folder)
    return [json.loads(row.leaf) for one in copies for row in one.rows() if row.pub_seq is not None]


def judge(message: str) -> Draft202012Validator:
    document = describe()
    schema = {**document["components"]["messages"][message]["payload"], "components": document["components"]}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*(references(value) for value in part.values()))
    return set().union(*(references(value) for value in part)) if isinstance(part, list) else set()


def test_the_committed_description_is_the_generated_one() -> None:
    """To renew it: python -m gateway.asyncapi > docs/asyncapi.json"""
    assert json.loads(COMMITTED.read_text("utf-8")) == describe()


def test_every_published_event_is_a_message_of_its_service_s_channel() -> None:
    channels = {name: set(channel["messages"]) for name, channel in describe()["channels"].items()}
    assert channels == {name: {kind.__name__ for kind in module.PUBLISHES} for name, module in CONTRACTS.items()}


def test_every_reference_leads_somewhere() -> None:
    document = describe()
    for reference in references(document):
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert found, reference


def test_what_a_campaign_publishes_is_as_described(leaves: list[Any]) -> None:
    for leaf in leaves:
        judge(leaf["e"]["type"]).validate(leaf)
    assert len(Counter(leaf["e"]["type"] for leaf in leaves)) > 10


@pytest.mark.parametrize("wrong", ["another type's name", "a field nobody knows", "no clock"])
def test_what_is_not_as_described_is_told(leaves: list[Any], wrong: str) -> None:
    leaf = copy.deepcopy(next(leaf for leaf in leaves if leaf["e"]["type"] == "NominationSubmitted"))
    if wrong == "another type's name":
        leaf["e"]["type"] = "AwardDecided"
    elif wrong == "a field nobody knows":
        leaf["e"]["data"]["name"] = "演示"
    else:
        del leaf["h"]
    with pytest.raises(ValidationError):
        judge("NominationSubmitted").validate(leaf)
