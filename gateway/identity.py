"""Who is at the other end of a request: a session cookie at the pages, HTTP Basic or the cookie at the API.

A request that changes something must come from our own pages or from a program, never from a page of another site:
browsers say where it comes from in Sec-Fetch-Site, older ones in Origin; forms also carry the session's token.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Request, Response, g, request

from contracts.actor import Actor
from contracts.errors import Forbidden
from gateway.events import Means
from gateway.parts import parts
from gateway.problems import Unauthenticated
from gateway.sessions import ABSOLUTE_SECONDS, Session

COOKIE = "biaobing_session"
FORM_TOKEN = "form_token"  # noqa: S105 -- the field's name
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def identify() -> None:
    """Before every request: learns who asks, if anybody; refuses what another site sends in their name."""
    g.actor = g.session = None
    secret = request.cookies.get(COOKIE)
    if request.method not in _SAFE_METHODS and not _from_our_pages(request, by_browser=secret is not None):
        raise Forbidden("request.foreign_origin")
    accounts = parts().accounts
    if request.authorization is not None and request.path.startswith("/api/"):
        given = request.authorization
        if given.type != "basic" or not given.username or given.password is None:
            raise Unauthenticated("identity.wrong_password")
        g.actor = accounts.recognise(given.username, given.password)
    elif secret is not None and (session := parts().sessions.find(secret)) is not None:
        g.session = session
        g.actor = accounts.actor(session.account)


def current_actor() -> Actor:
    """:class:`Unauthenticated` ``identity.signed_out`` when nobody is signed in."""
    actor: Actor | None = g.actor
    if actor is None:
        raise Unauthenticated("identity.signed_out")
    return actor


def current_session() -> Session | None:
    session: Session | None = g.session
    return session


def sign_in(account: str, password: str, response: Response) -> None:
    """Opens a new session and puts it into the response; what the browser had before is closed."""
    parts().accounts.sign_in(account, password, Means.FORM)
    if old := request.cookies.get(COOKIE):
        parts().sessions.close(old)
    response.set_cookie(
        COOKIE,
        parts().sessions.open(account),
        max_age=ABSOLUTE_SECONDS,
        secure=parts().settings.https,
        httponly=True,
        samesite="Lax",
    )


def sign_out(response: Response) -> None:
    if secret := request.cookies.get(COOKIE):
        parts().sessions.close(secret)
    if g.actor is not None:
        parts().accounts.signed_out(g.actor)
    response.delete_cookie(COOKIE, secure=parts().settings.https, httponly=True, samesite="Lax")


def check_form_token() -> None:
    """For every form posted by somebody signed in; :class:`Forbidden` ``request.form_stale``."""
    session = current_session()
    if session is None:
        raise Unauthenticated("identity.signed_out")
    if not hmac.compare_digest(session.form_token.encode(), request.form.get(FORM_TOKEN, "").encode()):
        raise Forbidden("request.form_stale")


def _from_our_pages(asked: Request, *, by_browser: bool) -> bool:
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = asked.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == asked.host
    # A program sends neither. A browser old enough to send neither is told apart by its cookie.
    return not by_browser or urlsplit(asked.headers.get("Referer", "")).netloc == asked.host
