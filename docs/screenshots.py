# ruff: noqa: INP001 -- a script beside the pictures it takes, not a package
"""Photographs the main pages of a running demo into docs/screenshots.

    biaobing demo                                        # leave it running
    python docs/screenshots.py http://127.0.0.1:8600 done

For the pictures of a round in progress, stop ``biaobing demo`` while the reviewers score, serve its data with
``biaobing up`` and BIAOBING_CLOCK_FILE, and say ``scoring`` instead. Run from the project's folder, with PYTHONPATH=.

Drives Debian's Chromium through playwright; needs the packages chromium, fonts-noto-cjk, fonts-babelstone-han, optipng.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.demo.cast import OFFICE, PASSWORD

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).parent / "screenshots"
WIDE, NARROW, TALLEST = 1280, 390, 1500


@dataclass(frozen=True, kw_only=True)
class Shot:
    """``follow``: selectors of links that are clicked one after the other, from ``address`` on."""

    name: str
    address: str
    account: str = OFFICE
    follow: tuple[str, ...] = ()
    width: int = WIDE


SHOTS = {
    "scoring": (
        Shot(name="today", address="/"),
        Shot(name="today-narrow", address="/", width=NARROW),
        Shot(name="scoring", address="/scoring", account="reviewer01", follow=("a.button",)),
    ),
    "done": (
        Shot(name="nominations", address="/nominations"),
        Shot(name="nomination", address="/cases", follow=("tr:has(.tag.ok) th a", "aside a[href^='/nominations/']")),
        Shot(name="cases", address="/cases"),
        Shot(name="case", address="/cases", follow=("tr:has(.tag.ok) th a",)),
        Shot(name="notice", address="/notice"),
        Shot(name="draw", address="/draw"),
        Shot(name="inspections", address="/inspections/report"),
        Shot(
            name="log",
            address="/cases",
            follow=("tr:has(.tag.ok) th a", "aside a[href^='/nominations/']", "aside a[href^='/log/']"),
        ),
        Shot(name="public", address="/public/", follow=("main a",)),
    ),
}
"""By what the demo has come to: in the middle of the scoring, or all done."""


def main(base_url: str, state: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for shot in SHOTS[state]:
            with _signed_in(browser, base_url, shot) as page:
                _take(page, base_url, shot)
        browser.close()
    optipng = shutil.which("optipng")
    if optipng is None:
        sys.exit("没有 optipng，图片没有压缩。请先 apt-get install optipng。")
    subprocess.run([optipng, "-quiet", "-o2", *map(str, sorted(FOLDER.glob("*.png")))], check=True)  # noqa: S603 -- our own files


@contextmanager
def _signed_in(browser: Browser, base_url: str, shot: Shot) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": shot.width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{base_url}/sign-in")
    page.fill("#account", shot.account)
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def _take(page: Page, base_url: str, shot: Shot) -> None:
    page.goto(base_url + shot.address)
    for selector in shot.follow:
        page.locator(selector).first.click()
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": shot.width, "height": height})
    page.screenshot(path=FOLDER / f"{shot.name}.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="给运行中的演示拍照。用 make screenshots ARGS='http://127.0.0.1:8600 done'"
    )
    parser.add_argument("address", help="演示的地址")
    parser.add_argument("state", choices=SHOTS, help="演示到了哪里：评审打分中，或全部办完")
    asked = parser.parse_args()
    main(asked.address.rstrip("/"), asked.state)
