"""GB 18030-2022, for files that leave for or come from office software (X-11).

Python's codec maps by the edition of 2000. Since then the standard has let pairs of code points change places: in 2005
U+1E3F (ḿ) with U+E7C7; in 2022 the ten vertical punctuation marks U+FE10…FE19 and the eight ideographs U+9FB4…9FBB,
each with the private-use code point that held its double-byte position. Exchanging the pairs on the Unicode side
gives 2022.
Positions after the Unicode Consortium's L2/22-274 and the charmap of glibc (bug 30243).
"""

from __future__ import annotations

# Position in the standard (hexadecimal), the private-use code point there before, the standard one there now.
CHANGED_POSITIONS: tuple[tuple[str, int, int], ...] = (
    ("A8BC", 0xE7C7, 0x1E3F),
    ("A6D9", 0xE78D, 0xFE10),
    ("A6DA", 0xE78E, 0xFE12),
    ("A6DB", 0xE78F, 0xFE11),
    ("A6DC", 0xE790, 0xFE13),
    ("A6DD", 0xE791, 0xFE14),
    ("A6DE", 0xE792, 0xFE15),
    ("A6DF", 0xE793, 0xFE16),
    ("A6EC", 0xE794, 0xFE17),
    ("A6ED", 0xE795, 0xFE18),
    ("A6F3", 0xE796, 0xFE19),
    ("FE59", 0xE81E, 0x9FB4),
    ("FE61", 0xE826, 0x9FB5),
    ("FE66", 0xE82B, 0x9FB6),
    ("FE67", 0xE82C, 0x9FB7),
    ("FE6D", 0xE832, 0x9FB8),
    ("FE7E", 0xE843, 0x9FB9),
    ("FE90", 0xE854, 0x9FBA),
    ("FEA0", 0xE864, 0x9FBB),
)
_EXCHANGE = {old: new for _, old, new in CHANGED_POSITIONS} | {new: old for _, old, new in CHANGED_POSITIONS}

# Six double-byte positions hold private-use code points even in 2022; Unicode has the characters in Extension B.
_STILL_PRIVATE = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}


def encode(text: str) -> bytes:
    """Raises `UnicodeEncodeError` for a lone surrogate, the only thing GB 18030 cannot hold."""
    return text.translate(_EXCHANGE).encode("gb18030")


def decode(data: bytes) -> str:
    """Raises `UnicodeDecodeError` for bytes that are not GB 18030."""
    return data.decode("gb18030").translate(_EXCHANGE)


def standard_character(private: str) -> str | None:
    """What a private-use character from an old GBK font stands for in Unicode, where GB 18030 tells.

    GBK put the row FE50…FEA0 (without FE7F) at U+E815…E864 in order; later editions gave its characters their own code
    points.
    """
    code_point = ord(private)
    if code_point in _STILL_PRIVATE:
        return chr(_STILL_PRIVATE[code_point])
    if 0xE815 <= code_point <= 0xE864:
        cell = code_point - 0xE815 + 0x50
        return decode(bytes([0xFE, cell if cell < 0x7F else cell + 1]))
    return chr(_EXCHANGE[code_point]) if code_point in _EXCHANGE else None
