"""Coming in and going out, and what needs nobody to be signed in: themes, the stylesheet, the public pages."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_from_directory

from gateway.identity import check_form_token, sign_in, sign_out
from gateway.pages.frame import THEMES
from gateway.parts import parts
from gateway.problems import TooManyTries, Unauthenticated, status_of

blueprint = Blueprint("door", __name__)
_YEAR_SECONDS = 365 * 86_400


@blueprint.get("/sign-in")
def sign_in_form() -> str:
    return render_template("sign_in.html", next=_within(request.args.get("next")), account="", problem=None)


@blueprint.post("/sign-in")
def sign_in_posted() -> Response:
    account = request.form.get("account", "").strip()
    onward = _within(request.form.get("next"))
    response = make_response(redirect(onward, 303))
    try:
        sign_in(account, request.form.get("password", ""), response)
    except (Unauthenticated, TooManyTries) as problem:
        page = render_template("sign_in.html", next=onward, account=account, problem=problem)
        return make_response(page, status_of(problem))
    return response


@blueprint.post("/sign-out")
def sign_out_posted() -> Response:
    check_form_token()
    response = make_response(redirect("/sign-in", 303))
    sign_out(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/theme/<name>")
def choose_theme(name: str) -> Response:
    response = make_response(redirect(_within(request.args.get("back")), 303))
    if name in THEMES:
        response.set_cookie("theme", name, max_age=_YEAR_SECONDS, samesite="Lax", secure=parts().settings.https)
    return response


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """Where browsers look for it on pages that name none: the public ones, and the interface's own documents."""
    return make_response(redirect("/static/icon.svg", 301))


@blueprint.get("/public/")
@blueprint.get("/public/<path:path>")
def public(path: str = "index.html") -> Response:
    """A page publicity wrote; it may be kept by caches, for it changes only when publicity writes it again."""
    name = f"{path}index.html" if path.endswith("/") else path
    response = send_from_directory(parts().settings.site, name)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _within(address: str | None) -> str:
    """An address on this site; anything else is the first page.

    Browsers drop tabs and newlines, and take a backslash for a slash: what holds neither is what it looks like.
    """
    plain = address is not None and address.isprintable() and not {" ", "\\"} & set(address)
    return address if address and plain and address.startswith("/") and not address.startswith("//") else "/"
