"""A person's name, kept as it is written (X-07…X-10, X-13).

No normalisation touches a stored name: NFC alone would turn 隆 (U+F9DC), a name somebody bears, into another character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from standards.gb18030 import standard_character
from standards.han import is_han, is_private
from standards.refusal import Refusal

LONGEST = 50
"""Code points: 25 Chinese characters are the least a name field must take (民委发〔2016〕33号); we take twice that."""

INTERPUNCT = "\u00b7"
# What keyboards and old files put between the parts of a name.
_INTERPUNCT_LOOKALIKES = frozenset("\u2022\u30fb\u2027\u2219\u22c5\uff0e\ufe52")
_SPACED_TWO_CHARACTERS = re.compile(r"(\S)\s+(\S)")
_RADICALS = range(0x2E80, 0x2FE0)


class InvalidName(Refusal):
    """The name cannot be a person's name as written; the message says which character and what to do."""


@dataclass(frozen=True)
class Name:
    """``text`` is stored, shown and printed; ``raw`` is what came in; ``notes`` say in Chinese what differs."""

    text: str
    raw: str
    notes: tuple[str, ...]


def read_name(raw: str) -> Name:
    """``raw`` with a standard interpunct and without typographic space, otherwise code point for code point.

    Raises `InvalidName`.
    """
    notes: list[str] = []
    text = raw.strip()
    if text != raw:
        notes.append("已去掉姓名首尾的空格。")
    if spaced := _SPACED_TWO_CHARACTERS.fullmatch(text):
        text = "".join(spaced.groups())
        notes.append("已去掉两字姓名中间的空格，印制名单时会自动加上。")
    characters = []
    for position, character in enumerate(text, start=1):
        if character in _INTERPUNCT_LOOKALIKES:
            notes.append(f"第{position}个字符“{character}”（U+{ord(character):04X}）已改为标准间隔号“·”（U+00B7）。")
        characters.append(INTERPUNCT if character in _INTERPUNCT_LOOKALIKES else character)
    text = "".join(characters)
    _check(text)
    return Name(text, raw, tuple(notes))


def search_key(text: str) -> str:
    """A folded copy under which differently typed forms of a name find each other; never stored as the name."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    dropped = _INTERPUNCT_LOOKALIKES | {INTERPUNCT}
    return "".join(c for c in folded if c not in dropped and not c.isspace() and c != ".")


def _check(text: str) -> None:
    if not text:
        raise InvalidName("name.empty", "请填写姓名。")
    if len(text) > LONGEST:
        raise InvalidName("name.too_long", f"姓名有{len(text)}个字符，最多{LONGEST}个。请核对是否混入了别的内容。")
    for position, character in enumerate(text, start=1):
        if character != INTERPUNCT and not is_han(character):
            raise _unfit(position, character)
    if text.startswith(INTERPUNCT) or text.endswith(INTERPUNCT) or INTERPUNCT * 2 in text:
        raise InvalidName("name.interpunct", "间隔号“·”只能用在姓名各部分之间，且不能连用。请核对。")


def _unfit(position: int, character: str) -> InvalidName:
    point = f"U+{ord(character):04X}"
    if is_private(character):
        standard = standard_character(character)
        mend = "请按身份证核对后用标准字符重新录入。"
        if standard is not None:
            mend = f"标准写法是“{standard}”（U+{ord(standard):04X}），请改用。"
        return InvalidName("name.private_use", f"姓名第{position}个字是自造字（{point}），换一台电脑就显示不出。{mend}")
    if ord(character) in _RADICALS:
        whole = unicodedata.normalize("NFKC", character)
        mend = f"请改用汉字“{whole}”。" if whole != character else "请重新录入这个字。"
        said = f"姓名第{position}个字“{character}”（{point}）是部首符号，不是汉字。"
        return InvalidName("name.radical", said + mend)
    if character.isspace():
        return InvalidName("name.space", f"姓名第{position}个字符是空格。请删去；各部分之间请用间隔号“·”。")
    return InvalidName(
        "name.character", f"姓名第{position}个字符“{character}”（{point}）不是汉字。请按身份证上的中文姓名填写。"
    )
