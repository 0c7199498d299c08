"""The API's description: OpenAPI 3.1, generated from the contracts, and a page that shows it without any script."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_smorest import Api  # type: ignore[import-untyped]  # it ships no types
from marshmallow import Schema, fields

from contracts.errors import SENTENCES
from gateway.identity import COOKIE
from gateway.problems import MEDIA_TYPE, TITLES
from gateway.resources import inspection, logs, nomination, publicity, review
from gateway.resources.conventions import PREFIX

VERSION = "1"
_INTRODUCTION = """争当排头兵竞赛活动的接口。

每个 POST 都要有 Idempotency-Key；重试沿用同一个键，不会办理两次。ETag 是事件流的版本，随 If-Match 带回可防止
覆盖别人的办理。列表按游标翻页，下一页的地址在 Link 头里。凡状态码不小于 400，正文都是
application/problem+json（RFC 9457），detail 是一句办事的人看得懂的话，code 供程序判断，errors 逐项指明位置。"""


class FaultSchema(Schema):
    pointer = fields.String(required=True, metadata={"description": "RFC 6901 指针"})
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"format": "uri"})
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema), required=True)


class DescribedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Errors are described here and answered in :mod:`gateway.app`, for the whole site alike."""

    def _register_responses(self) -> None:
        for name in (*_STATUS_NAMES, self.DEFAULT_ERROR_RESPONSE_NAME):
            description = TITLES.get(_STATUS_NAMES.get(name, 0), "没有办成")
            self.spec.components.response(
                name, {"description": description, "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}, lazy=True
            )

    def _register_error_handlers(self) -> None:
        pass


_STATUS_NAMES = {"UNPROCESSABLE_ENTITY": 422, "UNPROCESSABLE_CONTENT": 422}
"""The responses flask-smorest refers to by name; which name 422 has depends on Python."""


def describe(app: Flask) -> DescribedApi:
    """Registers the resources and ``/api/openapi.json``, ``/api/docs``."""
    app.config.update(API_TITLE="标兵", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = DescribedApi(
        app, spec_kwargs={"info": {"description": _INTRODUCTION}, "security": [{"basic": []}, {"session": []}]}
    )
    api.spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    api.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": COOKIE})
    for module in (nomination, review, publicity, inspection, logs):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(_pages(api))
    return api


def _pages(api: DescribedApi) -> Blueprint:
    blueprint = Blueprint("openapi", __name__, url_prefix="/api")

    @blueprint.get("/openapi.json")
    def document() -> Response:
        return jsonify(api.spec.to_dict())

    @blueprint.get("/docs")
    def page() -> str:
        return render_template("docs.html", spec=api.spec.to_dict(), sentences=SENTENCES, prefix=PREFIX)

    return blueprint


def main() -> None:
    """Prints the description as it is committed: it needs no services and no accounts."""
    app = Flask("gateway")
    print(json.dumps(describe(app).spec.to_dict(), ensure_ascii=False, indent=1))  # noqa: T201 -- that is its task


if __name__ == "__main__":
    main()
