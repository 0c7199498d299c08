"""``bench/results.md``: a part for each measurement, each of which can be measured again alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")
_HEADING = """# 速度

每项都与同一次运行里的对照交替测量，看比值；绝对值只说明这台机器。全部由 `make bench` 写成；只重测其中一项用
`make bench ARGS=名字`，名字在各节标题里。
"""


def update(measured: Mapping[str, Sequence[str]], order: Sequence[str]) -> None:
    """Puts the lines of what was measured in the place of the old ones, in the ``order`` of all names."""
    parts = _read() | {name: "\n".join(lines).strip() for name, lines in measured.items()}
    told = [f"## {name}\n\n{parts[name]}\n" for name in order if name in parts]
    RESULTS.write_text("\n".join([_HEADING, *told]), "utf-8")


def _read() -> dict[str, str]:
    if not RESULTS.exists():
        return {}
    _, *parts = RESULTS.read_text("utf-8").split("\n## ")
    split = [part.partition("\n") for part in parts]
    return {name: body.strip() for name, _, body in split}
