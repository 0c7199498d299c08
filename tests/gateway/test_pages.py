"""What holds for every page, whoever looks at it."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Forbidden
from contracts.inspection import ShowDraw
from contracts.nomination import ListNominations, ShowNomination
from contracts.review import ListReviewers, ReadObjection, ReplacementGround, ReplaceReviewer, ShowCase, ShowRound
from contracts.rpc import ParkedEvent
from standards.random_draw import draw
from tests.gateway import county, visits
from tests.gateway.asking import fields_of, found, page
from tests.gateway.conftest import Clocks, build_app, open_accounts, sign_in
from tests.gateway.stand_in import StandIn

SignedIn = Callable[[str], FlaskClient]
NOMINATION = county.NOMINATION_IDS[0]
SEASON = f"/seasons/{county.SEASON_ID}"
OFFICE = (
    "/", "/nominations", f"/nominations/{NOMINATION}", "/units", "/units?silent=1", "/cases", "/cases?objections=1",
    f"/cases/{NOMINATION}", "/notice", "/exemplars", "/follow-ups", "/draw", "/inspections", "/inspections/report",
    f"/inspections/{county.some_id('inspection-0')}", "/log", f"/log/{NOMINATION}", "/log?thing=nonsense", "/units/new",
    f"/cases/{NOMINATION}/objections", f"{SEASON}/assignments", f"{SEASON}/shortlist", f"{SEASON}/notice",
    f"{SEASON}/draw", f"{SEASON}/pool", f"{SEASON}/nominations/closing", "/reviewers", "/inspectors", "/complaint",
    "/complaints", "/import", f"/nominations/{NOMINATION}/erasure",
)  # fmt: skip
PAGES = [
    *(("office", address) for address in OFFICE),
    ("unit", "/"), ("unit", "/nominations"), ("unit", f"{SEASON}/units/{county.UNITS['县林业局']}/declination"),
    ("unit", f"/nominations/{NOMINATION}/withdrawal"), ("unit", "/import"), ("unit", "/notice"),
    ("reviewer", "/"), ("reviewer", "/scoring"), ("reviewer", f"/scoring/{county.NOMINATION_IDS[2]}"),
    ("reviewer", "/exemplars"), ("leader", "/"), ("leader", "/cases"), ("leader", f"/cases/{NOMINATION}"),
    ("leader", f"/cases/{NOMINATION}/objections/{county.some_id('objection')}/ruling"),
    ("inspector", "/"), ("inspector", f"/inspections/{county.some_id('inspection-2')}"),
    ("inspector", f"/inspections/{county.some_id('inspection-2')}/findings"),
    ("inspector", f"/inspections/{county.some_id('inspection-2')}/report"), ("auditor", "/"), ("auditor", "/log"),
]  # fmt: skip


@pytest.fixture(scope="module")
def county_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One gateway for all pages that are only looked at."""
    folder, clocks = tmp_path_factory.mktemp("gateway"), Clocks()
    accounts = open_accounts(folder, clocks)
    yield build_app(folder, StandIn(), accounts, clocks)
    accounts.log.store.close()


@pytest.fixture(scope="module", params=PAGES, ids=" ".join)
def any_page(request: pytest.FixtureRequest, county_gateway: Flask) -> BeautifulSoup:
    account, address = request.param
    return page(sign_in(county_gateway, account), address)


def test_every_page_is_well_made_chinese_html(any_page: BeautifulSoup) -> None:
    assert found(any_page, "html")["lang"] == "zh-CN"
    assert found(any_page, "title").text.strip() != ""
    assert len(any_page.select("h1")) == 1
    levels = [int(heading.name[1]) for heading in any_page.select("h1, h2, h3, h4")]
    assert all(following <= level + 1 for level, following in itertools.pairwise(levels))
    ids = [element["id"] for element in any_page.select("[id]")]
    assert len(ids) == len(set(ids))
    for anchor in any_page.select("a[href^='#']"):
        assert str(anchor["href"])[1:] in ids


