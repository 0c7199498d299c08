"""The data directory may be told as it is seen from where the program is started; by default it is."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import requests

from deploy.processes import environment_of
from tests.deploy.test_processes import ALONE
from tests.servers.processes import Child, free_port
from tests.waiting import until

PAGE = "<!doctype html><title>榜样</title>"


def test_the_public_pages_are_served_from_a_relative_data_directory(tmp_path: Path) -> None:
    settings = replace(ALONE, http_port=free_port())
    assert not settings.data.is_absolute()
    site = tmp_path / settings.data / "site"
    site.mkdir(parents=True)
    (site / "page.html").write_text(PAGE, encoding="utf-8")

    def answer() -> tuple[int, str] | None:
        with suppress(requests.ConnectionError):
            answered = requests.get(f"http://127.0.0.1:{settings.http_port}/public/page.html", timeout=10)
            return answered.status_code, answered.content.decode()
        return None

    program = Path(sys.executable).with_name("biaobing")
    started_there = tmp_path / "up.log"  # a child works in the folder of its log
    child = Child([program, "up"], log=started_there, environ=environment_of(settings), request=signal.SIGINT)
    try:
        assert until(answer, within=60, what="the program answers") == (200, PAGE)
    finally:
        child.end(within=30)
