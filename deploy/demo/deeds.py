"""Deeds texts for the demo: written for it, spelled out anew for every nominee, and no two of them copies."""

from __future__ import annotations

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from deploy.demo.dice import dice
from deploy.demo.spelling import Paragraph, Subject, choose

_SCENES = 4
_SHORTEST_OUTLINE = 680
"""Characters; filled in, such an outline still has more than 600 字."""

_TRIES = 60
_LARGEST_SHARE = 0.28

RUN = 13
"""Characters, punctuation left out: a common run this long counts as copied (N-30)."""


@dataclass(frozen=True)
class Deeds:
    title: str
    text: str


@dataclass(frozen=True)
class Field:
    """What ``texts/*.toml`` holds of one kind of work; ``awards`` names honours given in it."""

    awards: tuple[str, ...]
    titles: tuple[str, ...]
    openings: tuple[str, ...]
    scenes: tuple[str, ...]
    moments: tuple[str, ...]
    closings: tuple[str, ...]


def fields() -> dict[str, Field]:
    """All kinds of work by their Chinese name."""
    found = {}
    for entry in sorted(files("deploy.demo").joinpath("texts").iterdir(), key=lambda entry: entry.name):
        loaded = tomllib.loads(entry.read_text("utf-8"))
        name = loaded.pop("field")
        found[name] = Field(**{part: tuple(variants) for part, variants in loaded.items()})
    return found


def write_deeds(subjects: Sequence[Subject], seed: int) -> tuple[Deeds, ...]:
    """One text per subject, in their order."""
    rng = dice(seed, "deeds")
    known = fields()
    shelves: dict[str, Shelf] = defaultdict(Shelf)
    written = []
    for subject in subjects:
        own = known[subject.field]
        body = shelves[subject.field].add(partial(_compose, subject, own, rng))
        written.append(Deeds(f"{rng.choice(own.titles)}——记{subject.position}{subject.name}", body))
    return tuple(written)


class Shelf:
    """The texts written so far in one field, found by their runs of `RUN` characters."""

    def __init__(self) -> None:
        self._texts = 0
        self._holders: dict[str, list[int]] = defaultdict(list)

    def add(self, compose: Callable[[], str]) -> str:
        """Composes until a text has little enough in common with every earlier one, or takes the best of many."""
        best, lowest = "", 1.0
        for _ in range(_TRIES):
            text = compose()
            if (share := self._largest_share(text)) < lowest:
                best, lowest = text, share
            if lowest <= _LARGEST_SHARE:
                break
        for run in set(_runs(best)):
            self._holders[run].append(self._texts)
        self._texts += 1
        return best

    def _largest_share(self, text: str) -> float:
        runs = _runs(text)
        covered: Counter[int] = Counter()
        reached: dict[int, int] = {}
        for start, run in enumerate(runs):
            for holder in self._holders.get(run, ()):
                covered[holder] += start + RUN - max(start, reached.get(holder, 0))
                reached[holder] = start + RUN
        return max(covered.values(), default=0) / (len(runs) + RUN - 1)


def _compose(subject: Subject, own: Field, rng: random.Random) -> str:
    return "\n".join(Paragraph(subject, rng).spell(sentences) for sentences in _outline(own, rng))


def _outline(own: Field, rng: random.Random) -> list[list[str]]:
    """Paragraphs as sentences whose variants are chosen and whose slots are still open."""
    while True:
        templates = [rng.choice(own.openings), *rng.sample(own.scenes, _SCENES), rng.choice(own.closings)]
        templates.insert(rng.randint(3, 5), rng.choice(own.moments))
        outline = [choose(template, rng) for template in templates]
        if sum(len(sentence) for sentences in outline for sentence in sentences) >= _SHORTEST_OUTLINE:
            return outline


def _runs(text: str) -> list[str]:
    kept = "".join(character for character in text if character.isalnum())
    return [kept[start : start + RUN] for start in range(len(kept) - RUN + 1)]
