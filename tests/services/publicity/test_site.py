"""The public site: which pages it holds, what they show, and that none is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.publicity import CloseNotice
from contracts.review import ObjectorKind, RaiseObjection, RuleObjection
from eventlog.follower import NotNow
from tests.services.county import LEADER, County, awarded, on_notice
from tests.services.sample import NOTICE_OVER, OPEN_SEASON, SEASON, an_id, form

CLOSE = CloseNotice(season_id=SEASON)
NEXT = replace(OPEN_SEASON, season_id=an_id("next season"), name="演示县下一届争当排头兵")


def _pages(county: County) -> dict[Path, bytes]:
    site = county.folder / "site"
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*.html")}


def test_p01_p02_the_public_page_shows_the_rule_and_no_private_field(county: County) -> None:
    on_notice(county)
    page = (county.folder / "site" / "notices" / f"{SEASON}.html").read_text("utf-8")
    shown = form(0)
    for text in (shown.name, shown.workplace, "公示期 5 个工作日", OPEN_SEASON.contact, "女", "回族"):
        assert text in page
    assert shown.birth_month not in page
    assert page.count("000-0000") == page.count(OPEN_SEASON.contact)


def test_an_exemplars_page_is_written_once_and_the_same_again(county: County) -> None:
    nominations = awarded(county)
    pages = _pages(county)
    assert {path.stem for path in pages} == {str(SEASON), "index", *(str(one) for one in nominations)}
    county.settle()
    assert _pages(county) == pages


def test_p20_a_site_that_was_lost_is_written_again_at_the_next_start(county: County) -> None:
    awarded(county)
    pages = _pages(county)
    shutil.rmtree(county.folder / "site")
    county.close()
    county.open()
    county.settle()
    assert _pages(county) == pages


def test_p20_an_exemplars_page_is_written_though_nomination_was_away(county: County) -> None:
    late, *_ = on_notice(county)
    objection = an_id("objection")
    county.do(
        "review",
        RaiseObjection(
            objection_id=objection,
            nomination_id=late,
            objector=ObjectorKind.UNIT,
            name="演示单位",
            content="演示异议内容",
        ),
    )
    county.clock.moment = NOTICE_OVER
    county.do("publicity", CLOSE)
    county.settle()
    ruling = RuleObjection(nomination_id=late, objection_id=objection, upheld=False, reason="演示裁定理由")
    county.do("review", ruling, LEADER)
    county.away.add("nomination")
    with pytest.raises(NotNow):
        county.settle()
    county.away.clear()
    county.settle()
    pages = _pages(county)
    assert Path(f"exemplars/{late}.html") in pages
    assert pages[Path("index.html")].decode().count(f"exemplars/{late}.html") == 1


def test_n07_the_next_season_leaves_older_exemplars_on_the_front_page(county: County) -> None:
    nominations = awarded(county)
    county.do("nomination", NEXT)
    county.settle()
    front = _pages(county)[Path("index.html")].decode()
    assert [one for one in nominations if f"exemplars/{one}.html" not in front] == []
    assert front.index(NEXT.name) < front.index(f"<h2>{OPEN_SEASON.name}</h2>")


def test_n07_a_running_notice_keeps_its_link_when_the_next_season_opens(county: County) -> None:
    on_notice(county)
    county.do("nomination", NEXT)
    county.settle()
    assert f'href="notices/{SEASON}.html">正在公示' in _pages(county)[Path("index.html")].decode()
