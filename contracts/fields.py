"""Marks a contract puts on its fields: the Chinese label, the limits, and what is personal.

A label is the only Chinese name of a field: workbook headers, forms, API documents and error sentences use it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Label:
    """The field's name as a clerk reads it."""

    text: str


@dataclass(frozen=True)
class Length:
    """Limits in code points (X-09), both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Range:
    """Limits of a number, both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Items:
    """Limits of the number of elements, both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Pattern:
    """A regular expression the whole text must match, and the sentence shown when it does not."""

    expression: str
    mend: str


@dataclass(frozen=True)
class Personal:
    """The field is personal data (PIPL): it may stand in a private event, never in a published one."""