def test_every_field_has_a_label_and_every_table_a_head(any_page: BeautifulSoup) -> None:
    labelled = {str(label["for"]) for label in any_page.select("label[for]")}
    for field in any_page.select("input:not([type=hidden]), select, textarea"):
        assert field.find_parent("label") is not None or str(field.get("id")) in labelled, field
    for table in any_page.select("table:not(.keys)"):
        assert table.select("th[scope=col]"), table
    for picture in any_page.select("svg"):
        assert found(picture, "title").text.strip()
        assert found(picture, "desc").text.strip()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(any_page: BeautifulSoup) -> None:
    assert any_page.select("style, [style], iframe, object, embed") == []
    assert [script for script in any_page.select("script") if not script.has_attr("src")] == []
    assert [name for element in any_page.select("*") for name in element.attrs if name.startswith("on")] == []
    for element in any_page.select("[href], [src], [action]"):
        address = str(element.get("href") or element.get("src") or element.get("action"))
        assert address.startswith(("/", "#")), address
        assert not address.startswith("//")


def test_every_form_that_changes_something_carries_the_session_s_token(any_page: BeautifulSoup) -> None:
    for form in any_page.select("form[method=post]"):
        assert found(form, "input[name=form_token]")["value"] != ""


def test_every_page_says_as_of_which_log_positions_it_was_drawn(signed_in: SignedIn) -> None:
    soup = page(signed_in("office"), "/cases")
    assert "本页截至：推荐日志前 4813 号事件，评审日志前 4813 号事件" in found(soup, "footer").text


def test_positions_are_asked_before_what_is_shown(signed_in: SignedIn, stand_in: StandIn) -> None:
    signed_in("office").get("/cases")
    seen: set[str] = set()
    for service, query, _ in stand_in.asked:
        if service not in seen:
            assert type(query).__name__ == "TellLog"
            seen.add(service)


@pytest.mark.parametrize("theme", ["large", "contrast"])
def test_a_theme_is_kept_and_leads_back(signed_in: SignedIn, theme: str) -> None:
    client = signed_in("office")
    answer = client.get(f"/theme/{theme}?back=/units?level=乡镇")
    assert answer.status_code == 303
    assert found(page(client, answer.headers["Location"]), "html")["data-theme"] == theme


