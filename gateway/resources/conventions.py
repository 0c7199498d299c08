"""What every resource has in common: how a command is posted and a query is asked.

A command's body is the contract without what the address, the key and the signed-in person already say. The id of a
new thing derives from the command id, so that the same key names the same thing again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn
from urllib.parse import urlencode
from uuid import UUID, uuid5

from flask import request
from flask_smorest import Blueprint  # type: ignore[import-untyped]  # it ships no types
from marshmallow import RAISE, Schema, ValidationError, post_load
from marshmallow.fields import Integer
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from contracts.actor import Actor
from contracts.errors import Forbidden, NotFound
from contracts.rpc import Accepted
from contracts.schemas import invalid, schema_for
from gateway.desk import Desk
from gateway.identity import current_actor
from gateway.parts import parts
from gateway.problems import BadRequest
from gateway.wording import OPERATIONS

PREFIX = "/api/v1"
_KEYS = UUID("5f1d7c8e-6a8b-5c39-8e0d-9a4a3d1b2c77")
_KEY = re.compile(r"[!-~]{8,100}")
_ETAG = re.compile(r'"(\d{1,9})"')
_RULE_PARAMETER = re.compile(r"<uuid:(\w+)>")

POST_PARAMETERS = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": True,
        "description": "每次提交一个不重复的键；重试时沿用同一个，不会办理两次。",
        "schema": {"type": "string", "pattern": _KEY.pattern},
    },
    {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "description": "上次读到的 ETag（事件流的版本）；资料已变则答 412。",
        "schema": {"type": "string", "pattern": _ETAG.pattern},
    },
]
POST_HEADERS = {
    "Location": {"description": "办成之后到哪里看", "schema": {"type": "string", "format": "uri-reference"}},
    "X-Event-Position": {"description": "首个事件在该服务日志中的位置", "schema": {"type": "integer"}},
    "ETag": {"description": "事件流现在的版本", "schema": {"type": "string"}},
}


class Parser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None}  # noqa: RUF012 -- webargs'

    def handle_error(self, error: ValidationError, *_: object, **__: object) -> NoReturn:
        (messages,) = error.normalized_messages().values()  # webargs puts them under the name of the location
        raise invalid(messages)

    def _raw_load_json(self, req: Any) -> Any:
        if not req.is_json:
            if req.get_data(cache=True):
                raise BadRequest("request.not_json")
            return missing
        return super()._raw_load_json(req)

    def _handle_invalid_json_error(self, *_: object, **__: object) -> NoReturn:
        raise BadRequest("request.not_json")


PARSER = Parser()


class Resource(Blueprint):  # type: ignore[misc]  # as above
    ARGUMENTS_PARSER = PARSER


@dataclass(frozen=True, kw_only=True)
class CommandRoute:
    """``creates``: the field whose id is made here; ``acting``: the field that is the signed-in person's own subject;
    ``found_at``: where to look afterwards, with the command's fields in braces.
    """

    rule: str
    contract: type
    found_at: str
    creates: str | None = None
    acting: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The fields that are not the body's to say."""
        return (*_RULE_PARAMETER.findall(self.rule), *(name for name in (self.creates, self.acting) if name))

    def build(self, body: Mapping[str, Any], path: Mapping[str, Any], actor: Actor, command_id: UUID) -> Any:
        """The command; :class:`Forbidden` when it needs a subject and the account stands for none."""
        made = {self.creates: uuid5(command_id, self.creates)} if self.creates else {}
        own = {}
        if self.acting:
            if actor.subject_id is None:
                operation = OPERATIONS[self.contract.__name__].title
                raise Forbidden("identity.role_forbidden", role=actor.role.value, operation=operation)
            own = {self.acting: actor.subject_id}
        return self.contract(**body, **path, **made, **own)

    def location(self, command: Any) -> str:
        return PREFIX + self.found_at.format(**vars(command))


def command(blueprint: Resource, route: CommandRoute) -> CommandRoute:
    """Registers ``POST rule``."""

    def view(body: dict[str, Any], command_id: UUID, **path: UUID) -> Any:
        actor = current_actor()
        built = route.build(body, path, actor, command_id)
        accepted = Desk(parts().services, actor).execute(built, command_id, read_expected_version())
        return accepted, headers_of(accepted, route.location(built))

    schema = without(route.contract, route.given)
    documented = blueprint.arguments(schema)(view)
    documented = blueprint.response(201, schema_for(Accepted), headers=POST_HEADERS)(documented)
    documented = keyed(document(route.contract.__name__, parameters=POST_PARAMETERS)(documented))
    blueprint.route(route.rule, methods=["POST"], endpoint=route.contract.__name__)(documented)
    return route


