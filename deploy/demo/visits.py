"""What the demo's inspectors find: nothing at most places, small things at some."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

_FINDINGS: tuple[tuple[str, str, str, str], ...] = (
    ("一楼宣传栏", "公示栏里的获表彰名单仍是上一年度的，未更换。（演示）", "实体榜与决定同步更换", "一般"),
    ("党政办公室", "推荐对象征求意见表缺一份，当场未能出示原件。（演示）", "推荐材料一人一档", "较重"),
    ("档案柜", "集体研究会议记录没有写参会人数。（演示）", "单位集体研究须有记录（N-13）", "一般"),
    ("便民服务大厅", "学习讨论安排表要求每人交一篇心得并拍照。（演示）", "不得把笔记和拍照留痕作为评判依据", "较重"),
    ("村部院内", "榜样事迹展板有两处错别字。（演示）", "三审三校", "一般"),
    ("会议室", "回访表填写日期早于榜样发布日期。（演示）", "跟踪回访据实登记（N-42）", "较重"),
)
_CLEAN = "现场查看推荐档案、宣传栏和回访记录，未发现问题。（演示）"
_WITH_FINDINGS = "推荐程序总体规范，所列问题已当场告知，请按期整改。（演示）"
_MOST = 3


@dataclass(frozen=True)
class Visit:
    """Bodies of the commands, without what the address says."""

    findings: tuple[dict[str, Any], ...]
    report: dict[str, Any]


def visit(seed: int, inspection_id: str, day: date) -> Visit:
    rng = random.Random(f"visit {seed} {inspection_id}")
    found = rng.sample(_FINDINGS, rng.choice((0, 0, 1, 1, 2, _MOST)))
    return Visit(
        findings=tuple(
            {"found_on": day.isoformat(), "place": place, "fact": fact, "rule": rule, "severity": severity}
            for place, fact, rule, severity in found
        ),
        report={"visited_on": day.isoformat(), "conclusion": _WITH_FINDINGS if found else _CLEAN},
    )
