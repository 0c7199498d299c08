"""marshmallow schemas derived from the contracts' dataclasses; no schema is written by hand.

Used at the RPC edge, for OpenAPI and AsyncAPI. Error texts are ``code|sentence`` inside marshmallow and leave this
module as :class:`contracts.errors.FieldProblem` with RFC 6901 pointers.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load

from contracts.errors import FieldProblem, Invalid
from contracts.fields import Items, Label, Length, Pattern, Range

T = TypeVar("T")

_UNFIT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def invalid(messages: Mapping[Any, Any]) -> Invalid:
    """The refusal that marshmallow's messages about a body amount to."""
    return Invalid.of(_problems(messages, ""))


def load(contract: type[T], body: object) -> T:
    """The contract's instance, or :class:`Invalid` with every fault at once."""
    try:
        loaded: T = schema_for(contract)().load(body)  # type: ignore[arg-type]  # any JSON; marshmallow judges it
    except ValidationError as error:
        raise invalid(error.normalized_messages()) from None
    return loaded


@cache
def schema_for(contract: type, *, tolerant: bool = False) -> type[Schema]:
    """The schema class of a dataclass; ``tolerant`` readers skip fields they do not know."""

    def build(_self: Schema, data: dict[str, Any], **_: object) -> object:
        return contract(**data)

    members: dict[str, Any] = {
        "Meta": type("Meta", (), {"unknown": EXCLUDE if tolerant else RAISE}),
        "error_messages": {
            "unknown": "unknown_field|没有这个字段，请删去或对照接口文档改名。",
            "type": "wrong_type|这里应是一组字段（JSON 对象）。",
        },
        "build": post_load(build),
    }
    hints = get_type_hints(contract, include_extras=True)
    for field in dataclasses.fields(contract):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        members[field.name] = _field(hints[field.name], required=required, tolerant=tolerant)
    return type(contract.__name__, (Schema,), members)


def label_of(contract: type, name: str) -> str:
    """The Chinese label of a field of the contract."""
    hint = get_type_hints(contract, include_extras=True)[name]
    return _mark(hint, Label, Label(name)).text


def _field(hint: Any, *, required: bool, tolerant: bool) -> fields.Field[Any]:
    label = _mark(hint, Label, Label("")).text
    plain, nullable = _without_none(get_args(hint)[0] if get_origin(hint) is Annotated else hint)
    settings: dict[str, Any] = {
        "required": required,
        "allow_none": nullable,
        "metadata": ({"title": label} if label else {}) | _limits(hint),
        "validate": [*_validators(hint, label), *([_characters(hint, label)] if plain is str else [])],
        "error_messages": {
            "required": f"required|缺少“{label}”，请补上。",
            "null": f"required|“{label}”不能为空。",
        },
    }
    if get_origin(plain) is tuple:
        settings["error_messages"]["invalid"] = f"wrong_type|“{label}”应是一个列表。"
        return _Tuple(_field(get_args(plain)[0], required=True, tolerant=tolerant), **settings)
    if isinstance(plain, type) and dataclasses.is_dataclass(plain):
        # The cache tells schema_for(x) and schema_for(x, tolerant=False) apart; one class must not have two schemas.
        nested = schema_for(plain, tolerant=True) if tolerant else schema_for(plain)
        return fields.Nested(nested, **settings)
    return _scalar(plain, label, settings)


def _scalar(plain: Any, label: str, settings: dict[str, Any]) -> fields.Field[Any]:
    messages = settings["error_messages"]
    if isinstance(plain, type) and issubclass(plain, Enum):
        choices = "、".join(str(member.value) for member in plain)
        messages["unknown"] = f"wrong_choice|“{label}”只能是：{choices}。"
        return fields.Enum(plain, by_value=True, **settings)
    mends = {
        str: "应是文字", int: "应是整数", bool: "应是 true 或 false", Decimal: "应是数字，例如 88.5",
        date: "应是日期，例如 2026-03-15", datetime: "应是时间，例如 2026-03-15T09:00:00+08:00", UUID: "应是 UUID 编号",
    }  # fmt: skip
    for key in ("invalid", "invalid_uuid", "invalid_utf8", "invalid_awareness", "format", "too_large", "special"):
        messages[key] = f"wrong_type|“{label}”{mends[plain]}。"
    if plain is bool:
        return _Boolean(**settings)
    if plain is int:
        return fields.Integer(strict=True, **settings)
    if plain is Decimal:
        settings["metadata"] |= {"type": "string", "format": "decimal"}  # numbers are taken too, but never given
        return fields.Decimal(as_string=True, allow_nan=False, **settings)
    kinds: dict[type, type[fields.Field[Any]]] = {
        str: fields.String, date: fields.Date, datetime: fields.AwareDateTime, UUID: fields.UUID,
    }  # fmt: skip
    return kinds[plain](**settings)


