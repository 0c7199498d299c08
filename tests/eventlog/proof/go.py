"""Go's own transparency log (golang.org/x/mod/sumdb) from Debian's packages, as a second opinion on our files."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import packages

SOURCES = Path("/usr/share/gocode")
PACKAGES = ("golang-go", "golang-golang-x-mod-dev")
PROGRAM = Path(__file__).parent / "independent" / "main.go"


class GoMissing(RuntimeError):
    """The sentence says what to install."""


def find_go() -> str:
    """Path of the compiler, with Debian's sources of x/mod beside it; installed now when we are root."""
    if not _there() and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            packages.install(PACKAGES)
        except subprocess.CalledProcessError as failure:
            raise _missing(f"apt-get 安装失败：{failure.stderr.decode('utf-8', 'replace')[-500:]}") from failure
    if not _there():
        raise _missing("没有找到")
    found = shutil.which("go")
    assert found is not None
    return found


def _missing(what: str) -> GoMissing:
    return GoMissing(
        f"测试要用另一个实现核对证明，需要 Go 编译器和 Debian 的 x/mod 源码：{what}。"
        f"请安装：sudo apt-get install {' '.join(PACKAGES)}。"
    )


def _there() -> bool:
    return shutil.which("go") is not None and (SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir()


def build(folder: Path) -> Path:
    """The checking program, compiled without any network."""
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(SOURCES), "GOCACHE": str(folder / "cache")}
    program = folder / "check"
    subprocess.run([find_go(), "build", "-o", program, PROGRAM], env=environment, check=True, cwd=folder)
    return program


@dataclass
class Claims:
    """What the checking program is to find true of a log's files."""

    log_key: str
    cosigners: Sequence[str] = ()
    inclusion: list[dict[str, Any]] = field(default_factory=list)
    consistency: list[dict[str, Any]] = field(default_factory=list)

    def includes(self, index: int, leaf_hash: bytes, proof: Sequence[bytes]) -> None:
        self.inclusion.append({"index": index, "leaf": _text(leaf_hash), "proof": [_text(one) for one in proof]})

    def extends(self, size: int, root: bytes, proof: Sequence[bytes]) -> None:
        self.consistency.append({"size": size, "root": _text(root), "proof": [_text(one) for one in proof]})

    def check(self, program: Path, folder: Path) -> dict[str, int]:
        """What it counted. Raises CalledProcessError, whose ``stderr`` says what does not hold."""
        told = {
            "log": self.log_key,
            "cosigners": list(self.cosigners),
            "inclusion": self.inclusion,
            "consistency": self.consistency,
        }
        done = subprocess.run(
            [program, folder], input=json.dumps(told), capture_output=True, text=True, check=True, timeout=120
        )
        counted: dict[str, int] = json.loads(done.stdout)
        return counted


def _text(one: bytes) -> str:
    return base64.b64encode(one).decode("ascii")
