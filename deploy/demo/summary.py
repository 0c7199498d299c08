"""What a demo prints at its end: the figures of the season, and who may sign in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.table import Table

from deploy.demo.campaign import Campaign
from deploy.demo.cast import AUDITOR, LEADER, OFFICE, PASSWORD, Cast
from deploy.demo.refusals import Told
from gateway.wording import SERVICES

_PLACE = re.compile(r"^第\d+行 \S*?：")


def summary_tables(campaign: Campaign) -> Iterator[Table]:
    office, season_id = campaign.office, campaign.cast.season_id
    season = next(one for one in office.get("/seasons")["rows"] if one["season_id"] == str(season_id))
    scoring = office.get(f"/seasons/{season_id}/round")
    exemplars = office.get(f"/seasons/{season_id}/exemplars")["rows"]
    inspections = office.get(f"/seasons/{season_id}/inspections")["rows"]
    figures = Table("项目", "数", title=season["name"], title_justify="left")
    rows = (
        ("单位", season["units"]),
        ("其中本次不推荐", season["declined"]),
        ("推荐件", season["nominations"]),
        ("被退回的行", len(campaign.refusals.all())),
        ("评审材料", scoring["cases"]),
        ("签名评分", scoring["sheets_signed"]),
        ("表彰决定", scoring["awards"]),
        ("发布的榜样", len(exemplars)),
        ("检查", len(inspections)),
        ("其中已出结果", sum(one["state"] == "已出结果" for one in inspections)),
    )
    for name, value in rows:
        figures.add_row(name, str(value))
    yield figures
    if told := campaign.refusals.all():
        yield _refusals(told)
    if scoring["tiers"]:
        yield _tiers(scoring["tiers"], Counter(one["tier"] for one in exemplars))
    yield _logs(office.get("/logs")["rows"])


def accounts_table(cast: Cast) -> Table:
    accounts = {account.name: account for account in cast.accounts()}
    table = Table("账号", "身份", title=f"演示账号，口令都是 {PASSWORD}", title_justify="left")
    for name in (OFFICE, LEADER, AUDITOR, "yl-001", "reviewer01", "inspector1"):
        table.add_row(name, accounts[name].role.value)
    return table


def _refusals(told: Sequence[Told]) -> Table:
    table = Table("原因（举一例）", "行数", "代码", title="被退回的行，按原因", title_justify="left")
    examples = {one.code: _PLACE.sub("", one.message) for one in reversed(told)}
    for code, count in Counter(one.code for one in told).most_common():
        table.add_row(examples[code], str(count), code)
    return table


def _tiers(tiers: list[dict[str, int | str]], exemplars: Counter[str]) -> Table:
    table = Table("等次", "名额", "空缺", "已发布", title="奖项", title_justify="left")
    for one in tiers:
        table.add_row(str(one["tier"]), str(one["places"]), str(one["vacant"]), str(exemplars[str(one["tier"])]))
    return table


def _logs(logs: list[dict[str, int | str]]) -> Table:
    table = Table("日志", "事件", "发布", title="事件日志", title_justify="left")
    for one in logs:
        table.add_row(SERVICES[str(one["source"])], str(one["events"]), str(one["published"]))
    return table
