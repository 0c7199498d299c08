"""The planted bugs: one patch each, whose first lines say what it breaks and which tests must notice.

``Test:`` is a pytest node id, ``Says:`` a pattern found in its failure, so that it fails for this reason and no other.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
_NAMED = re.compile(r"^Test: (\S+)\nSays: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Witness:
    """A test that must fail, and the pattern of what it says then."""

    test: str
    says: str


@dataclass(frozen=True)
class Planted:
    path: Path
    what: str
    witnesses: tuple[Witness, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def apply(self, tree: Path, *options: str) -> str:
        """What git complains of; nothing when all is well. ``--check`` only looks, ``-R`` takes it back."""
        command = ["git", "apply", *options, str(self.path)]
        return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False).stderr


def planted() -> list[Planted]:
    return [_read(path) for path in sorted(FOLDER.glob("*.patch"))]


def _read(path: Path) -> Planted:
    heading = path.read_text("utf-8").partition("\n--- ")[0]
    witnesses = tuple(Witness(test, says) for test, says in _NAMED.findall(heading))
    return Planted(path, heading.partition("\nTest: ")[0], witnesses)
