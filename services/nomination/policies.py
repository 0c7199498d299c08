"""Nomination reacts to no other service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eventlog.receiver import Reaction

HEARD: Mapping[str, tuple[Sequence[type], Mapping[type, Reaction]]] = {}
