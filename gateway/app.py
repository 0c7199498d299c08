"""The application: everything put together once, and what holds for every response."""

from __future__ import annotations

from http import HTTPStatus
from traceback import format_exception

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, request, url_for
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from contracts import errors
from contracts.errors import Problem
from gateway import openapi, pages
from gateway.accounts import Accounts
from gateway.desk import Calls
from gateway.identity import identify
from gateway.parts import NAME, GatewaySettings, Parts, parts
from gateway.problems import (
    MEDIA_TYPE,
    Failed,
    NotAllowed,
    OtherwiseRefused,
    TooLarge,
    Unauthenticated,
    body_of,
    headers_of,
    new_incident,
    status_of,
)
from gateway.sessions import Sessions

MOST_MEGABYTES = 10
"""Of one request; a workbook of 500 nominations has about 2."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_log = structlog.get_logger(__name__)


class _Json(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False


def create_app(services: Calls, accounts: Accounts, settings: GatewaySettings) -> Flask:
    """A WSGI application. It reads no environment and keeps nothing outside itself."""
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_MEGABYTES * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_MEGABYTES * 1024 * 1024
    sessions = Sessions(accounts.log.store, accounts.wall)
    app.extensions[NAME] = Parts(services=services, accounts=accounts, sessions=sessions, settings=settings)
    app.before_request(identify)
    app.after_request(protect)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_failure)
    openapi.describe(app)
    pages.register(app)
    return app


def protect(response: Response) -> Response:
    """Headers of every response: nothing foreign is loaded, framed, sniffed or kept in a cache of the machine."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    if parts().settings.https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def answer_problem(problem: Problem) -> Response:
    """Problem details to programs, a page to people; whom nobody knows is sent to sign in first."""
    if request.path.startswith("/api/"):
        response = jsonify(body_of(problem))
        response.mimetype = MEDIA_TYPE
    elif isinstance(problem, Unauthenticated) and request.method == "GET":
        return make_response(redirect(url_for("door.sign_in_form", next=request.full_path.rstrip("?")), 303))
    else:
        response = make_response(pages.problem_page(problem, status_of(problem)))
    response.status_code = status_of(problem)
    for name, value in headers_of(problem).items():
        if response.mimetype == MEDIA_TYPE or name != "WWW-Authenticate":
            response.headers[name] = value
    return response


def answer_failure(error: Exception) -> Response:
    """Whatever nobody foresaw: logged whole under a number, told by the number alone."""
    incident = new_incident()
    _log.error(
        "request failed",
        incident=incident,
        method=request.method,
        path=request.path,
        trace="".join(format_exception(error)),
    )
    return answer_problem(Failed(incident))


def answer_http(error: HTTPException) -> Response:
    """Flask's own errors in our words; its redirections as they are."""
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    return answer_problem(problem_of(error))


def problem_of(error: HTTPException) -> Problem:
    match error:
        case NotFound():
            return errors.NotFound("page.not_found")
        case MethodNotAllowed():
            return NotAllowed(request.method, sorted(error.valid_methods or ()))
        case RequestEntityTooLarge():
            return TooLarge("request.too_large", limit=MOST_MEGABYTES)
    return OtherwiseRefused(error.code or 400)
