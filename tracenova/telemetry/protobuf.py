"""Spans as OTLP/protobuf: what every collector reads."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1 import common_pb2 as common
from opentelemetry.proto.trace.v1 import trace_pb2 as otlp

from tracenova.trace.model import Attributes, Event, Link, Span, Value
from tracenova.trace.otlp_json import KINDS, STATUSES

_INT64 = range(-(2**63), 2**63)


def encode(spans: Iterable[Span]) -> bytes:
    """Return the spans as an ``ExportTraceServiceRequest``, in the order given."""
    request = ExportTraceServiceRequest()
    for _, group in groupby(spans, key=lambda span: (id(span.resource), span.scope)):
        members = list(group)
        name, version = members[0].scope
        of_resource = request.resource_spans.add()
        of_resource.resource.attributes.extend(_attributes(members[0].resource))
        of_scope = of_resource.scope_spans.add()
        of_scope.scope.name, of_scope.scope.version = _text(name), _text(version)
        of_scope.spans.extend(map(_span, members))
    return request.SerializeToString()


def _span(span: Span) -> otlp.Span:
    return otlp.Span(
        trace_id=bytes.fromhex(span.trace_id),
        span_id=bytes.fromhex(span.span_id),
        parent_span_id=bytes.fromhex(span.parent_id or ""),
        trace_state=span.trace_state,
        name=_text(span.name),
        kind=otlp.Span.SpanKind.Name(KINDS.index(span.kind)),
        start_time_unix_nano=span.start_ns,
        end_time_unix_nano=span.end_ns or 0,
        attributes=_attributes(span.attributes),
        events=map(_event, span.events),
        links=map(_link, span.links),
        status=otlp.Status(
            code=otlp.Status.StatusCode.Name(STATUSES.index(span.status)),
            message=_text(span.status_message),
        ),
    )


def _event(event: Event) -> otlp.Span.Event:
    return otlp.Span.Event(
        time_unix_nano=event.time_ns,
        name=_text(event.name),
        attributes=_attributes(event.attributes),
    )


def _link(link: Link) -> otlp.Span.Link:
    return otlp.Span.Link(
        trace_id=bytes.fromhex(link.trace_id),
        span_id=bytes.fromhex(link.span_id),
        attributes=_attributes(link.attributes),
    )


def _attributes(attributes: Attributes) -> Iterable[common.KeyValue]:
    return [
        common.KeyValue(key=_text(key), value=_value(value))
        for key, value in attributes.items()
    ]


def _value(value: Value) -> common.AnyValue:
    given: dict[str, Any] = {}
    if isinstance(value, str):
        given["string_value"] = _text(value)
    elif isinstance(value, bool):
        given["bool_value"] = value
    elif isinstance(value, int):
        # a whole number that protobuf has no room for is told as text
        name = "int_value" if value in _INT64 else "string_value"
        given[name] = value if value in _INT64 else str(value)
    elif isinstance(value, float):
        given["double_value"] = value
    elif isinstance(value, bytes):
        given["bytes_value"] = value
    elif isinstance(value, tuple | list):
        given["array_value"] = common.ArrayValue(values=map(_value, value))
    elif value is not None:
        given["kvlist_value"] = common.KeyValueList(values=_attributes(value))
    return common.AnyValue(**given)


def _text(text: str) -> str:
    """Return the text as UTF-8 can carry it."""
    return text.encode(errors="backslashreplace").decode()
