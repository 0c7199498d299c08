"""What surrounds every page: who is signed in, where they can go, which season, and as of which log positions."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import g, render_template, request

from contracts.actor import Role
from contracts.errors import NotFound
from contracts.nomination import SeasonView
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.parts import parts
from gateway.telling import today

_TODAY = ("/", "今天")
_NOMINATIONS = ("/nominations", "推荐")
_UNITS = ("/units", "单位")
_CASES = ("/cases", "评审")
_NOTICE = ("/notice", "公示")
_EXEMPLARS = ("/exemplars", "榜样")
_INSPECTIONS = ("/inspections", "检查")
_LOG = ("/log", "日志")

NAVIGATION = {
    Role.OFFICE: (_TODAY, _NOMINATIONS, _UNITS, _CASES, _NOTICE, _EXEMPLARS, _INSPECTIONS, _LOG),
    Role.LEADER: (_TODAY, _NOMINATIONS, _UNITS, _CASES, _NOTICE, _EXEMPLARS, _INSPECTIONS, _LOG),
    Role.AUDITOR: (_TODAY, _NOMINATIONS, _UNITS, _CASES, _NOTICE, _EXEMPLARS, _INSPECTIONS, _LOG),
    Role.UNIT: (_TODAY, ("/nominations", "本单位推荐"), ("/import", "表格报送"), _NOTICE, _EXEMPLARS),
    Role.REVIEWER: (_TODAY, ("/scoring", "我的评分"), _NOTICE, _EXEMPLARS),
    Role.INSPECTOR: (_TODAY, _INSPECTIONS, _NOTICE, _EXEMPLARS),
}
_BELONGS_TO = {"/draw": "/inspections", "/follow-ups": "/exemplars"}
"""Pages without an entry of their own in the navigation."""

THEMES = {"standard": "标准", "large": "大字", "contrast": "高对比"}
_DONE = re.compile(r"(nomination|review|publicity|inspection|gateway)-(\d{1,12})")


def open_desk() -> Desk:
    """For the one who is signed in; the footer tells what it asked."""
    desk = Desk(parts().services, current_actor())
    g.desk = desk
    return desk


def season_of(desk: Desk) -> SeasonView:
    """The one the address names, else the newest; :class:`NotFound` while there is none."""
    seasons = desk.seasons()
    wanted = request.args.get("season")
    found = next((season for season in seasons if wanted in (None, str(season.season_id))), None)
    if found is None:
        raise NotFound("season.not_found")
    g.season = found
    return found


def season_by_id(desk: Desk, season_id: UUID) -> SeasonView:
    found = next((season for season in desk.seasons() if season.season_id == season_id), None)
    if found is None:
        raise NotFound("season.not_found")
    g.season = found
    return found


def show(template: str, **context: Any) -> str:
    return render_template(template, **context)


def fresh_key() -> str:
    """An idempotency key for one form; it stays with the form until the deed is done or refused."""
    return str(uuid4())


def surroundings() -> dict[str, Any]:
    """What every template may use."""
    desk: Desk | None = g.get("desk")
    actor = g.get("actor")
    theme = request.cookies.get("theme", "")
    done = _DONE.fullmatch(request.args.get("done", ""))
    return {
        "actor": actor,
        "form_token": g.session.form_token if g.get("session") else "",
        "navigation": NAVIGATION.get(actor.role, ()) if actor else (),
        "here": _BELONGS_TO.get(section := "/" + request.path.split("/")[1], section),
        "season": g.get("season"),
        "theme": theme if theme in THEMES else "standard",
        "themes": THEMES,
        "on": today(parts().settings.clock.now()),
        "asked_logs": desk.logs_asked() if desk else [],
        "done": (done[1], int(done[2])) if done else None,
        "address": address_with,
    }


def address_with(**changes: str | None) -> str:
    """The same address with some filters changed, and back on its first page."""
    kept = {key: value for key, value in request.args.items() if key not in {"after", "done", *changes}}
    new = kept | {key: value for key, value in changes.items() if value is not None}
    return request.path + (f"?{urlencode(new)}" if new else "")
