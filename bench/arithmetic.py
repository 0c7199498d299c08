"""What was measured up to a million events, drawn and told, and what follows for a hundred times as many."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.plot import plot
from bench.scaling import Size

PLOT = Path(__file__).with_name("scaling.svg")
DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
MANY = 10**8
HASH_BYTES = 32
TILE_WIDTH = 256
PARTITION = 2**24
A_SEASON = 4_500
"""Events of one county's season (the demo's)."""
_BESIDE = "与最小的相比"
_TEXT = """# 一亿个事件

由 `make bench ARGS=scaling` 写成。量到一百万个事件为止，往后的是算出来的，算法写在这里。

![随日志变长的快慢](../bench/scaling.svg)

{table}

## 从一百万到一亿

| 什么 | 怎么算 | 一亿个事件时 |
|---|---|---|
| 追加 | 位置和版本的唯一索引是 B 树，每页约 300 项：log₃₀₀ 10⁶ = {depth_now:.1f}，\
log₃₀₀ 10⁸ = {depth_many:.1f}，多读一层；分区后每个分区最多 2²⁴ 个，层数不变 | 每秒约 {appends:,.0f} 个 |
| 写满要多久 | 10⁸ ÷ {appends:,.0f}/秒 | {days:.0f} 天不停地写；一届约 {season:,} 个事件，够 {seasons:,} 届 |
| 数据库 | {bytes:.0f} 字节/事件（其中叶 {leaf:.0f}）× 10⁸ | {gigabytes:.0f} GB，{partitions} 个分区 |
| 包含证明 | ⌈log₂ 10⁸⌉ = {proof} 个哈希 × 32 字节 | {proof_bytes} 字节 |
| 哈希瓦片 | 10⁸ × 32 字节 × 256/255 | {tiles:.1f} GB |
| 全面核查 | {verify:.1f} 微秒/事件（减去核查空日志的）× 10⁸，单核 | {minutes:.0f} 分钟 |
| 核查的内存 | （{memory_many:.0f} − {memory_few:.0f}）MB ÷ {step:,} 个事件，按比例；\
差别小到多半只是起伏 | 至多 {memory:.1f} GB |
"""


def write(sizes: Sequence[Size]) -> None:
    """The drawing and ``docs/scaling.md``."""
    flat = {
        "追加": [_relative(one.appends, sizes[0].appends) for one in sizes],
        "读一个事件流": [_relative(one.reads, sizes[0].reads) for one in sizes],
        "核查一个事件": [_verified(sizes[0]) / _verified(one) for one in sizes],
    }
    PLOT.write_text(plot("与一万个事件时相比的速度（1 为一样快）", [one.events for one in sizes], flat), "utf-8")
    DOCUMENT.write_text(_told(sizes), "utf-8")


def table(sizes: Sequence[Size]) -> Iterator[str]:
    names = ("事件", "追加", _BESIDE, "读一个事件流", _BESIDE, "核查一个事件", _BESIDE, "核查的内存", "每个事件占用")
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    for one in sizes:
        yield (
            f"| {one.events:,} | {statistics.median(one.appends):,.0f}/s"
            f" | **{_relative(one.appends, sizes[0].appends):.2f}** | {statistics.median(one.reads):,.0f}/s"
            f" | **{_relative(one.reads, sizes[0].reads):.2f}**"
            f" | {_verified(one) * 1e6:.1f} 微秒 | **{_verified(sizes[0]) / _verified(one):.2f}**"
            f" | {one.peak_megabytes:.0f} MB | {one.bytes:.0f} 字节 |"
        )


def _relative(rates: Sequence[float], smallest: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median([ours / theirs for ours, theirs in zip(rates, smallest, strict=True)])


def _verified(size: Size) -> float:
    """Seconds of one core for one event, the start of the program not counted."""
    return statistics.median(size.verify_seconds) / size.events


def _told(sizes: Sequence[Size]) -> str:
    smallest, *_, largest = sizes
    step = largest.events - smallest.events
    memory = (largest.peak_megabytes - smallest.peak_megabytes) / step
    appends, proof = statistics.median(largest.appends), math.ceil(math.log2(MANY))
    return _TEXT.format(
        table="\n".join(table(sizes)),
        depth_now=math.log(largest.events, 300),
        depth_many=math.log(MANY, 300),
        appends=appends,
        days=MANY / appends / 86_400,
        season=A_SEASON,
        seasons=MANY // A_SEASON,
        bytes=largest.bytes,
        leaf=largest.leaf_bytes,
        gigabytes=largest.bytes * MANY / 1e9,
        partitions=math.ceil(MANY / PARTITION),
        proof=proof,
        proof_bytes=proof * HASH_BYTES,
        tiles=MANY * HASH_BYTES * TILE_WIDTH / (TILE_WIDTH - 1) / 1e9,
        verify=_verified(largest) * 1e6,
        minutes=_verified(largest) * MANY / 60,
        memory_few=smallest.peak_megabytes,
        memory_many=largest.peak_megabytes,
        step=step,
        memory=(largest.peak_megabytes + memory * (MANY - largest.events)) / 1000,
    )
