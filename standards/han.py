"""Which code points are Chinese characters (X-10).

The ranges are written out from Unicode 15.1: Python's own character database is older and calls the newest extensions
unassigned, and people carry names from them.
"""

from __future__ import annotations

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


def is_han(character: str) -> bool:
    """Whether the single code point is a Chinese character."""
    point = ord(character)
    return any(first <= point <= last for first, last in _RANGES)


def is_private(character: str) -> bool:
    """Whether the single code point is of private use: a picture only the font that drew it knows."""
    point = ord(character)
    return 0xE000 <= point <= 0xF8FF or 0xF0000 <= point <= 0x10FFFF
