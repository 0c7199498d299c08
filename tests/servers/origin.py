"""Where a test's server comes from, in this order.

1. an address in the environment, 2. Docker, 3. programs on this machine, started privately,
4. Debian packages, installed when we are root. Nothing of these is an error, never a skip.
A server that merely listens on its standard port is never used: it may hold somebody's data.
"""

from __future__ import annotations

import enum
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from tests.servers import packages
from tests.servers.containers import docker_answers, missing_image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Server = TypeVar("Server")


class ServerMissing(RuntimeError):
    """There is no way to a server; the message says in Chinese what was tried and what to do."""


class Way(enum.Enum):
    ADDRESS = "环境变量里的地址"
    DOCKER = "Docker 容器"
    PROGRAMS = "本机程序"
    PACKAGES = "用 apt-get 安装的 Debian 软件包"


@dataclass(frozen=True)
class Machine:
    """What a search may look at; a test of the search hands in an emptier one."""

    environ: Mapping[str, str]
    folders: Sequence[Path]
    is_root: bool
    has_docker: bool

    @classmethod
    def here(cls) -> Machine:
        """This machine; Debian's own folders come first, newest PostgreSQL first.

        Debian's rabbitmq-server on PATH is a wrapper that changes the user and drops the
        environment, so the real one must be found before it.
        """
        postgresql = Path("/usr/lib/postgresql").glob("*/bin")
        return cls(
            environ=os.environ,
            folders=[
                *sorted(postgresql, key=lambda folder: float(folder.parent.name), reverse=True),
                Path("/usr/lib/rabbitmq/bin"),
                *map(Path, os.get_exec_path()),
            ],
            is_root=os.geteuid() == 0,
            has_docker=docker_answers(os.environ),
        )

    def without(self, variable: str) -> Machine:
        """The same machine with one variable unset."""
        rest = {name: value for name, value in self.environ.items() if name != variable}
        return replace(self, environ=rest)

    def folder_with(self, programs: Sequence[str]) -> Path | None:
        for folder in self.folders:
            if all((folder / program).is_file() for program in programs):
                return folder
        return None


@dataclass(frozen=True)
class Product(Generic[Server]):
    """A kind of server and how to make one of it in each way."""

    name: str
    address_variable: str
    address_example: str
    image_variable: str
    image: str
    programs: Sequence[str]
    packages: Sequence[str]
    addressed: Callable[[str], Server]
    contained: Callable[[str], Server]
    local: Callable[[Path, Way], Server]


def way(product: Product[Server], machine: Machine) -> Way:
    """The first way that is open; ServerMissing when none is."""
    if product.address_variable in machine.environ:
        return Way.ADDRESS
    if machine.has_docker:
        return Way.DOCKER
    if machine.folder_with(product.programs):
        return Way.PROGRAMS
    if machine.is_root and machine.folder_with(["apt-get"]):
        return Way.PACKAGES
    raise _missing(product, "不是 root，或没有 apt-get，不能自动安装")


def find(product: Product[Server], machine: Machine) -> Server:
    """A server that is not started yet."""
    chosen = way(product, machine)
    if chosen is Way.ADDRESS:
        return product.addressed(machine.environ[product.address_variable])
    if chosen is Way.DOCKER:
        image = machine.environ.get(product.image_variable, product.image)
        problem = missing_image(image)
        if problem is None:
            return product.contained(image)
        try:
            return find(product, replace(machine, has_docker=False))
        except ServerMissing as missing:
            missing.add_note(f"Docker 有应答，但取不到镜像 {image}：{problem}")
            raise
    if chosen is Way.PACKAGES:
        try:
            packages.install(product.packages)
        except subprocess.CalledProcessError as failure:
            words = failure.stderr.decode("utf-8", "replace").strip()
            raise _missing(product, f"apt-get 安装失败：{words[-500:]}") from failure
        machine = replace(machine, folders=Machine.here().folders)
    folder = machine.folder_with(product.programs)
    if folder is None:
        raise _missing(product, f"装好软件包后仍找不到 {'、'.join(product.programs)}")
    return product.local(folder, chosen)


def _missing(product: Product[Server], last: str) -> ServerMissing:
    return ServerMissing(
        f"测试需要一个真实的 {product.name}，但没有找到。已依次看过："
        f"环境变量 {product.address_variable} 未设置；Docker 没有应答；"
        f"本机没有程序 {'、'.join(product.programs)}；{last}。"
        f"请任选一种办法：安装软件包（sudo apt-get install {' '.join(product.packages)}）；"
        f"或启动 Docker；或设置 {product.address_variable}={product.address_example}。"
    )
