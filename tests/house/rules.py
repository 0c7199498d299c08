"""The project's own rules about its files: each a function from a tree to what breaks it.

A finding is one line: path, line, and what is wrong, in the words a colleague needs to mend it.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import sys
import tokenize
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOUSE = ["contracts", "eventlog", "standards", "services", "gateway", "audit", "deploy"]
BESIDE = ["tests", "bench"]
FILE_LINES = 400
FUNCTION_LINES = 60
# Two dataclasses that share this many fields, and all of them, are one thing written twice.
TWIN_FIELDS = 4
LANGUAGE = re.compile(r"contracts/|services/\w+/events\b")
ACCEPTED_TWINS = {"ParkedEvent": "the kernel knows no contract, so its Parked is told to the auditor by one of ours"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "core", "manager", "managers", "misc", "shared"}
ENVIRONMENT = {
    "deploy/settings.py": "the one place that reads our settings",
    "deploy/green.py": "sets a library's variable before anything is imported",
    "deploy/processes.py": "hands its own environment to the processes it starts",
}
WAITING = "tests/waiting.py"
# What a published contract may need beside the standard library, and where.
CONTRACT_LIBRARIES = {"contracts/schemas.py": {"marshmallow"}, "contracts/actor.py": {"joserfc"}}
REASONED = re.compile(r"#\s*noqa: \w+(, ?\w+)* (--|#) \S|#\s*type: ignore\[[\w-]+(, ?[\w-]+)*\]\s+# \S")
EXEMPTION = re.compile(r"#\s*(noqa|type:\s*ignore)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source(NamedTuple):
    path: str
    text: str
    tree: ast.Module


def sources(root: Path) -> list[Source]:
    paths = sorted(path for folder in HOUSE + BESIDE for path in (root / folder).rglob("*.py"))
    return [_read(root, path) for path in paths]


def _read(root: Path, path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(root).as_posix(), text, _parsed(text))


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def junk_drawers(root: Path) -> Iterator[str]:
    for folder in HOUSE + BESIDE:
        for path in sorted((root / folder).rglob("*")):
            if path.stem in DRAWERS and (path.is_dir() or path.suffix == ".py"):
                yield f"{path.relative_to(root).as_posix()}: 名字什么都没说，请按它做的事命名"


def long_files(root: Path) -> Iterator[str]:
    for source in sources(root):
        length = len(source.text.splitlines())
        if length > FILE_LINES:
            yield f"{source.path}: {length} 行，超过 {FILE_LINES} 行"


def long_functions(root: Path) -> Iterator[str]:
    for source in sources(root):
        for node in ast.walk(source.tree):
            if isinstance(node, Function):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{source.path}:{node.lineno}: {node.name} 有 {length} 行，超过 {FUNCTION_LINES} 行"


def twins(root: Path) -> Iterator[str]:
    """Contracts and events whose name is taken again, and dataclasses with exactly the same fields.

    The state a domain folds may bear its aggregate's name, as a view in the contracts does.
    """
    names, shapes = defaultdict(list), defaultdict(list)
    for source in sources(root):
        for node in _dataclasses(source):
            place = f"{source.path}:{node.lineno} {node.name}"
            if not re.search(r"/domain[/.]", source.path):
                names[node.name].append(place)
            fields = frozenset(ast.unparse(line) for line in node.body if isinstance(line, ast.AnnAssign))
            if len(fields) >= TWIN_FIELDS and node.name not in ACCEPTED_TWINS:
                shapes[fields].append(place)
    named_twice = [places for places in names.values() if any(LANGUAGE.match(place) for place in places)]
    for places in [*named_twice, *shapes.values()]:
        if len(places) > 1:
            yield f"{'、'.join(places)}: 同一个东西写了两遍"


def _dataclasses(source: Source) -> list[ast.ClassDef]:
    if source.path.startswith("tests/"):
        return []
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    return [node for node in classes if any("dataclass" in ast.unparse(mark) for mark in node.decorator_list)]


def sleeping_tests(root: Path) -> Iterator[str]:
    """sleep(0) only hands over to another green thread, and lets no time pass."""
    for source in sources(root):
        if not source.path.startswith("tests/") or source.path == WAITING:
            continue
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "sleep":
                continue
            if [ast.unparse(argument) for argument in node.args] != ["0"]:
                yield f"{source.path}:{node.lineno}: 测试不许 sleep，请用 tests/waiting.py 等一个条件"


def environment_readers(root: Path) -> Iterator[str]:
    for source in sources(root):
        if source.path in ENVIRONMENT or source.path.startswith("tests/"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute | ast.ImportFrom) and _names_environment(node):
                yield f"{source.path}:{node.lineno}: 只有 deploy/settings.py 读环境变量"


def _names_environment(node: ast.Attribute | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in {"environ", "getenv"} for alias in node.names)
    return ast.unparse(node) in {"os.environ", "os.getenv"}


def foreign_contracts(root: Path) -> Iterator[str]:
    """Contracts need the standard library alone, so that anybody can read our messages."""
    for source in sources(root):
        if not source.path.startswith("contracts/"):
            continue
        allowed = sys.stdlib_module_names | {"contracts"} | CONTRACT_LIBRARIES.get(source.path, set())
        for node in ast.walk(source.tree):
            for module in _imported(node):
                if module.split(".")[0] not in allowed:
                    yield f"{source.path}:{node.lineno}: 契约只用标准库，不许导入 {module}"  # type: ignore[attr-defined]  # an import has a line


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def unreasoned_exemptions(root: Path) -> Iterator[str]:
    for source in sources(root):
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type != tokenize.COMMENT or not EXEMPTION.search(token.string):
                continue
            if not REASONED.search(token.string):
                yield f"{source.path}:{token.start[0]}: noqa 和 type: ignore 要写明规则和理由"


def packages_of_tests(root: Path) -> Iterator[str]:
    """With tests/eventlog/__init__.py pytest would import tests/eventlog as `eventlog`."""
    for path in sorted((root / "tests").rglob("__init__.py")):
        yield f"{path.relative_to(root).as_posix()}: tests 下不放 __init__.py，否则会顶替同名的包"


RULES: dict[str, Callable[[Path], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        junk_drawers,
        long_files,
        long_functions,
        twins,
        sleeping_tests,
        environment_readers,
        foreign_contracts,
        unreasoned_exemptions,
        packages_of_tests,
    )
}
