"""What the services publish, as AsyncAPI 3.0: generated from the contracts, committed as ``docs/asyncapi.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from contracts.schemas import schema_for
from eventlog.broker.amqp import CONTENT_TYPE
from eventlog.broker.ports import Topology
from eventlog.codec import schema_version
from gateway.desk import CONTRACTS
from gateway.openapi import VERSION

_INTRODUCTION = """四个服务发布的事件。消息只是门铃：正文是事件的叶，一字节不改，与来源日志里存的、签了名的相同；
丢了、重了、乱了，都以来源日志的发布号（pub_seq）为准补齐。事件里没有个人信息；要姓名，向推荐服务问。"""
_TEXT = {"type": "string"}
_ID = {"type": "string", "format": "uuid"}
_PLACE = {"type": "integer", "minimum": 0}

ENVELOPE = {
    "type": "object",
    "description": "属性名照 CloudEvents 1.0；actor、cause、command、streamversion 是扩展。",
    "required": [
        "actor", "command", "correlationid", "data", "dataschema", "id", "source", "specversion", "streamversion",
        "subject", "time", "type",
    ],
    "properties": {
        "actor": {
            "type": "object",
            "required": ["account", "role"],
            "properties": {"account": _TEXT, "role": _TEXT, "subject": _ID},
        },
        "cause": {
            "type": "object",
            "required": ["leafhash", "position", "source"],
            "properties": {"leafhash": _TEXT, "position": _PLACE, "source": _TEXT},
        },
        "command": _ID,
        "correlationid": _ID,
        "dataschema": _TEXT,
        "id": _TEXT,
        "source": {"enum": list(CONTRACTS)},
        "specversion": {"const": "1.0"},
        "streamversion": _PLACE,
        "subject": _TEXT,
        "time": {"type": "string", "format": "date-time"},
        "type": _TEXT,
    },
}  # fmt: skip
"""What :func:`eventlog.event.seal` writes."""
HEADERS = {
    "type": "object",
    "required": ["leafhash", "position", "pub_seq", "source"],
    "properties": {
        "leafhash": {"type": "string", "description": "RFC 6962 的叶哈希，base64"},
        "position": _PLACE,
        "pub_seq": _PLACE,
        "source": {"enum": list(CONTRACTS)},
    },
}


def describe() -> dict[str, Any]:
    published = {service: module.PUBLISHES for service, module in CONTRACTS.items()}
    kinds = [kind for kinds in published.values() for kind in kinds]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "标兵", "version": VERSION, "description": _INTRODUCTION},
        "defaultContentType": CONTENT_TYPE,
        "channels": {service: _channel(service, kinds) for service, kinds in published.items()},
        "operations": {f"publish-{service}": _operation(service, kinds) for service, kinds in published.items()},
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in kinds},
            "schemas": {**_schemas(kinds), "Envelope": ENVELOPE, "Headers": HEADERS},
        },
    }


def _channel(service: str, kinds: Sequence[type]) -> dict[str, Any]:
    exchange = Topology(service).exchange
    return {
        "address": exchange,
        "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in kinds},
        "bindings": {
            "amqp": {"is": "routingKey", "exchange": {"name": exchange, "type": "fanout", "durable": True}},
        },
    }


def _operation(service: str, kinds: Sequence[type]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{service}"},
        "messages": [{"$ref": f"#/channels/{service}/messages/{kind.__name__}"} for kind in kinds],
        "bindings": {"amqp": {"deliveryMode": 2}},
    }


def _message(kind: type) -> dict[str, Any]:
    name = kind.__name__
    of_this_type = {
        "properties": {
            "type": {"const": name},
            "dataschema": {"const": f"{name}/{schema_version(kind)}"},
            "data": {"$ref": f"#/components/schemas/{name}"},
        }
    }
    return {
        "name": name,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {
            "type": "object",
            "required": ["e", "h", "p"],
            "additionalProperties": False,
            "properties": {
                "e": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, of_this_type]},
                "h": {"type": "array", "items": _PLACE, "minItems": 2, "maxItems": 2, "description": "混合逻辑钟"},
                "p": _PLACE,
            },
        },
    }


def _schemas(kinds: Sequence[type]) -> dict[str, Any]:
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[MarshmallowPlugin()])
    for kind in kinds:
        spec.components.schema(kind.__name__, schema=schema_for(kind))
    schemas: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return schemas


if __name__ == "__main__":
    print(json.dumps(describe(), ensure_ascii=False, indent=1))  # noqa: T201 -- that is its task
