"""Every code has its sentence, every sentence a use, and every use gives the facts the sentence names."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from contracts.errors import KINDS, SENTENCES, Conflict, Forbidden, Invalid, NotFound, Uncertain
from contracts.rpc import refusal, result_of

ROOT = Path(__file__).parents[2]
HOUSE = ("contracts", "services", "gateway", "deploy", "audit")
NOT_FACTS = {"code", "fields", "message"}
HAN_SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。]$")


class Use(NamedTuple):
    place: str
    code: str
    facts: frozenset[str]


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in HOUSE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def _uses() -> Iterator[Use]:
    """Where one of the four errors is made of a code; one that brings its own message needs no facts."""
    for path, tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in KINDS or not node.args:
                continue
            code, keywords = node.args[0], {keyword.arg for keyword in node.keywords}
            if isinstance(code, ast.Constant) and "message" not in keywords and None not in keywords:
                facts = frozenset(name for name in keywords - NOT_FACTS if name is not None)
                yield Use(f"{path}:{node.lineno}", str(code.value), facts)


USES = list(_uses())


def _named(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_the_search_finds_the_uses() -> None:
    assert len(USES) > 50


def test_every_code_in_the_source_has_a_sentence() -> None:
    assert [use for use in USES if use.code not in SENTENCES] == []


def test_every_use_gives_exactly_the_facts_its_sentence_names() -> None:
    assert [use for use in USES if use.facts != _named(SENTENCES[use.code])] == []


def test_every_sentence_is_used() -> None:
    words = {
        node.value
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and path != "contracts/errors.py"
    }
    own = {use.code for use in USES if use.place.startswith("contracts/errors.py")}
    of_method = {"request.invalid"}  # made by Invalid.of
    assert sorted(set(SENTENCES) - words - own - of_method) == []


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_chinese_and_whole_once_its_facts_are_told(code: str) -> None:
    told = SENTENCES[code].format(**dict.fromkeys(_named(SENTENCES[code]), "事实"))
    assert HAN_SENTENCE.search(told)


@pytest.mark.parametrize("kind", [Invalid, NotFound, Conflict, Forbidden, Uncertain])
def test_a_problem_crosses_the_wire_as_it_was(kind: type[Invalid]) -> None:
    problem = kind("unit.already_registered", name="演示单位")
    with pytest.raises(kind) as carried:
        result_of(refusal(problem))
    assert (carried.value.code, carried.value.message) == (problem.code, "单位“演示单位”已经登记。")
