"""Waiting on a condition: the only place of the tests that lets time pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float, what: str) -> T:
    """First truthy answer of `condition`, asked twenty times a second for `within` seconds.

    TimeoutError names what was waited for.
    """
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            message = f"等了 {within:g} 秒，仍未等到：{what}"
            raise TimeoutError(message)
        time.sleep(0.05)
