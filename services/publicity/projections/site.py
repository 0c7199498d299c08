"""The public site: static files that load without script, survive any outage and can be dropped into a portal (P-20).

A projection of the log to files. Names and texts are asked of nomination when a page is written and are kept nowhere
else. Every file is replaced in one step, so a reader never sees half a page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.nomination import Nominee
from contracts.publicity import ExemplarPublished, NoticeClosed, NoticePublished
from eventlog.event import Recorded
from services.publicity.events import EntryWithdrawn, NoticeExtended, NoticePlanned
from standards.working_days import BEIJING

SUMMARY_CHARACTERS = 300
"""Of the deeds on a notice (P-02)."""
PAGE = 100

NameNominees = Callable[[Sequence[UUID]], Sequence[Nominee]]


@dataclass
class _Season:
    planned: NoticePlanned
    notice: NoticePublished | None = None
    extended: NoticeExtended | None = None
    closed: NoticeClosed | None = None
    exemplars: dict[UUID, ExemplarPublished] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)

    @property
    def counted(self) -> NoticePublished | NoticeExtended | None:
        """What says until when the notice lasts, and by which calendar."""
        return self.extended or self.notice


class Site:
    """``name_nominees`` asks nomination; it raises ``NotNow`` while nomination is away."""

    def __init__(self, root: Path, stylesheet: str, name_nominees: NameNominees) -> None:
        self._root = root
        self._name = name_nominees
        self._stylesheet = stylesheet
        self._seasons: dict[UUID, _Season] = {}
        self._pages = Environment(
            loader=PackageLoader("services.publicity.projections"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["moment"] = lambda moment: f"{moment.astimezone(BEIJING):%Y年%-m月%-d日 %H:%M}"
        self._pages.filters["day"] = lambda moment: f"{moment.astimezone(BEIJING):%Y年%-m月%-d日}"
        self._pages.filters["summary"] = _summary

    def exists(self) -> bool:
        """Whether there is a front page; where its folder was lost, all pages are to be written again."""
        return (self._root / "index.html").is_file()

    def learn(self, event: Recorded) -> None:
        """Takes in what an event says, without writing; a restarted process learns the log's past this way.

        Learning an event again changes nothing: one whose pages could not be written comes again.
        """
        match event.data:
            case NoticePlanned() as planned:
                self._seasons.setdefault(planned.season_id, _Season(planned))
            case EntryWithdrawn() as gone:
                self._seasons[gone.season_id].withdrawn.add(gone.nomination_id)
            case NoticePublished() as published:
                self._seasons[published.season_id].notice = published
            case NoticeExtended() as extended:
                self._seasons[extended.season_id].extended = extended
            case NoticeClosed() as closed:
                self._seasons[closed.season_id].closed = closed
            case ExemplarPublished() as exemplar:
                self._seasons[exemplar.season_id].exemplars[exemplar.nomination_id] = exemplar

    def follow(self, event: Recorded) -> None:
        """Writes the pages an event changes."""
        self.learn(event)
        match event.data:
            case NoticePlanned() | EntryWithdrawn() | NoticePublished() | NoticeExtended() | NoticeClosed():
                self._write_notice(self._seasons[event.data.season_id], event)
            case ExemplarPublished() as exemplar:
                self._write_exemplar(self._seasons[exemplar.season_id], exemplar, event)

    def _write_notice(self, season: _Season, event: Recorded) -> None:
        if season.notice is not None:
            entries = season.notice.entries
            named = self._named([one.nomination_id for one in entries if one.nomination_id not in season.withdrawn])
            rows = [(entry, named.get(entry.nomination_id)) for entry in entries]
            tiers = [(tier, list(group)) for tier, group in groupby(rows, key=lambda row: row[0].tier)]
            path = f"notices/{season.planned.season_id}.html"
            self._write(path, "notice.html", season=season, tiers=tiers, event=event)
        self._write_index(event)

    def _write_exemplar(self, season: _Season, exemplar: ExemplarPublished, event: Recorded) -> None:
        nominee = self._named([exemplar.nomination_id])[exemplar.nomination_id]
        self._write(exemplar.path, "exemplar.html", season=season, exemplar=exemplar, nominee=nominee, event=event)
        self._write_index(event)

    def _write_index(self, event: Recorded) -> None:
        """The front page is of all seasons, the newest first: a new one does not take an older one's links away."""
        seasons = list(reversed(self._seasons.values()))
        named = self._named([one for season in seasons for one in season.exemplars])
        shown = [(season, _by_tier(season, named)) for season in seasons]
        self._write("index.html", "index.html", season=seasons[0], seasons=shown, event=event)

    def _named(self, ids: Sequence[UUID]) -> dict[UUID, Nominee]:
        named: dict[UUID, Nominee] = {}
        for start in range(0, len(ids), PAGE):
            named |= {one.nomination_id: one for one in self._name(ids[start : start + PAGE])}
        return named

    def _write(self, path: str, template: str, **values: Any) -> None:
        depth = path.count("/")
        page = self._pages.get_template(template).render(root="../" * depth, **values)
        self._replace(path, page)
        self._replace("style.css", self._stylesheet)

    def _replace(self, path: str, text: str) -> None:
        target = self._root / path
        if target.exists() and target.read_text("utf-8") == text:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}")
        part.write_text(text, "utf-8")
        part.replace(target)


def _by_tier(
    season: _Season, named: Mapping[UUID, Nominee]
) -> list[tuple[str, list[tuple[ExemplarPublished, Nominee]]]]:
    order = [tier.name for tier in season.planned.rules.tiers]
    rows = sorted(season.exemplars.values(), key=lambda one: order.index(one.tier))
    return [
        (tier, [(one, named[one.nomination_id]) for one in group])
        for tier, group in groupby(rows, key=lambda one: one.tier)
    ]


def _summary(deeds: str) -> str:
    flat = " ".join(deeds.split())
    return flat if len(flat) <= SUMMARY_CHARACTERS else flat[: SUMMARY_CHARACTERS - 1] + "…"
