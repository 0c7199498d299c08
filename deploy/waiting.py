"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.05


class WaitedInVain(Exception):
    """It did not happen in time."""


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Returns when the condition holds; :class:`WaitedInVain` names what it was after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise WaitedInVain(f"等了 {seconds:.0f} 秒，仍未等到：{what}")
        time.sleep(_PAUSE_SECONDS)
