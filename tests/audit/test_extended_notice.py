"""A notice that was extended when a calendar table changed is recomputed by the table of its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from audit.copies.folder import open_copies
from audit.records import read
from audit.rules.catalogue import breaches
from contracts.publicity import AdoptCalendarTable, CloseNotice
from gateway.store import open_log
from tests.services.county import County, on_notice, sqlite_store
from tests.services.sample import NOTICE_OVER, OPEN_SEASON, SEASON, register


def test_x04_an_extended_notice_breaks_no_rule(tmp_path: Path) -> None:
    county = County(tmp_path).open()
    county.do("nomination", OPEN_SEASON)
    for number in range(1, 5):
        county.do("nomination", register(number))
    on_notice(county)
    table = AdoptCalendarTable(year=2026, document="补充通知（演示）", holidays=(date(2026, 6, 5),))
    county.do("publicity", table)
    county.clock.moment = NOTICE_OVER
    county.do("publicity", CloseNotice(season_id=SEASON))
    county.settle()
    county.close()
    gateway = sqlite_store(tmp_path / "logs", "gateway")
    open_log(gateway)
    gateway.close()
    records = read(open_copies(tmp_path / "logs"), lambda *_: None)
    found = [
        one for one in breaches(records) if one.rule not in {"known_account", "own_matters"}
    ]  # nobody has an account
    assert found == []
