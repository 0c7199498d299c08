"""The commands of ``biaobing``. Each imports what it runs itself: an auditor's machine needs no broker library, and a
service no web framework.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from deploy.settings import BadSettings, Settings, read

app = typer.Typer(help="标兵：县“争当排头兵”竞赛活动，从推荐到检查。", no_args_is_help=True, add_completion=False)

keys = typer.Typer(help="日志的签名密钥：清单与更换。", no_args_is_help=True)
app.add_typer(keys, name="keys")
log = typer.Typer(help="日志本身的运维。", no_args_is_help=True)
app.add_typer(log, name="log")

Data = Annotated[Path | None, typer.Option("--data", help="数据目录，默认 data/")]
Port = Annotated[int | None, typer.Option("--port", help="网页端口，默认 8600")]


@app.command()
def up(data: Data = None, port: Port = None) -> None:
    """在一个进程里运行全部服务和网页（嵌入式）。"""
    from deploy.hosting import port_is_free, serve_embedded  # noqa: PLC0415 -- see above

    settings = _settings(data, port)
    if settings.clock_file is None and (settings.data / "demo.json").exists():
        settings = replace(settings, clock_file=settings.data / "clock.json")  # a demo goes on living in its season
    if not port_is_free(settings.http_host, settings.http_port):
        _fail(f"端口 {settings.http_port} 已被占用。请用 --port 换一个端口，或先停下占用它的程序。")
    typer.echo(f"标兵已启动：http://{settings.http_host}:{settings.http_port}/  按 Ctrl-C 停止。")
    serve_embedded(settings)


@app.command()
def demo(
    data: Data = None,
    port: Port = None,
    stage: Annotated[str, typer.Option(help="演到这一步为止：nomination、review、notice、publicity、inspection")] = "",
    seed: Annotated[int, typer.Option(help="另一个种子是另一个演示县")] = 2026,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="演完之后是否留着网页")] = True,  # noqa: FBT002 -- a command-line switch
) -> None:
    """演示：一个虚构的县，从第一份推荐到检查结果，走完一整届。"""
    from deploy.demo.campaign import STAGES  # noqa: PLC0415 -- see above
    from deploy.demo.performance import OtherDemo, perform  # noqa: PLC0415 -- see above
    from deploy.hosting import port_is_free  # noqa: PLC0415 -- see above

    settings = _settings(data, port)
    if stage and stage not in STAGES:
        _fail(f"没有名为“{stage}”的一步。可以是：{'、'.join(STAGES)}。")
    if not port_is_free(settings.http_host, settings.http_port):
        _fail(f"端口 {settings.http_port} 已被占用。请用 BIAOBING_HTTP_PORT 换一个端口，或先停下占用它的程序。")
    try:
        perform(settings, stage or STAGES[-1], seed, serve=serve)
    except OtherDemo as error:
        _fail(str(error))


@app.command()
def service(name: Annotated[str, typer.Argument(help="nomination、review、publicity 或 inspection")]) -> None:
    """单独运行一个服务，需要 RabbitMQ。"""
    from deploy.assembly import SERVICES  # noqa: PLC0415 -- see above
    from deploy.hosting import host_service  # noqa: PLC0415 -- see above

    settings = _distributed(_settings(None, None))
    if name not in SERVICES:
        _fail(f"没有名为“{name}”的服务。可以是：{'、'.join(SERVICES)}。")
    host_service(settings, name)


@app.command()
def gateway() -> None:
    """单独运行网页与接口，需要 RabbitMQ。"""
    from deploy.web import serve  # noqa: PLC0415 -- see above

    serve(_distributed(_settings(None, None)))


@app.command()
def processes(data: Data = None, port: Port = None) -> None:
    """在本机启动五个进程（四个服务和网页），需要 RabbitMQ 与 PostgreSQL 的地址。"""
    import signal  # noqa: PLC0415 -- see above

    from deploy.processes import Supervisor, create_databases  # noqa: PLC0415 -- see above

    settings = _distributed(_settings(data, port))
    if settings.database_url is not None:
        create_databases(settings)
    supervisor = Supervisor(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    supervisor.start()
    typer.echo(f"五个进程已启动：http://{settings.http_host}:{settings.http_port}/  按 Ctrl-C 停止。")
    supervisor.run()


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="账号")],
    role: Annotated[str, typer.Option(help="身份：办公室、单位、评委、领导小组、检查员、审计")],
    subject: Annotated[UUID | None, typer.Option(help="单位、评委或检查员的编号")] = None,
    data: Data = None,
) -> None:
    """开立账号，口令当场输入。没有预设的账号和口令。"""
    from contracts.actor import Role  # noqa: PLC0415 -- see above
    from contracts.errors import Problem  # noqa: PLC0415 -- see above
    from deploy import assembly  # noqa: PLC0415 -- see above

    roles = {one.value: one for one in Role if one is not Role.SYSTEM}
    if role not in roles:
        _fail(f"没有“{role}”这种身份。可以是：{'、'.join(roles)}。")
    password = typer.prompt("口令", hide_input=True, confirmation_prompt="再输一次")
    try:
        assembly.accounts(_settings(data, None)).open_account(name, password, roles[role], subject)
    except Problem as problem:
        _fail("；".join([problem.message, *(field.message for field in problem.fields)]))
    typer.echo(f"已开立{role}账号“{name}”。")


@app.command()
def season(
    plan: Annotated[Path, typer.Argument(help="计划文件（TOML）", exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--account", help="办公室账号")],
    url: Annotated[str, typer.Option(help="网页的地址")] = "http://127.0.0.1:8600",
) -> None:
    """按计划文件开启一届竞赛活动。"""
    from deploy.plan_file import PlanUnusable, open_season  # noqa: PLC0415 -- see above

    try:
        told = open_season(plan, url, name, typer.prompt("口令", hide_input=True))
    except PlanUnusable as error:
        _fail(str(error))
    typer.echo(told)


@keys.command("list")
def list_keys(data: Data = None) -> None:
    """列出五本日志的全部公钥：在用的，和停用的用到哪里为止。"""
    from deploy.proving import LOGS, key_files  # noqa: PLC0415 -- see above

    settings = _existing(data)
    for name in LOGS:
        typer.echo(name)
        for one in key_files(settings, name).listed():
            state = "在用  " if one.last_size is None else f"停用，最后签到 {one.last_size} 个事件  "
            typer.echo(f"  {state}{one.key.text()}")
            typer.echo(f"  见证  {one.key.as_cosigner().text()}")


@keys.command("rotate")
def rotate_key(name: Annotated[str, typer.Argument(metavar="LOG", help="日志的名字")], data: Data = None) -> None:
    """更换一本日志的签名密钥。请以运行服务的系统账号执行；不必停下服务。"""
    from deploy.proving import LOGS, key_files  # noqa: PLC0415 -- see above
    from eventlog.proof.keys import KeysUnusable  # noqa: PLC0415 -- see above

    if name not in LOGS:
        _fail(f"没有名为“{name}”的日志。可以是：{'、'.join(LOGS)}。")
    try:
        new = key_files(_existing(data), name).rotate()
    except KeysUnusable as error:
        _fail(str(error))
    typer.echo(f"日志 {name} 的新公钥：{new.text()}")
    typer.echo("下一个校验点同时带新旧两个签名，此后旧密钥停用，仍列在清单里。请把新的清单交给审计。")


@log.command("continue")
def continue_log(
    name: Annotated[str, typer.Argument(metavar="LOG", help="日志的名字")],
    reason: Annotated[str, typer.Option(help="为什么另起一本，写进新日志的第一个事件")],
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再问，直接办")] = False,  # noqa: FBT002 -- a command-line switch
) -> None:
    """数据丢失、找不回更新的副本时，另起一本日志接着办。先停下全部服务。"""
    from deploy.continuing import continue_after_loss  # noqa: PLC0415 -- see above
    from eventlog.continuation import CannotContinue  # noqa: PLC0415 -- see above

    if not yes:
        typer.confirm("此事不能撤回。全部服务都停下了、确实没有更新的副本了吗？", abort=True)
    try:
        typer.echo(continue_after_loss(_existing(data), name, reason))
    except CannotContinue as error:
        _fail(str(error))


@log.command("archive")
def archive_log(
    name: Annotated[str, typer.Argument(metavar="LOG", help="日志的名字")],
    out: Annotated[Path, typer.Option("--out", help="归档写到哪个目录", file_okay=False)],
    data: Data = None,
) -> None:
    """把写满并签过的分区存成文件，读回核对后记进日志。不必停下服务；再运行一次就再核对一遍。"""
    from deploy.archiving import archive_log as archive  # noqa: PLC0415 -- see above
    from deploy.archiving import exit_of  # noqa: PLC0415 -- see above
    from eventlog.archive.partition import CannotArchive  # noqa: PLC0415 -- see above

    try:
        archive(_existing(data), name, out)
    except CannotArchive as error:
        _fail(str(error), exit_of(error))


@log.command("rebuild")
def rebuild_log(
    name: Annotated[str, typer.Argument(metavar="LOG", help="日志的名字")],
    data: Data = None,
) -> None:
    """由事件重建一本日志的全部读模型，做好了再换上。不必停下服务。"""
    from deploy.rebuilding import CannotRebuild  # noqa: PLC0415 -- see above
    from deploy.rebuilding import rebuild_log as rebuild  # noqa: PLC0415 -- see above

    try:
        typer.echo(rebuild(_existing(data), name))
    except CannotRebuild as error:
        _fail(str(error))


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def audit(context: typer.Context) -> None:
    """在日志副本上核查，不需要任何服务在运行；有哪些命令见 biaobing audit --help。"""
    from audit.program import app as auditor  # noqa: PLC0415 -- see above

    auditor(context.args, prog_name="biaobing audit")


def run() -> None:
    _told(app)


def _told(run: Callable[[], None]) -> None:
    try:
        run()
    except BadSettings as error:
        _fail(str(error))


def _settings(data: Path | None, port: int | None) -> Settings:
    settings = read()
    # Whole from here on: Flask takes a relative folder for one beside its own code.
    settings = replace(settings, data=(settings.data if data is None else data).resolve())
    if port is not None:
        settings = replace(settings, http_port=port)
    return settings


def _existing(data: Path | None) -> Settings:
    """For what is done to a county that has been started before."""
    settings = _settings(data, None)
    if not any((settings.data / name).is_dir() for name in ("secrets", "logs")):
        _fail(f"{settings.data} 不是数据目录，服务没有在这里启动过。请用 --data 或 BIAOBING_DATA_DIR 指出数据目录。")
    return settings


def _distributed(settings: Settings) -> Settings:
    if settings.broker_url is None:
        _fail("请用 BIAOBING_BROKER_URL 给出 RabbitMQ 的地址，例如 amqp://用户:口令@127.0.0.1:5672/。")
    return settings


def _fail(sentence: str, code: int = 2) -> None:
    typer.echo(sentence, err=True)
    sys.exit(code)
