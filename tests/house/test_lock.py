"""The locked dependencies can be installed by whoever the README promises it to."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
OLDEST_PYTHON = "3.11.0"
LOCKED = re.compile(r"^([\w.-]+)==(\S+)( ;.*)? \\$", re.MULTILINE)


def _lock(name: str) -> str:
    return (REQUIREMENTS / name).read_text(encoding="utf-8")


def test_every_locked_package_accepts_the_oldest_python() -> None:
    """The lock is made on one Python; a release refused soupsieve to Debian 12, which has 3.11.2."""
    refusing = [
        f"{name} {version}: {needed}"
        for name, version, _ in LOCKED.findall(_lock("dev.txt"))
        if OLDEST_PYTHON not in SpecifierSet(needed := str(metadata(name).json.get("requires_python", "")))
    ]
    assert refusing == []


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_lock_holds_hashes_and_no_address(name: str) -> None:
    lock = _lock(name)
    entries = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in entries if not LOCKED.match(line)] == []
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_dev_lock_holds_every_package_of_the_runtime_lock_unchanged() -> None:
    runtime, dev = (dict(match[:2] for match in LOCKED.findall(_lock(name))) for name in ("runtime.txt", "dev.txt"))
    assert {name: dev.get(name) for name in runtime} == runtime


def test_runtime_lock_holds_what_builds_the_project() -> None:
    assert "setuptools" in dict(match[:2] for match in LOCKED.findall(_lock("runtime.txt")))
