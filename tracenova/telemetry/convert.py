"""From the SDK's span to ours: the one place that knows both."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event as SdkEvent
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Link as SdkLink
from opentelemetry.trace import StatusCode

from tracenova.telemetry import columns
from tracenova.trace.model import Event, Link, Span, SpanKind, Value
from tracenova.trace.otlp_json import KINDS, STATUSES

_KIND_OF: dict[int, SpanKind] = {
    0: "internal",
    1: "server",
    2: "client",
    3: "producer",
    4: "consumer",
}
_STATUS_OF = {StatusCode.UNSET: 0, StatusCode.OK: 1, StatusCode.ERROR: 2}
assert len(KINDS) == len(_KIND_OF) + 1


class Converter:
    """Converts the spans of one recording. Thread-safe.

    It knows a service's resource by identity: the SDK's would be compared, and hashed,
    by all that is in it, at every span.
    """

    def __init__(self) -> None:
        self._resources: dict[int, tuple[Resource, dict[str, Value]]] = {}

    def converted(self, span: ReadableSpan, *, ended: bool = True) -> Span:
        """Return the span as the read model knows it.

        Args:
            span: the SDK's.
            ended: False for a span that has just begun, whatever has happened since.
        """
        context = span.get_span_context()
        assert context is not None
        scope = span.instrumentation_scope
        given = _values(span.attributes or {})
        attributes = columns.joined(context, given) if ended else given
        return Span(
            trace_id=f"{context.trace_id:032x}",
            span_id=f"{context.span_id:016x}",
            parent_id=f"{span.parent.span_id:016x}" if span.parent else None,
            name=span.name,
            kind=_KIND_OF[span.kind.value],
            start_ns=span.start_time or 0,
            end_ns=span.end_time if ended else None,
            attributes=attributes,
            resource=self._resource(span.resource),
            status=STATUSES[_STATUS_OF[span.status.status_code]],
            status_message=span.status.description or "",
            events=tuple(map(_event, span.events)),
            links=tuple(map(_link, span.links)),
            scope=(scope.name, scope.version or "") if scope else ("", ""),
        )

    def _resource(self, resource: Resource) -> dict[str, Value]:
        known = self._resources.get(id(resource))
        if known is None:
            values = _values(resource.attributes)
            known = self._resources.setdefault(id(resource), (resource, values))
        return known[1]


def _event(event: SdkEvent) -> Event:
    return Event(event.name, event.timestamp, _values(event.attributes or {}))


def _link(link: SdkLink) -> Link:
    return Link(
        f"{link.context.trace_id:032x}",
        f"{link.context.span_id:016x}",
        _values(link.attributes or {}),
    )


def _values(attributes: Mapping[str, Any]) -> dict[str, Value]:
    return attributes.copy() if hasattr(attributes, "copy") else dict(attributes)
