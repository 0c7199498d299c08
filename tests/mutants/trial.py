"""One planted bug in a copy of the tree: did the tests it names fail, and for its reason?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from defusedxml import ElementTree

from tests.mutants.planted import ROOT, Planted, Witness

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "build", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info"
)


@dataclass(frozen=True)
class Verdict:
    """``said`` is the test's own failure, or why there is none."""

    planted: Planted
    witness: Witness | None
    caught: bool
    said: str
    seconds: float = 0.0


def copy_tree(target: Path) -> Path:
    return Path(shutil.copytree(ROOT, target, ignore=LEFT_OUT))


def try_out(one: Planted, tree: Path) -> list[Verdict]:
    """Plants the bug in ``tree``, runs each test it names, and takes it out again."""
    if complaint := one.apply(tree):
        return [Verdict(one, None, caught=False, said=f"补丁用不上了：{complaint.strip()}")]
    try:
        return [_run(one, witness, tree) for witness in one.witnesses]
    finally:
        one.apply(tree, "-R")


def _run(one: Planted, witness: Witness, tree: Path) -> Verdict:
    started, report = time.monotonic(), tree / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    # Two versions of a file may have one size and one second, and then one file of compiled code.
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run([*command, witness.test], cwd=tree, env=environ, capture_output=True, text=True, check=False)
    caught, said = _judged(done, report, witness)
    return Verdict(one, witness, caught, said, time.monotonic() - started)


def _judged(done: subprocess.CompletedProcess[str], report: Path, witness: Witness) -> tuple[bool, str]:
    """Only a failure of the test itself counts: no error in collecting it, in a fixture, or in a server."""
    if done.returncode == 0:
        return False, "测试通过，缺陷没有被发现"
    cases = ElementTree.parse(report) if report.exists() else None
    failures = [] if cases is None else cases.findall(".//failure")
    if cases is None or cases.findall(".//error") or not failures:
        return False, f"测试没能运行：{done.stdout[-600:]}{done.stderr[-600:]}"
    for failure in failures:
        said = f"{failure.get('message')}\n{failure.text}"
        if re.search(witness.says, said):
            return True, said.splitlines()[0]
    return False, f"失败了，但没有说“{witness.says}”：{done.stdout[-600:]}"
