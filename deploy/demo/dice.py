"""Chance that repeats itself."""

from __future__ import annotations

import random


def dice(seed: int, purpose: str) -> random.Random:
    """A source of its own for every purpose, so that one part of the demo can change without moving the others."""
    return random.Random(f"{purpose} {seed}")  # a demo must repeat itself; nothing here is secret
