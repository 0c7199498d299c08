"""字数 as a county office counts it (X-21)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from standards.han import HAN, PRIVATE

# Punctuation a Chinese text sets in a full square although Unicode leaves its width open.
_SQUARE_PUNCTUATION = "·—‘’“”…‥※"
_FULL_WIDTH = "\u3001-\u303f\uff01-\uff60" + _SQUARE_PUNCTUATION

_HAN = re.compile(f"[{HAN}]")
_SQUARE = re.compile(f"[{HAN}{PRIVATE}{_FULL_WIDTH}]")


@dataclass(frozen=True)
class WordCount:
    """Three numbers, because offices mean different things: limits bind ``words`` alone.

    ``words`` (字数): each Chinese character (a private-use one too) or full-width mark counts one, and so does each
    unbroken run of anything else that holds a letter or digit; spaces and half-width marks alone count nothing.
    ``han`` (仅汉字): Chinese characters. ``characters`` (字符数，不计空格): all code points that are not white space.
    """

    words: int
    han: int
    characters: int


def count_words(text: str) -> WordCount:
    """All of ``text``; a caller who leaves title and captions out passes the body alone."""
    runs = _SQUARE.sub(" ", text).split()
    return WordCount(
        words=len(_SQUARE.findall(text)) + sum(any(map(str.isalnum, run)) for run in runs),
        han=len(_HAN.findall(text)),
        characters=sum(map(len, text.split())),
    )
