"""What a reviewer must not see while scoring (R-03): who the nominee is, and from which unit and place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.nomination import Nominee, NomineeList
from contracts.review import CasePage, CaseRow, CaseView
from standards.names import INTERPUNCT

BAR = "■■"
HIDDEN = UUID(int=0)
_COUNTY = re.compile("^[^县]{0,4}县")
_PLACE = re.compile("(.{2,5}?)(?:镇|乡|街道|社区|村)")
_OFFICES = ("局", "委", "办", "部")
"""No place gives these their name: 农业农村局."""
_TITLES = "同志|老师|医生|大夫|师傅|书记|主任|所长|站长|局长|科长|队长|校长|院长|股长|护士长|警官|工程师"


def for_reviewer(answer: Any, places: Iterable[str]) -> Any:
    """The answer with names, units and the given places taken out; other answers pass as they are."""
    match answer:
        case NomineeList(rows=rows):
            words = sorted(_words_of(places), key=len, reverse=True)
            return NomineeList(rows=tuple(blind(nominee, words) for nominee in rows))
        case CasePage(rows=rows):
            return replace(answer, rows=tuple(_without_unit(row) for row in rows))
        case CaseView(row=row):
            return replace(answer, row=_without_unit(row))
    return answer


def blind(nominee: Nominee, places: list[str]) -> Nominee:
    """``places`` are masked in the title and the deeds, longest first."""
    own = [word for word in (nominee.name, nominee.workplace, nominee.unit) if word]
    hidden = [re.escape(word) for word in [*own, *places, *_parts_of(nominee.name)]]
    one = f"[{re.escape(_single_of(nominee.name))}]"
    pattern = re.compile("|".join([*hidden, f"[老小阿]{one}", f"{one}(?={_TITLES})"]))
    return replace(
        nominee,
        unit_id=HIDDEN,
        unit="",
        name="",
        gender="",
        ethnicity="",
        workplace="",
        position="",
        title=pattern.sub(BAR, nominee.title),
        deeds=pattern.sub(BAR, nominee.deeds),
    )


def _parts_of(name: str) -> list[str]:
    """What people call somebody by name, longest first; “王小满” is also “小满”. A character alone is
    :func:`_single_of`'s.
    """
    parts = [*name.split(INTERPUNCT), name[1:], name[2:]]
    if len(name) == len("欧阳少东"):
        parts.append(name[:2])
    return sorted({part for part in parts if len(part) > 1}, key=len, reverse=True)


def _single_of(name: str) -> str:
    """Characters that are the person only beside a title: the surname, and a given name of one character."""
    return name if len(name) == len("杨禾") else name[:1]


def _words_of(places: Iterable[str]) -> set[str]:
    """“云岭县水务局” is also written “水务局”, and “青溪镇人民政府” tells of “青溪镇” and “青溪”."""
    found: set[str] = set()
    for place in places:
        bare = _COUNTY.sub("", place)
        found |= {place, bare} if len(bare) > len("某局") else {place}
        if not bare.endswith(_OFFICES):
            found |= {word for match in _PLACE.finditer(bare) for word in match.group(0, 1)}
    return found


def _without_unit(row: CaseRow) -> CaseRow:
    return replace(row, unit_id=HIDDEN)
