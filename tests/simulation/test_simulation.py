"""The kernel under a seeded scheduler: no promise is broken in any run, and the runs are worth something."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from eventlog.event import Published
from eventlog.receiver import Receiver
from tests.simulation.faults import RATES
from tests.simulation.many import run_many
from tests.simulation.run import FailingSeed, Ground, Totals, is_about_liveness, memory_folder
from tests.simulation.situations import SITUATIONS

ROOT = Path(__file__).parents[2]
SEEDS = 2000
DIGEST = """
import sys
from tests.simulation.run import Ground, memory_folder
with memory_folder() as folder:
    print(Ground(folder).run(int(sys.argv[1])).digest)
"""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with memory_folder() as folder:
        yield Ground(folder)


def test_two_thousand_seeds_break_no_promise_i1_to_i10_and_come_across_everything() -> None:
    totals = Totals()
    with memory_folder() as folder, closing(run_many(range(SEEDS), jobs=2, folder=folder)) as running:
        for part, failing in running:
            assert not failing, failing[0]
            totals += part
    assert totals.seeds == SEEDS
    assert [kind for kind in RATES if not totals.faults[kind]] == []
    assert [situation for situation in SITUATIONS if not totals.situations[situation]] == []
    assert totals.acknowledged > SEEDS


@pytest.mark.parametrize("seed", [4, 9])
def test_a_seed_says_everything(ground: Ground, seed: int) -> None:
    """Also in another process, whose sets and dictionaries are hashed with another salt."""
    elsewhere = subprocess.run(
        [sys.executable, "-c", DIGEST, str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert is_about_liveness(seed) == (seed == 9)
    assert ground.run(seed).digest == ground.run(seed).digest == elsewhere.stdout.strip()
    assert ground.run(seed).digest != ground.run(seed + 10).digest


def test_a_broken_promise_is_told_with_the_command_that_shows_it_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settled_unseen(_self: Receiver, _transaction: object, _message: Published) -> None:
        """A consumer that moves its cursor and does nothing."""

    monkeypatch.setattr(Receiver, "_settle", settled_unseen)
    said = [_broken(ground, seed) for seed in range(30)]
    told = next(lines for lines in said if lines)
    assert told[0].startswith("SEED=")
    assert "I10" in told[0]
    seed = told[0].removeprefix("SEED=").partition(":")[0]
    assert told[1] == f"make simulate SEED={seed}"
    assert _broken(ground, int(seed)) == told


def _broken(ground: Ground, seed: int) -> Sequence[str]:
    try:
        ground.run(seed)
    except FailingSeed as error:
        return str(error).splitlines()
    return ()


def test_the_command_runs_the_seeds_it_is_asked_for() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seeds", "3", "--first", "5", "--jobs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 个种子没有违反" in done.stdout
