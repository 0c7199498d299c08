"""The colours people must read by, from the tokens themselves (WCAG 2.2 §1.4.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLE = Path("gateway/static/style.css").read_text("utf-8")
PAIRS = [
    ("ink", "paper"), ("muted", "paper"), ("muted", "tint"), ("link", "paper"), ("link", "tint"), ("seal", "paper"),
    ("seal", "seal-tint"), ("warn", "warn-tint"), ("done", "done-tint"), ("ink", "done-tint"), ("ink", "seal-tint"),
    ("paper", "seal"), ("paper", "ink"),
]  # fmt: skip
LEAST = 4.5


def tokens(theme: str) -> dict[str, str]:
    selectors = [r":root \{"] + ([rf':root\[data-theme="{theme}"\] \{{'] if theme != "standard" else [])
    found: dict[str, str] = {}
    for selector in selectors:
        block = re.search(selector + r"(.*?)\}", STYLE, re.DOTALL)
        assert block is not None, selector
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block[1]))
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["standard", "large", "contrast"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_p21_text_stands_out_from_its_ground_in_every_theme(theme: str, front: str, back: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[front], colours[back]) >= LEAST


def test_a_theme_changes_tokens_only() -> None:
    for block in re.findall(r':root\[data-theme="[a-z]+"\] \{(.*?)\}', STYLE, re.DOTALL):
        assert re.fullmatch(r"(\s*--[a-z-]+: [^;]+;\s*)+", block)


def test_the_stylesheet_loads_nothing() -> None:
    assert re.findall(r"url\(|@import|https?:", STYLE) == []
