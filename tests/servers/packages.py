"""Debian packages of a server, installed when there is nothing else and we are root."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POLICY = Path("/usr/sbin/policy-rc.d")
LOCK = Path(tempfile.gettempdir()) / "biaobing-apt.lock"


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian asks this file before it starts an installed service; 101 means no (policy-rc.d)."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install(packages: Sequence[str]) -> None:
    """CalledProcessError with apt's own words when a package cannot be installed."""
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=600", "-q"]
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update"], ["install", "-y", "--no-install-recommends", *packages])
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _services_stay_off():
            for step in steps:
                subprocess.run([*apt, *step], env=environ, check=True, capture_output=True)
