"""Which code points are Chinese characters (X-10).

The ranges are written out from Unicode 15.1: Python's own character database is older and calls the newest extensions
unassigned, and people carry names from them.
"""

from __future__ import annotations

import re

_RANGES: tuple[tuple[int, int], ...] = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),  # Extension A
    (0x4E00, 0x9FFF),  # CJK Unified Ideographs
    (0xF900, 0xFA6D),  # CJK Compatibility Ideographs
    (0xFA70, 0xFAD9),
    (0x20000, 0x2A6DF),  # Extension B
    (0x2A700, 0x2B739),  # Extension C
    (0x2B740, 0x2B81D),  # Extension D
    (0x2B820, 0x2CEA1),  # Extension E
    (0x2CEB0, 0x2EBE0),  # Extension F
    (0x2EBF0, 0x2EE5D),  # Extension I
    (0x2F800, 0x2FA1D),  # Compatibility Supplement
    (0x30000, 0x3134A),  # Extension G
    (0x31350, 0x323AF),  # Extension H
)
_PRIVATE: tuple[tuple[int, int], ...] = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))


def _any_of(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


HAN = _any_of(_RANGES)
"""Inside the brackets of a regular expression: any Chinese character."""
PRIVATE = _any_of(_PRIVATE)
"""Inside the brackets of a regular expression: any code point of private use."""

_IS_HAN = re.compile(f"[{HAN}]")
_IS_PRIVATE = re.compile(f"[{PRIVATE}]")


def is_han(character: str) -> bool:
    """Whether the single code point is a Chinese character."""
    return _IS_HAN.fullmatch(character) is not None


def is_private(character: str) -> bool:
    """Whether the single code point is of private use: a picture only the font that drew it knows."""
    return _IS_PRIVATE.fullmatch(character) is not None
