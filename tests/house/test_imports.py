"""Who may import whom: the contracts in pyproject.toml, held against the tree and against planted violations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rules import HOUSE

ROOT = Path(__file__).parents[2]
# Each line is added to the named module of a copy; the report must name the import that follows.
PLANTED = {
    "a service imports another": ("services/review/store.py", "import services.nomination.store"),
    "a domain imports the database": ("services/review/domain", "import sqlalchemy"),
    "a domain imports the log": ("services/publicity/domain", "import eventlog.stream"),
    "a handler imports a read model": ("services/inspection/handlers", "import services.inspection.projections"),
    "a lower room imports a higher": ("services/nomination/store.py", "import services.nomination.service"),
    "a handler imports nameko": ("services/nomination/handlers", "import nameko"),
    "the kernel imports a contract": ("eventlog/stream.py", "import contracts.errors"),
    "a standard imports the kernel": ("standards/rounding.py", "import eventlog.stream"),
    "the gateway imports nameko": ("gateway/desk.py", "import nameko"),
    "the gateway imports a service": ("gateway/rpc.py", "import services.nomination.views"),
    "a service imports the gateway": ("services/review/views", "import gateway.rpc"),
    "the auditor decides": ("audit", "import services.review.handlers"),
}
EXTRA_ROOM = "services/review/listeners.py"
BLOCKED = """
import importlib, pkgutil, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"nameko", "eventlet"}:
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Blocker())

def modules(name):
    package = importlib.import_module(name)
    yield name
    for found in pkgutil.iter_modules(getattr(package, "__path__", []), f"{name}."):
        if found.name != "eventlog.hosting":
            yield from modules(found.name)

print(*(name for root in sys.argv[1:] for name in modules(root)), sep="\\n")
"""


def _lint(tree: Path) -> subprocess.CompletedProcess[str]:
    lint = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert lint is not None
    command = [lint, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    environ = os.environ | {"PYTHONPATH": str(tree), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)


def _module_file(tree: Path, room: str) -> Path:
    """A room is a module or, once grown, a package."""
    place = tree / room
    if place.suffix == ".py":
        return place
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@pytest.fixture(scope="session")
def report_of_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    tree = tmp_path_factory.mktemp("planted")
    for folder in HOUSE:
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for room, line in PLANTED.values():
        with _module_file(tree, room).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    (tree / EXTRA_ROOM).touch()
    return _lint(tree).stdout


def test_tree_keeps_every_import_contract() -> None:
    lint = _lint(ROOT)
    assert lint.returncode == 0, lint.stdout


@pytest.mark.parametrize("what", PLANTED)
def test_linter_rejects(what: str, report_of_planted: str) -> None:
    room, line = PLANTED[what]
    importer = room.removesuffix(".py").replace("/", ".")
    imported = line.removeprefix("import ")
    assert f"{importer} -> {imported} (l." in report_of_planted


def test_linter_rejects_a_room_of_another_name(report_of_planted: str) -> None:
    assert "services.review.listeners" in report_of_planted


def test_kernel_auditor_standards_and_domains_import_without_nameko_and_eventlet() -> None:
    domains = [
        f"services.{path.name}.domain"
        for path in sorted((ROOT / "services").iterdir())
        if (path / "domain.py").exists() or (path / "domain").is_dir()
    ]
    roots = ["contracts", "eventlog", "standards", "audit", *domains]
    run = subprocess.run([sys.executable, "-c", BLOCKED, *roots], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert len(domains) == 4
    assert {"eventlog.log", "standards.working_days", *domains} <= set(run.stdout.split())