def keyed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Looks for the key before anything else is judged, and hands the view its ``command_id``."""

    @wraps(view)
    def checked(**path: UUID) -> Any:
        return view(command_id=read_command_id(current_actor()), **path)

    return checked


def query(blueprint: Resource, rule: str, contract: type, answer: type) -> None:
    """Registers ``GET rule``. A page of a list links to the next one (RFC 8288); a view with a version is an ETag."""

    def view(arguments: dict[str, Any], **path: UUID) -> Any:
        desk = Desk(parts().services, current_actor())
        found = desk.ask(contract(**arguments, **path))
        headers = _version_of(found)
        if (following := getattr(found, "following", None)) is not None:
            address = f"{request.path}?{urlencode({**request.args.to_dict(), 'after': following})}"
            headers["Link"] = f'<{address}>; rel="next"'
        return found, headers

    documented = blueprint.arguments(_lenient(contract, tuple(_RULE_PARAMETER.findall(rule))), location="query")(view)
    documented = blueprint.response(200, schema_for(answer))(documented)
    documented = document(contract.__name__)(documented)
    blueprint.route(rule, methods=["GET"], endpoint=contract.__name__)(documented)


def one_of(
    blueprint: Resource,
    rule: str,
    operation: str,
    answer: type,
    rows: Callable[[Desk, Mapping[str, UUID]], Iterable[Any]],
    kind: str,
) -> None:
    """Registers ``GET rule`` for one row of a list: the one whose ``<kind>_id`` is the last id of the address."""
    key = f"{kind}_id"

    def view(**path: UUID) -> Any:
        desk = Desk(parts().services, current_actor())
        found = next((row for row in rows(desk, path) if getattr(row, key) == path[key]), None)
        if found is None:
            raise NotFound(f"{kind}.not_found")
        return found, _version_of(found)

    documented = blueprint.response(200, schema_for(answer))(view)
    documented = document(operation)(documented)
    blueprint.route(rule, methods=["GET"], endpoint=operation)(documented)


def headers_of(accepted: Accepted, location: str) -> dict[str, str]:
    return {
        "Location": location,
        "X-Event-Position": str(accepted.position),
        "ETag": f'"{accepted.version}"',
    }


def read_command_id(actor: Actor) -> UUID:
    """The key of the request as a command id of this account; :class:`BadRequest` without one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise BadRequest("request.key_missing")
    return command_id_of(actor, key)


def command_id_of(actor: Actor, key: str) -> UUID:
    """The same account and key are always the same command."""
    if not _KEY.fullmatch(key):
        raise BadRequest("request.key_unfit")
    return uuid5(_KEYS, f"{actor.account}\n{key}")


def read_expected_version() -> int | None:
    """The version in If-Match; nothing when the client does not say, or takes any (``*``)."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    if not (found := _ETAG.fullmatch(given.strip())):
        raise BadRequest("request.version_unfit")
    return int(found[1])


def without(contract: type, given: tuple[str, ...]) -> type[Schema]:
    """The contract's schema without the fields ``given`` elsewhere; it loads a mapping."""
    members = {"Meta": type("Meta", (), {"unknown": RAISE, "exclude": given}), "build": post_load(_as_mapping)}
    return type(f"{contract.__name__}Body", (schema_for(contract),), members)


def read_body(route: CommandRoute, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a command that its form fills in; :class:`contracts.errors.Invalid` with every fault at once."""
    try:
        loaded: dict[str, Any] = without(route.contract, route.given)().load(body)
    except ValidationError as error:
        raise invalid(error.normalized_messages()) from None
    return loaded


def _lenient(contract: type, given: tuple[str, ...]) -> type[Schema]:
    """For the query string, where a number is text."""
    schema = without(contract, given)
    numbers = {name: copy(field) for name, field in schema().fields.items() if isinstance(field, Integer)}
    for field in numbers.values():
        field.strict = False
    return type(schema.__name__, (schema,), numbers)


def _version_of(found: object) -> dict[str, str]:
    version = getattr(found, "version", None)
    return {} if version is None else {"ETag": f'"{version}"'}


def _as_mapping(_schema: Schema, data: dict[str, Any], **_: object) -> dict[str, Any]:
    return data


def document(operation: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Names an operation in the API's description."""
    words = OPERATIONS[operation]
    decorate: Callable[[Callable[..., Any]], Callable[..., Any]] = Resource.doc(
        operationId=operation, summary=words.title, description=words.explanation, **more
    )
    return decorate
