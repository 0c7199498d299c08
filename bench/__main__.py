"""``make bench``: all measurements in one run, as the table of ``bench/results.md``."""

from __future__ import annotations

import platform
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import append, gateway, latency, relay
from deploy.settings import Settings
from tests.servers.origin import Machine, find
from tests.servers.postgresql import POSTGRESQL, PostgreSQL
from tests.servers.rabbitmq import RABBITMQ, RabbitMQ

RESULTS = Path(__file__).with_name("results.md")
HEADING = """# 速度

每项都与同一次运行里的对照交替测量，看比值；绝对值只说明这台机器。由 `make bench` 写成。

"""


def main() -> None:
    postgresql, rabbitmq = find(POSTGRESQL, Machine.here()), find(RABBITMQ, Machine.here())
    with tempfile.TemporaryDirectory() as folder:
        try:
            postgresql.start()
            rabbitmq.start()
            RESULTS.write_text(HEADING + "\n".join(_lines(postgresql, rabbitmq, Path(folder))) + "\n", "utf-8")
        finally:
            postgresql.close()
            rabbitmq.close()
    print(RESULTS.read_text("utf-8"))


def _lines(postgresql: PostgreSQL, rabbitmq: RabbitMQ, folder: Path) -> list[str]:
    versions = "，".join(server.describe().split(" ←")[0] for server in (postgresql, rabbitmq))
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}，Python {platform.python_version()}，{versions}（fsync 开）。",
        "",
        "| 测什么 | 我们 | 对照 | 对照速度 | 比值（中位） | 各轮 | 目标 |",
        "|---|---|---|---|---|---|---|",
    ]
    for each, goal in ((1, "≥ 0.5"), (100, "≥ 0.6")):
        raw = append.against_raw(postgresql.fresh_database(f"raw{each}"), each)
        lines.append(raw.row(f"追加，每事务 {each} 个事件", "裸 INSERT，同样的列和索引", goal))
        library = append.against_library(postgresql.fresh_database(f"library{each}"), each)
        lines.append(library.row(f"追加，每事务 {each} 个事件", "eventsourcing 库的有序记录器", "≥ 1.3"))
    bare = relay.against_bare(postgresql.fresh_database("relayed"), rabbitmq.create_vhost("relay"))
    lines.append(bare.row("转发到 RabbitMQ", "裸的流水线确认发布", "≥ 0.7"))
    settings = Settings(
        data=folder / "latency", broker_url=rabbitmq.create_vhost("latency"), database_url=postgresql.url,
        http_host="127.0.0.1", http_port=8699, clock_file=folder / "clock.json", https=False,
        origin="biaobing.test",
    )  # fmt: skip
    delays = latency.measure(settings)
    load = f"五个进程，每秒 {delays.per_second:.0f} 份，泊松到达，共 {latency.NOMINATIONS} 份"
    figures = f"中位 {delays.median:.0f} 毫秒，p99 {delays.p99:.0f} 毫秒，最慢 {delays.worst:.0f} 毫秒"
    lines += ["", f"推荐被受理 → 评审材料可见（{load}）：{figures}（目标 p50 ≤ 60，p99 ≤ 250）。", ""]
    for name in ("nomination", "review", "publicity", "inspection", "gateway"):
        postgresql.drop_database(f"biaobing_{name}")
    pages = replace(settings, data=folder / "pages", broker_url=rabbitmq.create_vhost("pages"))
    for rate in gateway.measure(pages):
        figures = f"每秒 {rate.per_second:.0f} 次，中位 {rate.median_ms:.0f} 毫秒，p99 {rate.p99_ms:.0f} 毫秒"
        lines.append(f"- {rate.page}，{gateway.CLIENTS} 个并发：{figures}。")
    return lines


if __name__ == "__main__":
    main()
