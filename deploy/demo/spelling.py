"""Turns the written-out variants of a demo text into one text.

``{a|b}`` offers variants, ``<...>`` stands for a number, a year, a place or a person; a letter makes a slot keep its
value through the paragraph (``<村A>``). All choices of a sentence take the same side, because its variants were written
to go together; a paragraph that starts with ``=`` tells one story and takes the same side throughout.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache

from deploy.demo.county import STREETS, VILLAGES

_CHOICE = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"(?:\{[^{}]*\}|[^{}。])+。?")
_CLOSED_TWICE = re.compile("([。？！])”。")
_ENDS = ("。", "？", "！", "。”", "？”", "！”", "……”")
_SLOT = re.compile(r"<([^<>]+)>")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)([A-Z]?)")
_ELDERS = ("大爷", "大娘", "老伯", "阿婆")
_SURNAMES = "龙田石冉覃向吴麻滕谭姚文冯蔡邓范孟江"
_GIVEN = "正国大金玉长永世光秀桂兴有志德明开万先绍", "全富才林贵海文山平清福友福安良亮云祥春生"
LAST_FULL_YEAR = 2025


def choose(template: str, rng: random.Random) -> list[str]:
    """The template's sentences, one variant each."""
    return [rng.choice(variants) for variants in _variants(template)]


@cache
def _variants(template: str) -> tuple[tuple[str, ...], ...]:
    sentences = [template[1:]] if template.startswith("=") else _SENTENCE.findall(template)
    sides = range(6)  # a multiple of two and of three, the numbers of variants there are
    return tuple(tuple(_on_side(sentence, side) for side in sides) for sentence in sentences)


def _on_side(sentence: str, side: int) -> str:
    return _CHOICE.sub(lambda found: (options := found[1].split("|"))[side % len(options)], sentence)


@dataclass(frozen=True)
class Subject:
    """The person a text is about. ``call`` is what colleagues say (老李), ``started`` the year of entering the work."""

    name: str
    call: str
    pronoun: str
    unit: str
    position: str
    field: str
    town: str
    started: int


@dataclass
class Paragraph:
    """Spells one paragraph; remembers its sticky slots and lets its years only go forward."""

    subject: Subject
    rng: random.Random
    sticky: dict[str, str] = field(default_factory=dict)
    year: int = 0

    def spell(self, sentences: list[str]) -> str:
        """The sentences with their slots filled. Raises `KeyError` for a slot that does not exist."""
        text = _SLOT.sub(lambda found: self._slot(found[1]), "".join(sentences))
        text = _CLOSED_TWICE.sub(r"\1”", text).replace("。”，", "”，")
        return text if text.endswith(_ENDS) else f"{text}。"

    def _slot(self, slot: str) -> str:
        if slot in self.sticky:
            return self.sticky[slot]
        number = _NUMBER.fullmatch(slot)
        value = self._number(number[1], number[2]) if number else self._word(slot.rstrip("AB"))
        if slot[-1] in "AB":
            self.sticky[slot] = value
        return value

    def _number(self, least: str, most: str) -> str:
        if "." in least:
            return f"{self.rng.uniform(float(least), float(most)):.1f}"
        return str(self.rng.randint(int(least), int(most)))

    def _word(self, slot: str) -> str:
        match slot:
            case "年":
                return self._next_year()
            case "旧年":
                return str(self.subject.started + self.rng.randint(1, 2))
            case "村":
                return self.rng.choice(VILLAGES)
            case "街":
                return self.rng.choice(STREETS)
            case "人":
                return self.rng.choice(_SURNAMES) + self.rng.choice(_ELDERS)
            case "乡":
                return self.rng.choice(_SURNAMES) + "".join(map(self.rng.choice, _GIVEN))
        return self._of_subject()[slot]

    def _of_subject(self) -> dict[str, str]:
        subject = self.subject
        return {
            "名": subject.name,
            "称": subject.call,
            "他": subject.pronoun,
            "单位": subject.unit,
            "岗位": subject.position,
            "镇": subject.town,
            "始": str(subject.started),
            "工龄": str(LAST_FULL_YEAR + 1 - subject.started),
        }

    def _next_year(self) -> str:
        least, most = (self.year + 1, self.year + 2) if self.year else (LAST_FULL_YEAR - 4, LAST_FULL_YEAR - 2)
        self.year = min(self.rng.randint(least, most), LAST_FULL_YEAR)
        return str(self.year)
