"""What a reviewer must not see while scoring (R-03): who the nominee is, and from which unit and place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.nomination import Nominee, NomineeList
from contracts.review import CasePage, CaseRow, CaseView

BAR = "■■"
HIDDEN = UUID(int=0)
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
    hidden = [re.escape(word) for word in [*own, *places]]
    surname = re.escape(nominee.name[:1])
    pattern = re.compile("|".join([*hidden, rf"[老小]{surname}", rf"{surname}(?={_TITLES})"]))
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


def _words_of(places: Iterable[str]) -> set[str]:
    """“县水务局” is also written “水务局”."""
    found: set[str] = set()
    for place in places:
        found.add(place)
        bare = place.removeprefix("县")
        if len(bare) > len("某局"):
            found.add(bare)
    return found


def _without_unit(row: CaseRow) -> CaseRow:
    return replace(row, unit_id=HIDDEN)
