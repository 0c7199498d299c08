"""Nomination reacts to no other service."""

from __future__ import annotations

from services.surroundings import Hearing

HEARD: tuple[Hearing, ...] = ()
