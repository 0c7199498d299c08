"""The planted bugs fit the tree as it is, and a bug that nobody notices is not called caught."""

from __future__ import annotations

import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.mutants.planted import ROOT, Planted, Witness, planted
from tests.mutants.trial import Verdict, copy_tree, try_out

NUMBERS = [*range(1, 14), 18, *range(20, 25), 29]
"""Of the list of bugs worth planting; the others need a running campaign."""
FILE = "eventlog/canonical.py"
TEST = "tests/eventlog/test_canonical.py::test_a_leaf_hash_is_rfc_6962s"


def test_every_bug_of_the_list_is_planted_once() -> None:
    assert [int(one.name[1:3]) for one in planted()] == NUMBERS


@pytest.mark.parametrize("one", planted(), ids=lambda one: one.name)
def test_the_patch_still_applies(one: Planted) -> None:
    assert one.apply(ROOT, "--check") == ""
    assert one.what
    assert one.witnesses


def test_every_patch_names_tests_there_are() -> None:
    named = {witness.test for one in planted() for witness in one.witnesses}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *sorted(named)]
    collected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert collected.returncode == 0, collected.stdout + collected.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tree(tmp_path_factory.mktemp("planted") / "tree")


def tried(tree: Path, folder: Path, old: str, new: str, test: str = TEST, says: str = "assert") -> Verdict:
    """A bug made of the replacement, and one test that is to notice it."""
    sound = (ROOT / FILE).read_text("utf-8")
    assert sound.count(old) == 1
    diff = unified_diff(sound.splitlines(), sound.replace(old, new).splitlines(), f"a/{FILE}", f"b/{FILE}", lineterm="")
    path = folder / "bug.patch"
    path.write_text("\n".join(diff) + "\n", "utf-8")
    (verdict,) = try_out(Planted(path, "a bug", (Witness(test, says),)), tree)
    assert (tree / FILE).read_text("utf-8") == sound
    return verdict


PLACE = '"p":%d}\' % ('


def test_a_bug_whose_test_fails_for_its_reason_is_caught(tree: Path, tmp_path: Path) -> None:
    verdict = tried(tree, tmp_path, PLACE, PLACE.replace("p", "q"))
    assert verdict.caught
    assert "assert" in verdict.said


@pytest.mark.parametrize(
    ("new", "test", "says", "why"),
    [
        (PLACE, TEST, "assert", "补丁用不上了"),
        (PLACE + " ", TEST, "assert", "没有被发现"),
        (PLACE.replace("p", "q"), TEST, "another reason", "没有说"),
        ("raise SystemExit(", TEST, "assert", "没能运行"),
        (PLACE.replace("p", "q"), f"{TEST}_gone", "assert", "没能运行"),
    ],
    ids=["nothing to apply", "no bug", "another failure", "cannot be collected", "no such test"],
)
def test_a_bug_is_not_called_caught_for_less(
    tree: Path, tmp_path: Path, new: str, test: str, says: str, why: str
) -> None:
    verdict = tried(tree, tmp_path, PLACE, new, test, says)
    assert not verdict.caught
    assert why in verdict.said
