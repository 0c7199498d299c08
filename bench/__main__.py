"""``make bench``: all measurements, or those named, into ``bench/results.md``."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench import (
    append,
    arithmetic,
    checkpointing,
    gateway,
    latency,
    pairing,
    relay,
    replay,
    report,
    scaling,
    verifying,
)
from deploy.settings import Settings
from tests.servers.origin import Machine, find
from tests.servers.postgresql import POSTGRESQL, PostgreSQL
from tests.servers.rabbitmq import RABBITMQ, RabbitMQ

FLUSHES = 200


@dataclass(frozen=True)
class Place:
    """Servers and a folder for us alone."""

    postgresql: PostgreSQL
    rabbitmq: RabbitMQ
    folder: Path

    def settings(self, name: str) -> Settings:
        """Of five processes with nothing in their databases yet."""
        for service in ("nomination", "review", "publicity", "inspection", "gateway"):
            self.postgresql.drop_database(f"biaobing_{service}")
        return Settings(
            data=self.folder / name, broker_url=self.rabbitmq.create_vhost(name), database_url=self.postgresql.url,
            http_host="127.0.0.1", http_port=8699, clock_file=self.folder / f"{name}.json", https=False,
            origin="biaobing.test",
        )  # fmt: skip


def _append(place: Place) -> Iterator[str]:
    yield from pairing.HEADING
    for each, of_raw in ((1, "≥ 0.6"), (100, "≥ 0.7")):
        raw = append.against_raw(place.postgresql.fresh_database(f"raw{each}"), each)
        yield raw.row(f"追加，每事务 {each} 个事件", "裸 INSERT，同样的列和索引", of_raw)
        library = append.against_library(place.postgresql.fresh_database(f"library{each}"), each)
        yield library.row(f"追加，每事务 {each} 个事件", "eventsourcing 库的有序记录器", "≥ 1.5")
    yield ""
    yield (
        "下一个障碍：一个事件一个事务时，约一半时间在三次往返（BEGIN、追加、COMMIT）两端的 Python 和 SQLAlchemy 里，"
        "其余多半是服务器写命令表、流表和分区的索引；对照只有两次往返、一张表。磁盘落盘越快，这些越显眼。"
    )


def _writers(place: Place) -> Iterator[str]:
    yield from pairing.HEADING
    raw = append.writers_against_raw(place.postgresql.fresh_database("writers"))
    yield raw.row(f"{append.WRITERS} 个并发命令，各 1 个事件", f"{append.WRITERS} 个连接的裸 INSERT", "≥ 0.8")
    yield ""
    yield (
        "下一个障碍：一组命令依次办理，每次追加都等服务器答复，而八个连接的等待是重叠的。一次放置多条命令可以省下这些等待，"
        "但后一条命令就看不到前一条刚改的读模型（ADR 2）。"
    )


def _replay(place: Place) -> Iterator[str]:
    yield from pairing.HEADING
    replays = replay.against_cursor(place.postgresql.fresh_database("replay"))
    yield replays.raw.row("按序读出全部字节", "裸的二进制游标", "≥ 1.0")
    yield replays.hashed.row("读出、哈希并解码 JSON", "裸的二进制游标", "≥ 0.5")
    yield replays.events.row("读成事件（含个人信息库）", "裸的二进制游标", "—")


def _relay(place: Place) -> Iterator[str]:
    yield from pairing.HEADING
    bare = relay.against_bare(place.postgresql.fresh_database("relayed"), place.rabbitmq.create_vhost("relay"))
    yield bare.row("转发到 RabbitMQ", "裸的流水线确认发布", "≥ 0.8")
    yield ""
    yield "下一个障碍：多出来的是每条消息的哈希与构造；消息头由 py-amqp 在 Python 里编码，两边都一样，占了大半。"


def _checkpoint(place: Place) -> Iterator[str]:
    share = checkpointing.against_append(place.postgresql.fresh_database("checkpoint"), place.folder / "checkpoint")
    low, high = min(share.shares), max(share.shares)
    yield (
        f"签发校验点占追加的处理器时间（不计数据库的）：**{share.median:.1%}**，各轮 {low:.1%}–{high:.1%}，目标 ≤ 3%。"
        f"每个事件追加 {share.append:.0f} 微秒，签发 {share.checkpoint:.1f} 微秒，"
        f"每 {checkpointing.A_SECOND} 个事件签一次。"
    )
    yield ""
    yield (
        "下一个障碍：签发的处理器时间八成是内核把十来个文件逐个写实到磁盘，一次签发一回，与事件多少关系不大，随磁盘而变；"
        "读事件、哈希和签名合起来约百分之一。"
    )


def _verify(place: Place) -> Iterator[str]:
    one = verifying.verify(verifying.make_copies(place.folder / "verify", verifying.EVENTS))
    yield (
        f"`biaobing audit verify`，{one.events:,} 个事件，单核：**{one.seconds:.1f} 秒**"
        f"（处理器时间 {one.core_seconds:.1f} 秒），内存最多 {one.peak_megabytes:.0f} MB，目标 ≤ 15 秒。"
    )
    yield ""
    yield (
        "下一个障碍：打开一个事件（读、按类型核对、再写出来逐字节比较）占四成，其余分散在 SHA-256、SQLite 读行、"
        "按流排序和每行的 Python 调用里，没有一项再占一成半以上。"
    )


def _latency(place: Place) -> Iterator[str]:
    measured = latency.measure(place.settings("latency"))
    yield f"五个进程，每秒 {measured.per_second:.0f} 份推荐，泊松到达，共 {latency.NOMINATIONS} 份。"
    yield ""
    for what, delays, goal in (
        ("评审材料可见", measured.visible, "p50 ≤ 60 毫秒，p99 ≤ 250 毫秒"),
        ("在其他日志共同签名的校验点之内", measured.covered, "p99 ≤ 3 秒"),
    ):
        figures = f"中位 {delays.median:.0f} 毫秒，p99 {delays.p99:.0f} 毫秒，最慢 {delays.worst:.0f} 毫秒"
        yield f"- 推荐被受理 → {what}：{figures}（目标 {goal}）。"


def _pages(place: Place) -> Iterator[str]:
    for one in gateway.measure(place.settings("pages")):
        figures = f"每秒 {one.per_second:.0f} 次，中位 {one.median_ms:.0f} 毫秒，p99 {one.p99_ms:.0f} 毫秒"
        yield f"- {one.page}，{gateway.CLIENTS} 个并发：{figures}。"


def _scaling(place: Place) -> Iterator[str]:
    sizes = scaling.measure(place.postgresql, place.folder)
    arithmetic.write(sizes)
    yield from arithmetic.table(sizes)


MEASUREMENTS: dict[str, Callable[[Place], Iterator[str]]] = {
    "append": _append,
    "writers": _writers,
    "replay": _replay,
    "relay": _relay,
    "checkpoint": _checkpoint,
    "verify": _verify,
    "latency": _latency,
    "pages": _pages,
    "scaling": _scaling,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="|".join(MEASUREMENTS))
    names: list[str] = parser.parse_args().names or list(MEASUREMENTS)
    postgresql, rabbitmq = find(POSTGRESQL, Machine.here()), find(RABBITMQ, Machine.here())
    try:
        postgresql.start()
        rabbitmq.start()
        versions = "，".join(server.describe().split(" ←")[0] for server in (postgresql, rabbitmq))
        for name in names:
            _settle(postgresql)
            with tempfile.TemporaryDirectory() as folder:
                lines = list(MEASUREMENTS[name](Place(postgresql, rabbitmq, Path(folder))))
            when = (
                f"{datetime.now(UTC):%Y-%m-%d}，Python {platform.python_version()}，{versions}（fsync 开，"
                f"一次 fdatasync {_flush_microseconds():.0f} 微秒）。"
            )
            report.update({name: [when, "", *lines]}, list(MEASUREMENTS))
            print("\n".join(lines), flush=True)
    finally:
        postgresql.close()
        rabbitmq.close()


def _flush_microseconds() -> float:
    """How long this disk takes to have a page written for good: a commit waits for one, ours as the peer's."""
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        for _ in range(FLUSHES):
            file.write(bytes(8192))
            file.flush()
            os.fdatasync(file.fileno())
    return (time.perf_counter() - began) / FLUSHES * 1_000_000


def _settle(postgresql: PostgreSQL) -> None:
    """What the measurement before left to be written would be written during this one."""
    with psycopg.connect(postgresql.url.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        connection.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
