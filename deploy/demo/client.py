"""A client of the gateway that keeps at it: the same key until there is an answer, through restarts and outages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests

PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 0.3
_TIMEOUT_SECONDS = 15.0
_COME_BACK = frozenset({429, 502, 503, 504})
"""Not refused, only not now."""


class Refused(Exception):
    """The gateway said no; ``problem`` is its problem+json."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.problem = problem


class Caller:
    """One account's way to the API; used by one thread."""

    def __init__(self, base_url: str, account: str, password: str) -> None:
        self._base = base_url.rstrip("/") + "/api/v1"
        self._session = requests.Session()
        self._session.auth = (account, password)
        self._session.trust_env = False

    def post(self, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        return self._answer("POST", path, json=body, headers={"Idempotency-Key": key})

    def upload(self, path: str, workbook: bytes, key: str, *, dry_run: bool) -> dict[str, Any]:
        files = {"workbook": ("推荐表.xlsx", workbook)}
        form = {"dry_run": "true" if dry_run else "false"}
        return self._answer("POST", path, files=files, data=form, headers={"Idempotency-Key": key})

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        return self._answer("GET", path, params=parameters)

    def pages(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a paged list."""
        rows: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = self.get(path, limit=200, **parameters, **({"after": after} if after else {}))
            rows += page["rows"]
            after = page["following"]
            if after is None:
                return rows

    def _answer(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self._session.request(method, self._base + path, timeout=_TIMEOUT_SECONDS, **request)
            except (requests.ConnectionError, requests.Timeout):
                if time.monotonic() > deadline:
                    raise
            else:
                problem = response.json() if response.status_code >= requests.codes.bad_request else None
                if problem is None:
                    answer: dict[str, Any] = response.json()
                    return answer
                if not _not_now(response.status_code, problem) or time.monotonic() > deadline:
                    raise Refused(problem)
            time.sleep(_PAUSE_SECONDS)


def _not_now(status: int, problem: Mapping[str, Any]) -> bool:
    return status in _COME_BACK or problem["code"] == "request.busy"
