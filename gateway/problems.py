"""Errors over HTTP: one ``application/problem+json`` shape (RFC 9457) whatever went wrong, and wherever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from contracts.errors import Problem, Uncertain

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "请求的形式不对",
    401: "需要登录",
    403: "不能办理",
    404: "没有找到",
    405: "方法不对",
    409: "与现状不符",
    412: "资料已变",
    413: "内容太大",
    415: "格式不对",
    422: "内容需要改正",
    429: "请稍候",
    500: "系统内部出错",
    503: "暂时联系不上",
}

_STATUS_OF_CODE = {"request.stale_version": 412, "request.key_reused": 422}
"""Conflicts that HTTP has a word of its own for (RFC 9110 §15.5.13; draft-ietf-httpapi-idempotency-key-header)."""


class BadRequest(Problem):
    """The request cannot be read."""

    status = 400


class Unauthenticated(Problem):
    """Nobody is signed in, or the proof was wrong."""

    status = 401


class NotAllowed(Problem):
    """The address does not take this method; ``allowed`` are those it takes."""

    status = 405

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__("request.method", method=method, allowed="、".join(allowed))
        self.allowed = ", ".join(allowed)


class OtherwiseRefused(Problem):
    """Refused by the HTTP layer for a reason of its own; its status stays."""

    status = 400

    def __init__(self, status: int) -> None:
        super().__init__("request.refused", status=status)
        self.refused_with = status


class TooLarge(Problem):
    """The body is over the limit."""

    status = 413


class TooManyTries(Problem):
    """``seconds`` until the next try."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__("identity.too_many_tries", seconds=seconds)
        self.seconds = seconds


class Failed(Problem):
    """Our fault; told by its incident number only."""

    status = 500

    def __init__(self, incident: str) -> None:
        super().__init__("internal", incident=incident)
        self.incident = incident


class Unavailable(Uncertain):
    """A service did not answer."""

    def __init__(self, service: str) -> None:
        super().__init__("service.unavailable", service=service)


def new_incident() -> str:
    """What a person reads out on the telephone: eight hexadecimal digits."""
    return uuid4().hex[:8]


def status_of(problem: Problem) -> int:
    if isinstance(problem, OtherwiseRefused):
        return problem.refused_with
    return _STATUS_OF_CODE.get(problem.code, problem.status)


def body_of(problem: Problem) -> dict[str, Any]:
    """RFC 9457 members, with ``code`` and the faults as ``errors`` with RFC 6901 pointers."""
    status = status_of(problem)
    incident = problem.incident if isinstance(problem, Failed) else new_incident()
    return {
        "type": f"/api/docs#{problem.code}",
        "title": TITLES.get(status, "请求没有被接受"),
        "status": status,
        "detail": problem.message,
        "instance": f"urn:biaobing:incident:{incident}",
        "code": problem.code,
        "errors": [{"pointer": fault.pointer, "code": fault.code, "detail": fault.message} for fault in problem.fields],
    }


def headers_of(problem: Problem) -> Mapping[str, str]:
    match problem:
        case Unauthenticated():
            return {"WWW-Authenticate": 'Basic realm="biaobing", charset="UTF-8"'}
        case TooManyTries(seconds=seconds):
            return {"Retry-After": str(seconds)}
        case NotAllowed(allowed=allowed):
            return {"Allow": allowed}
        case Uncertain():
            return {"Retry-After": "2"}
    return {}
