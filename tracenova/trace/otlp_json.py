"""OTLP/JSON: how spans are read back; see ``otlp_writing`` for how they are written.

Ids are hexadecimal, as OTLP/JSON demands; whole numbers are strings, because JSON's
numbers are too short for nanoseconds. Reading is lenient: numbers may be numbers, a
kind may be a name, keys may be in snake_case, anything may be missing but a span's id.
"""

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tracenova.trace.model import (
    Attributes,
    Event,
    Link,
    Span,
    Value,
)
from tracenova.trace.otlp_writing import (
    KINDS,
    STATUSES,
    encode,
    encode_bytes,
    encode_line,
)

__all__ = [
    "KINDS",
    "STATUSES",
    "decode",
    "decode_line",
    "encode",
    "encode_bytes",
    "encode_line",
]

_HEX = frozenset("0123456789abcdef")
_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def decode_line(line: str | bytes) -> list[Span]:
    """Return the spans of one line.

    Raises:
        ValueError: it is no JSON, or no OTLP/JSON; the message says where it breaks.
    """
    return list(decode(json.loads(line)))


def decode(document: Any) -> Iterator[Span]:
    """Yield the spans of a ``TracesData`` document.

    Raises:
        ValueError: the document has another shape.
    """
    if not isinstance(document, dict):
        raise ValueError("not an object with resourceSpans")  # noqa: TRY004 - bad data
    found = _either(document, "resourceSpans", "resource_spans")
    if found is None:
        raise ValueError("no resourceSpans in it")
    for resource_span in _objects(found, "resourceSpans"):
        resource = _decode_resource(resource_span.get("resource"))
        scopes = _either(resource_span, "scopeSpans", "scope_spans")
        if scopes is None:
            scopes = resource_span.get("instrumentationLibrarySpans")
        for scope_span in _objects(scopes, "scopeSpans"):
            scope = scope_span.get("scope") or {}
            named = (str(scope.get("name", "")), str(scope.get("version", "")))
            for span in _objects(scope_span.get("spans"), "spans"):
                yield _decode_span(span, resource, named)


# --- reading ------------------------------------------------------------------


def _either(document: Mapping[str, Any], camel: str, snake: str) -> Any:
    found = document.get(camel)
    return document.get(snake) if found is None else found


def _objects(found: Any, where: str) -> list[dict[str, Any]]:
    if found is None:
        return []
    if not isinstance(found, list) or any(o.__class__ is not dict for o in found):
        raise ValueError(f"{where} is not a list of objects")
    return found


def _decode_resource(resource: Any) -> Attributes:
    return _decode_attributes((resource or {}).get("attributes"))


def _decode_span(raw: dict[str, Any], resource: Attributes, scope: Any) -> Span:
    span_id = _id(_either(raw, "spanId", "span_id"))
    if not span_id:
        raise ValueError(f"a span without spanId (name: {raw.get('name')!r})")
    status = raw.get("status") or {}
    return Span(
        trace_id=_id(_either(raw, "traceId", "trace_id")),
        span_id=span_id,
        parent_id=_id(_either(raw, "parentSpanId", "parent_span_id")) or None,
        name=str(raw.get("name", "")),
        kind=_choice(raw.get("kind"), KINDS, "SPAN_KIND_"),
        start_ns=_int(_either(raw, "startTimeUnixNano", "start_time_unix_nano")),
        end_ns=_int(_either(raw, "endTimeUnixNano", "end_time_unix_nano")) or None,
        attributes=_decode_attributes(raw.get("attributes")),
        resource=resource,
        status=_choice(status.get("code"), STATUSES, "STATUS_CODE_"),
        status_message=str(status.get("message") or ""),
        events=_decode_events(raw["events"]) if raw.get("events") else (),
        links=_decode_links(raw["links"]) if raw.get("links") else (),
        scope=scope,
        trace_state=str(_either(raw, "traceState", "trace_state") or ""),
    )


def _decode_events(raw: Any) -> tuple[Event, ...]:
    return tuple(_decode_event(event) for event in _objects(raw, "events"))


