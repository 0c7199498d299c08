"""The embedded journey is played once, by the program itself, and the others are held against it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.county import SEED, ReadModels, free_port, read_models, settings_for


@dataclass(frozen=True)
class Played:
    data: Path
    output: str
    models: ReadModels


@pytest.fixture(scope="session")
def embedded_journey(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """What ``biaobing demo`` left behind."""
    data = tmp_path_factory.mktemp("embedded") / "data"
    program = Path(sys.executable).with_name("biaobing")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIAOBING_")}
    played = subprocess.run(
        [program, "demo", "--data", data, "--seed", str(SEED), "--port", str(free_port()), "--no-serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert played.returncode == 0, played.stderr[-4000:]
    return Played(data, played.stdout, read_models(settings_for(data)))
