"""字数 as a county office counts it (X-21)."""

from __future__ import annotations

from dataclasses import dataclass

from standards.han import is_han, is_private

# Punctuation a Chinese text sets in a full square although Unicode leaves its width open.
_SQUARE_PUNCTUATION = frozenset("·—‘’“”…‥※")


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
    words = han = characters = 0
    in_run = False
    for character in text:
        if character.isspace():
            in_run = False
            continue
        characters += 1
        if is_han(character) or is_private(character) or _is_full_width(character):
            han += is_han(character)
            words += 1
            in_run = False
        elif character.isalnum() and not in_run:
            words += 1
            in_run = True
    return WordCount(words, han, characters)


def _is_full_width(character: str) -> bool:
    point = ord(character)
    return 0x3001 <= point <= 0x303F or 0xFF01 <= point <= 0xFF60 or character in _SQUARE_PUNCTUATION