def _decode_links(raw: Any) -> tuple[Link, ...]:
    return tuple(_decode_link(link) for link in _objects(raw, "links"))


def _decode_event(raw: dict[str, Any]) -> Event:
    time_ns = _int(_either(raw, "timeUnixNano", "time_unix_nano"))
    attributes = _decode_attributes(raw.get("attributes"))
    return Event(str(raw.get("name", "")), time_ns, attributes)


def _decode_link(raw: dict[str, Any]) -> Link:
    return Link(
        _id(_either(raw, "traceId", "trace_id")),
        _id(_either(raw, "spanId", "span_id")),
        _decode_attributes(raw.get("attributes")),
    )


def _id(raw: Any) -> str:
    text = raw if raw.__class__ is str else str(raw or "")
    lowered = text.lower()
    if lowered == text:
        return text
    return lowered if _HEX.issuperset(lowered) else text


def _int(raw: Any) -> int:
    if raw.__class__ is int:
        number: int = raw
        return number
    if raw is None or raw == "":
        return 0
    try:
        return int(raw)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"not a whole number: {raw!r}") from error


def _choice(raw: Any, choices: tuple[Any, ...], prefix: str) -> Any:
    if raw.__class__ is int and 0 <= raw < len(choices):
        return choices[raw]
    if isinstance(raw, str) and not raw.isdecimal():
        name = raw.removeprefix(prefix).lower()
        return name if name in choices else choices[0]
    index = _int(raw)
    return choices[index] if 0 <= index < len(choices) else choices[0]


def _decode_attributes(raw: Any) -> dict[str, Value]:
    """Return attributes written as OTLP demands; those written otherwise, leniently."""
    if raw.__class__ is not list:
        return _decode_odd_attributes(raw)
    decoded: dict[str, Value] = {}
    try:
        for pair in raw:
            key, value = pair["key"], pair["value"]
            text = value.get("stringValue")  # most of a trace is text
            decoded[key] = text if text.__class__ is str else _decode_value(value)
            if key.__class__ is not str:
                return _decode_odd_attributes(raw)
    except (KeyError, TypeError, AttributeError):
        return _decode_odd_attributes(raw)
    return decoded


def _decode_odd_attributes(raw: Any) -> dict[str, Value]:
    if raw is None:
        return {}
    if isinstance(raw, dict):  # some tools write a plain mapping
        return {str(key): _plain(value) for key, value in raw.items()}
    return {
        str(pair.get("key", "")): _decode_value(pair.get("value"))
        for pair in _objects(raw, "attributes")
    }


def _decode_value(raw: Any) -> Value:
    if not isinstance(raw, dict):
        return _plain(raw)
    for key, value in raw.items():
        if decoder := _DECODERS.get(key):
            return decoder(value)
    return None


def _decode_bool(value: Any) -> bool:
    return value if isinstance(value, bool) else value == "true"


def _decode_float(value: Any) -> float:
    return _NUMBERS[value] if value in _NUMBERS else float(value)


def _decode_array(value: Any) -> tuple[Value, ...]:
    return tuple(_decode_value(member) for member in (value or {}).get("values") or ())


def _decode_mapping(value: Any) -> dict[str, Value]:
    return _decode_attributes((value or {}).get("values"))


def _decode_bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value))
    except binascii.Error as error:
        raise ValueError(f"bytesValue is not base64: {value!r}") from error


_DECODERS: dict[str, Callable[[Any], Value]] = {
    "stringValue": str,
    "string_value": str,
    "boolValue": _decode_bool,
    "bool_value": _decode_bool,
    "intValue": _int,
    "int_value": _int,
    "doubleValue": _decode_float,
    "double_value": _decode_float,
    "arrayValue": _decode_array,
    "array_value": _decode_array,
    "kvlistValue": _decode_mapping,
    "kvlist_value": _decode_mapping,
    "bytesValue": _decode_bytes,
    "bytes_value": _decode_bytes,
}


def _plain(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_plain(member) for member in value)
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return str(value)
