"""Seeds spread over processes; each has its own files."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from tempfile import mkdtemp

from tests.simulation.run import FailingSeed, Ground, Totals

CHUNK = 20

_ground: list[Ground] = []
"""The process's own."""


def run_many(seeds: Sequence[int], jobs: int, folder: Path) -> Generator[tuple[Totals, list[str]]]:
    """Some seeds at a time: what they came across, and what the failing ones say. Who has seen enough may leave."""
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _prepare, (folder,))
    try:
        for done in as_completed([pool.submit(_run, chunk) for chunk in chunks]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(folder: Path) -> None:
    _ground.append(Ground(Path(mkdtemp(dir=folder))))


def _run(seeds: Sequence[int]) -> tuple[Totals, list[str]]:
    totals, failing = Totals(), []
    for seed in seeds:
        try:
            totals += _ground[0].run(seed)
        except FailingSeed as error:
            failing.append(str(error))
    return totals, failing