class _Tuple(fields.List[Any]):
    """The contracts hold tuples, so that commands and queries can be compared and looked up."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class _Boolean(fields.Boolean):
    """JSON booleans only: marshmallow would also take "yes" and 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def _validators(hint: Any, label: str) -> list[Any]:
    built: list[Any] = []
    for mark in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
        match mark:
            case Length(least, most):
                built.append(
                    _limit(len, least, most, f"“{label}”应为 {least} 至 {most} 个字符，现为 {{got}} 个。", "length")
                )
            case Items(least, most):
                built.append(
                    _limit(len, least, most, f"“{label}”应有 {least} 至 {most} 项，现为 {{got}} 项。", "items")
                )
            case Range(least, most):
                built.append(
                    _limit(lambda value: value, least, most, f"“{label}”应在 {least} 至 {most} 之间。", "range")
                )
            case Pattern(expression, mend):
                built.append(_pattern(re.compile(expression), f"pattern|“{label}”格式不对，请{mend}。"))
    return built


def _limits(hint: Any) -> dict[str, Any]:
    """The limits as JSON Schema says them, for whoever reads the API's description."""
    told: dict[str, Any] = {}
    for mark in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
        match mark:
            case Length(least, most):
                told |= {"minLength": least, "maxLength": most}
            case Items(least, most):
                told |= {"minItems": least, "maxItems": most}
            case Range(least, most):
                told |= {"minimum": least, "maximum": most}
            case Pattern(expression):
                told |= {"pattern": f"^(?:{expression})$"}
    return told


def _limit(measure: Any, least: int, most: int, sentence: str, code: str) -> Any:
    def check(value: Any) -> None:
        if value is not None and not least <= (got := measure(value)) <= most:
            raise ValidationError(f"{code}|{sentence.format(got=got)}")

    return check


def _pattern(expression: re.Pattern[str], message: str) -> Any:
    def check(value: str | None) -> None:
        if value is not None and not expression.fullmatch(value):
            raise ValidationError(message)

    return check


def _characters(hint: Any, label: str) -> Any:
    """Half a surrogate pair is no character, PostgreSQL keeps no NUL, and nobody sees the others."""
    unfit = _UNFIT if _mark(hint, Length, Length(0, 0)).lines else _UNFIT_IN_A_LINE

    def check(value: str | None) -> None:
        if (found := unfit.search(value or "")) is not None:
            what = "换行" if found[0] in "\r\n" else f"控制字符（U+{ord(found[0]):04X}）"
            raise ValidationError(f"characters|“{label}”第 {found.start() + 1} 个字符是{what}，不能用。请删去。")

    return check


def _mark(hint: Any, kind: type[T], default: T) -> T:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((mark for mark in marks if isinstance(mark, kind)), default)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        rest = [option for option in get_args(hint) if option is not type(None)]
        return rest[0], True
    return hint, False


def _problems(messages: Mapping[Any, Any], pointer: str) -> list[FieldProblem]:
    found: list[FieldProblem] = []
    for key, value in messages.items():
        told = str(key).encode(errors="backslashreplace").decode()  # a name somebody sent may hold half a character
        here = pointer if key == "_schema" else f"{pointer}/{told}"
        if isinstance(value, Mapping):
            found += _problems(value, here)
        else:
            found += [FieldProblem(here, *text.split("|", 1)) for text in value]
    return found