def test_a_filter_stands_in_the_address_and_survives_turning_the_page(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("office")
    soup = page(client, "/nominations?kind=新典型&search=王")
    assert found(soup, "#search")["value"] == "王"
    assert found(soup, "#kind option[selected]").text == "新典型"
    asked = [query for _, query, _ in stand_in.asked if type(query).__name__ == "ListNominations"]
    assert (asked[0].kind.value, asked[0].search) == ("新典型", "王")


def test_a_long_list_turns_its_pages_by_cursor(signed_in: SignedIn, stand_in: StandIn) -> None:
    stand_in.answers[ListNominations] = county.nominations(0, 8)
    following = found(page(signed_in("office"), "/nominations?kind=新典型"), "a[rel=next]")
    assert re.search(r"after=c7$", str(following["href"]))
    assert "kind=" in str(following["href"])


def test_g01_a_unit_sees_neither_the_unit_filter_nor_what_others_may_do(signed_in: SignedIn) -> None:
    soup = page(signed_in("unit"), "/nominations")
    assert soup.select("#unit_id") == []
    navigation = [link.text for link in soup.select(".top nav a")]
    assert navigation == ["今天", "本单位推荐", "表格报送", "公示", "榜样"]


def test_what_a_role_may_not_see_is_told_as_a_page(signed_in: SignedIn, stand_in: StandIn) -> None:
    stand_in.answers[ListReviewers] = Forbidden("identity.role_forbidden", role="检查员", operation="评委一览")
    soup = page(signed_in("inspector"), "/cases", status=403)
    assert "您的身份（检查员）不能办理“评委一览”" in soup.text
    assert page(signed_in("unit"), "/complaints", status=403).h1 is not None


def test_a_vacancy_is_shown_as_one(signed_in: SignedIn, stand_in: StandIn) -> None:
    stand_in.answers[ShowRound] = county.shortlisted_round()
    vacant = page(signed_in("office"), "/cases").select("tr.vacant")[-1]
    assert [cell.text for cell in vacant.select("td, th")] == ["—", "空缺", "2 个名额没有人够分", "三等奖", "空缺"]


def test_r06_dropped_scores_are_struck_through(signed_in: SignedIn) -> None:
    soup = page(signed_in("office"), f"/cases/{NOMINATION}")
    assert [struck.text for struck in soup.select("del")] == ["96.30", "84.10"]


def test_r19_an_objection_is_shown_without_who_raised_it(signed_in: SignedIn) -> None:
    text = page(signed_in("leader"), f"/cases/{NOMINATION}").text
    assert "待裁定" in text
    assert "提出人与内容加密保存" in text


def test_r19_the_leading_group_opens_an_objection_by_a_form_of_its_own(signed_in: SignedIn, stand_in: StandIn) -> None:
    client = signed_in("leader")
    form = page(client, f"/cases/{NOMINATION}").select_one("td form")
    assert form is not None
    typed = {field["name"]: field["value"] for field in form.select("input")}
    shown = BeautifulSoup(client.post(str(form["action"]), data=typed).text, "html.parser").text
    assert all(told in shown for told in ("钱演示", "000-0000", "演示异议内容", "裁定这件异议"))
    assert isinstance(stand_in.executed[-1].command, ReadObjection)
    assert client.post(str(form["action"]), data=typed | {"form_token": "x"}).status_code == 403


def test_r02_only_who_has_not_signed_is_offered_for_replacement(signed_in: SignedIn, stand_in: StandIn) -> None:
    view = county.case(NOMINATION, reviewer=False)
    waiting = replace(view, row=replace(view.row, state="评分中", scored=3), score_sheets=view.score_sheets[:3])
    stand_in.answers[ShowCase] = waiting
    client = signed_in("office")
    assert page(client, f"/cases/{NOMINATION}").select(f"a[href='/cases/{NOMINATION}/replacements']")
    soup = page(client, f"/cases/{NOMINATION}/replacements")
    signed = {sheet.reviewer_id for sheet in waiting.score_sheets}
    offered = {str(option["value"]) for option in soup.select("[name=reviewer_id]") if option["value"]}
    assert offered == {str(one) for one in waiting.reviewers if one not in signed}
    typed = fields_of(soup) | {"reviewer_id": min(offered), "ground": "不能参加评审"}
    assert client.post(f"/cases/{NOMINATION}/replacements", data=typed).status_code == 303
    assert stand_in.executed[-1].command == ReplaceReviewer(
        nomination_id=NOMINATION, reviewer_id=UUID(min(offered)), ground=ReplacementGround.ABSENT
    )


def test_r02_a_case_names_who_of_its_panel_has_not_signed(signed_in: SignedIn, stand_in: StandIn) -> None:
    view = county.case(NOMINATION, reviewer=False)
    stand_in.answers[ShowCase] = replace(
        view, row=replace(view.row, state="评分中"), score_sheets=view.score_sheets[:3]
    )
    names = {row.reviewer_id: row.name for row in county.reviewers().rows}
    waiting = "、".join(names[one] for one in view.reviewers[3:])
    assert f"等待签名：{waiting}" in page(signed_in("office"), f"/cases/{NOMINATION}").text
    stand_in.answers[ShowCase] = view
    assert "等待签名" not in page(signed_in("office"), f"/cases/{NOMINATION}").text


def test_r19_others_see_no_such_form(signed_in: SignedIn) -> None:
    assert page(signed_in("office"), f"/cases/{NOMINATION}").select("td form") == []


def test_the_draw_shows_all_that_is_needed_to_recompute_it(signed_in: SignedIn) -> None:
    client = signed_in("inspector")
    text = page(client, "/draw").text
    view = visits.drawn()
    assert view.pool_hash in text
    assert view.seed in text
    assert "LC_ALL=C sort pool.txt | sha256sum" in text
    assert client.get("/draw/pool.txt").text == view.pool_text


@pytest.mark.parametrize("seed", ["2231.48", 'it\'s $(echo 7) `8`; "9"'])
def test_s52_whoever_types_the_page_s_commands_into_a_shell_gets_the_same_draw(
    signed_in: SignedIn, stand_in: StandIn, tmp_path: Path, seed: str
) -> None:
    view = replace(visits.drawn(), seed=seed)
    view = replace(view, units=tuple(UUID(one) for one in draw(seed, [str(one) for one in view.pool], 3)))
    stand_in.answers[ShowDraw] = view
    client = signed_in("inspector")
    (tmp_path / "pool.txt").write_bytes(client.get("/draw/pool.txt").data)
    commands = [block.text for block in page(client, "/draw").select("pre.commands")]
    digest, drawn = (
        subprocess.run(["bash", "-c", one], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
        for one in commands
    )
    assert digest.split()[0] == view.pool_hash
    assert [line.split()[1] for line in drawn.splitlines()] == [str(unit) for unit in view.units]


def test_the_course_of_a_thing_is_told_across_logs_in_causal_order(signed_in: SignedIn) -> None:
    soup = page(signed_in("auditor"), f"/log/{NOMINATION}")
    told = [str(item.find(string=True)).strip() for item in soup.select(".course li")]
    assert told == [
        "报送推荐，本单位第 1 位，新典型",
        "建立评审材料",
        "评审完成，5 位评委，得分 92.72",
        "发布公示，到 6月29日 17:30 期满（5 个工作日）",
        "7月7日决定授予一等奖，得分 92.72",
        "以一等奖榜样向社会展示",
        "排定跟踪回访日期",
    ]
    assert "推荐日志 312 号" in found(soup, ".course li").text


def test_x15_an_erased_nominee_s_page_says_so_and_offers_no_second_erasure(
    signed_in: SignedIn, stand_in: StandIn
) -> None:
    address = f"/nominations/{NOMINATION}"
    before = page(signed_in("office"), address)
    assert "删除个人信息" in [link.text for link in before.select("aside a")]
    stand_in.answers[ShowNomination] = county.erased(NOMINATION)
    after = page(signed_in("office"), address)
    assert found(after, "h1").text == "个人信息已删除"
    assert "删除个人信息" not in [link.text for link in after.select("aside a")]
    assert county.DEEDS not in after.text


def test_parked_events_are_listed_with_their_reason(signed_in: SignedIn, stand_in: StandIn) -> None:
    stand_in.parked = (
        ParkedEvent(source="nomination", pub_seq=17, stream=f"nomination-{NOMINATION}", reason="UnreadableEvent"),
    )
    log = page(signed_in("auditor"), "/log").text
    assert "1 件消息搁置" in log
    assert "修好原因后重新启动这个服务" in log
    assert "1 件跨服务消息搁置" in page(signed_in("office"), "/").text


def test_g08_every_page_leads_to_complaints_and_nobody_is_named(signed_in: SignedIn) -> None:
    unit = signed_in("unit")
    address = str(found(page(unit, "/import"), "footer a[href^='/complaint']")["href"])
    sent = fields_of(page(unit, address))
    assert unit.post("/complaint", data=sent | {"content": "短"}).status_code == 422
    assert unit.post("/complaint", data=sent | {"content": "同一份材料要报两遍。"}).status_code == 303
    text = page(signed_in("office"), "/complaints").text
    assert "同一份材料要报两遍。" in text
    assert "/import" in text
    assert "unit" not in found(page(signed_in("office"), "/complaints"), "main").text


@pytest.mark.parametrize("about", [f"/nominations/{NOMINATION}", f"/nominations?unit_id={NOMINATION}"])
def test_g08_a_complaint_names_the_kind_of_page_and_nothing_that_tells_whose_it_is(
    signed_in: SignedIn, about: str
) -> None:
    unit, office = signed_in("unit"), signed_in("office")
    told = str(found(page(unit, f"/nominations/{NOMINATION}"), "footer a[href^='/complaint']")["href"])
    assert str(NOMINATION) not in told
    sent = fields_of(page(unit, told)) | {"content": "同一份材料要报两遍。"}
    for one in (sent, sent | {"about": about}):
        assert unit.post("/complaint", data=one).status_code == 303
    soup = page(office, "/complaints")
    assert [heading.text for heading in soup.select("main h2 .mono")] == ["/nominations", "/nominations"]
    assert str(NOMINATION) not in str(soup)


def test_the_script_is_small(client: FlaskClient) -> None:
    script = client.get("/static/page.js", buffered=True).data
    assert len(script) <= 30 * 1024
