"""The tree keeps the project's rules, and each rule notices what it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house.rules import BESIDE, HOUSE, RULES

ROOT = Path(__file__).parents[2]
SLEEP = "from time import sleep\n\n\ndef test_waits():\n    sleep(2)\n"
EVENT = """
from dataclasses import dataclass

@dataclass(frozen=True)
class {name}:
    nomination_id: str
    unit_id: str
    season_id: str
    opened_on: str
"""
# Rule, file to plant, its text.
PLANTED = [
    ("junk_drawers", "gateway/utils.py", ""),
    ("junk_drawers", "services/review/common/rounds.py", ""),
    ("long_files", "audit/verify_all.py", "verified = True\n" * 401),
    ("long_functions", "deploy/planted.py", "def start():\n" + "    print()\n" * 60),
    ("twins", "gateway/copied.py", EVENT.format(name="NominationSubmitted")),
    ("twins", "services/review/copied.py", EVENT.format(name="One") + EVENT.format(name="Other")),
    ("sleeping_tests", "tests/audit/test_sleepy.py", SLEEP),
    ("sleeping_tests", "tests/audit/test_sleepy.py", SLEEP.replace("sleep(2)", "eventlet.sleep(0.1)")),
    ("environment_readers", "gateway/proxy.py", "import os\n\nhost = os.environ['BIAOBING_HTTP_HOST']\n"),
    ("environment_readers", "gateway/proxy.py", "from os import getenv\n"),
    ("foreign_contracts", "contracts/season.py", "from sqlalchemy import Table\n"),
    ("foreign_contracts", "contracts/season.py", "def late():\n    import eventlog.stream\n"),
    ("unreasoned_exemptions", "audit/leaf.py", "import os  # noqa: F401\n"),
    ("unreasoned_exemptions", "audit/leaf.py", "size: int = 'x'  # type: ignore\n"),
    ("packages_of_tests", "tests/eventlog/__init__.py", ""),
]
ALLOWED = [
    ("sleeping_tests", "tests/audit/test_yields.py", "import eventlet\n\neventlet.sleep(0)\n"),
    ("environment_readers", "tests/audit/test_address.py", "import os\n\nos.environ['BIAOBING_TEST_BROKER_URL']\n"),
    ("unreasoned_exemptions", "audit/leaf.py", "import os  # noqa: F401 -- its import is its effect\n"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for folder in HOUSE + BESIDE:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _found_with(tree: Path, rule: str, path: str, text: str) -> set[str]:
    """What the rule finds in the tree only when the file is planted in it."""
    before = set(RULES[rule](tree))
    planted = tree / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    with planted.open("x", encoding="utf-8") as file:
        file.write(text)
    try:
        return set(RULES[rule](tree)) - before
    finally:
        planted.unlink()


@pytest.mark.parametrize("name", RULES)
def test_tree_keeps(name: str) -> None:
    assert list(RULES[name](ROOT)) == []


@pytest.mark.parametrize(("name", "path", "text"), PLANTED, ids=[f"{rule}-{path}" for rule, path, _ in PLANTED])
def test_rule_notices(tree: Path, name: str, path: str, text: str) -> None:
    found = _found_with(tree, name, path, text)
    assert len(found) == 1
    assert path.removesuffix("/rounds.py") in found.pop()


@pytest.mark.parametrize(("name", "path", "text"), ALLOWED, ids=[f"{rule}-{path}" for rule, path, _ in ALLOWED])
def test_rule_lets_pass(tree: Path, name: str, path: str, text: str) -> None:
    assert _found_with(tree, name, path, text) == set()
