"""Whether processes run on a data directory: each holds a lock that ends with it, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StillRunning(Exception):
    """Processes that should have been stopped are not."""


@contextmanager
def running(data: Path) -> Iterator[None]:
    """While the block lasts, a process works on the data; waits for an operator's command that wants it alone."""
    with _locked(data, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """No process works on the data while the block lasts. Raises :class:`StillRunning`."""
    with _locked(data, fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


@contextmanager
def _locked(data: Path, how: int) -> Iterator[None]:
    path = data / "secrets" / "running"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        try:
            fcntl.flock(file, how)
        except BlockingIOError as error:
            raise StillRunning from error
        yield
