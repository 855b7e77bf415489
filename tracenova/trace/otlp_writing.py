"""OTLP/JSON: how spans are written on a line.

Text straight away, without a document of dicts in between: a boot writes some three
thousand attributes while it is running.
"""

import base64
import json
import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from tracenova.trace.model import (
    Attributes,
    Event,
    Link,
    Span,
    SpanKind,
    StatusCode,
    Value,
)
from tracenova.trace.otlp_columns import Columns, is_long, utf8

KINDS: tuple[SpanKind, ...] = (
    "unspecified",
    "internal",
    "server",
    "client",
    "producer",
    "consumer",
)
STATUSES: tuple[StatusCode, ...] = ("unset", "ok", "error")
_quoted = json.encoder.encode_basestring


def encode_bytes(spans: Iterable[Span], end: bytes = b"") -> bytes:
    """Return one ``TracesData`` document on one line, followed by what ends a line."""
    return b"".join([*_pieces(spans), end])


def encode_line(spans: Iterable[Span]) -> str:
    """Return one ``TracesData`` document on one line as text."""
    return encode_bytes(spans).decode()


def _pieces(spans: Iterable[Span]) -> list[bytes]:
    """Return the line in parts: long columns apart, so that nobody copies them."""
    columns = Columns(_encode_value)
    found: list[bytes] = []
    for _, group in groupby(spans, key=lambda span: (id(span.resource), span.scope)):
        members = list(group)
        name, version = map(_quoted, members[0].scope)
        resource = _encode_attributes(members[0].resource)
        found.append(
            utf8(
                f'{{"resource":{{"attributes":{resource}}},"scopeSpans":['
                f'{{"scope":{{"name":{name},"version":{version}}},"spans":['
            )
        )
        for member in members:
            found += *_span_pieces(member, columns), b","
        found[-1:] = b"]}]}", b","
    return [b'{"resourceSpans":[', *found[:-1], b"]}"]


def encode(spans: Iterable[Span]) -> dict[str, Any]:
    """Return the spans as a ``TracesData`` document, in the order given."""
    document: dict[str, Any] = json.loads(encode_line(spans))
    return document


def _span_pieces(span: Span, columns: Columns) -> list[bytes]:
    members = [
        f'"traceId":{_quoted(span.trace_id)}',
        f'"spanId":{_quoted(span.span_id)}',
        f'"parentSpanId":{_quoted(span.parent_id)}' if span.parent_id else "",
        f'"traceState":{_quoted(span.trace_state)}' if span.trace_state else "",
        f'"name":{_quoted(span.name)}',
        f'"kind":{KINDS.index(span.kind)}',
        f'"startTimeUnixNano":"{span.start_ns}"',
        "" if span.end_ns is None else f'"endTimeUnixNano":"{span.end_ns}"',
    ]
    behind = [
        f'"events":[{",".join(map(_encode_event, span.events))}]'
        if span.events
        else "",
        f'"links":[{",".join(map(_encode_link, span.links))}]' if span.links else "",
        _encode_status(span),
    ]
    front = f'{{{",".join(filter(None, members))},"attributes":'
    back = "".join([f",{member}" for member in behind if member]) + "}"
    if not any(map(is_long, span.attributes.values())):
        return [utf8(f"{front}{_encode_attributes(span.attributes)}{back}")]
    return [
        utf8(f"{front}["),
        *_attribute_pieces(span.attributes, columns),
        utf8(f"]{back}"),
    ]


def _attribute_pieces(attributes: Attributes, columns: Columns) -> list[bytes]:
    found: list[bytes] = []
    for key, value in attributes.items():
        if is_long(value):
            found.append(
                utf8(f'{{"key":{_quoted(key)},"value":{{"arrayValue":{{"values":[')
            )
            found += columns.encoded(value), b"]}}}"
        else:
            found.append(utf8(_encode_attributes({key: value})[1:-1]))
        found.append(b",")
    return found[:-1]


def _encode_status(span: Span) -> str:
    if span.status == "unset" and not span.status_message:
        return ""
    message = (
        f',"message":{_quoted(span.status_message)}' if span.status_message else ""
    )
    return f'"status":{{"code":{STATUSES.index(span.status)}{message}}}'


def _encode_event(event: Event) -> str:
    return (
        f'{{"timeUnixNano":"{event.time_ns}","name":{_quoted(event.name)},'
        f'"attributes":{_encode_attributes(event.attributes)}}}'
    )


def _encode_link(link: Link) -> str:
    return (
        f'{{"traceId":{_quoted(link.trace_id)},"spanId":{_quoted(link.span_id)},'
        f'"attributes":{_encode_attributes(link.attributes)}}}'
    )


def _encode_attributes(attributes: Attributes) -> str:
    pairs = [
        f'{{"key":{_quoted(key)},"value":{_encode_value(value)}}}'
        for key, value in attributes.items()
    ]
    return f"[{','.join(pairs)}]"


def _encode_value(value: Value) -> str:
    if isinstance(value, str):
        return f'{{"stringValue":{_quoted(value)}}}'
    if isinstance(value, bool):
        return f'{{"boolValue":{"true" if value else "false"}}}'
    if isinstance(value, int):
        return f'{{"intValue":"{value}"}}'
    if isinstance(value, float):
        return f'{{"doubleValue":{_encode_float(value)}}}'
    if isinstance(value, bytes):
        return f'{{"bytesValue":"{base64.b64encode(value).decode()}"}}'
    if value is None:
        return "{}"
    if isinstance(value, Mapping):
        return f'{{"kvlistValue":{{"values":{_encode_attributes(value)}}}}}'
    members = ",".join(map(_encode_value, value))
    return f'{{"arrayValue":{{"values":[{members}]}}}}'


def _encode_float(value: float) -> str:
    if math.isfinite(value):
        return float.__repr__(value)
    if math.isnan(value):
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'
