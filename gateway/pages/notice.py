"""The public notice: what it says, until when, and what became of it."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint

from contracts.publicity import ShowNotice
from gateway.pages.frame import open_desk, season_of, show

blueprint = Blueprint("notice", __name__)


@blueprint.get("/notice")
def page() -> str:
    desk = open_desk()
    season = season_of(desk)
    notice = desk.seek(ShowNotice(season_id=season.season_id))
    if notice is None or notice.published_at is None:
        return show("notice_not_yet.html")
    return show(
        "notice.html",
        notice=notice,
        tiers=[(tier, list(entries)) for tier, entries in groupby(notice.entries, key=lambda entry: entry.tier)],
        nominees=desk.nominees(
            one.nomination_id for one in notice.entries if one.nomination_id not in notice.withdrawn
        ),
    )
