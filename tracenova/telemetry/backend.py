"""The profiler's backend: one OpenTelemetry provider per service, one span per block.

What a span learns by itself: the service that acts, the Lamport clock, its place in
program order, and, for messages and requests, which service function sent them and
which line of Nova does the same.
"""

import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self

from opentelemetry import context as otel_context
from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.trace.propagation.tracecontext import (
    TraceContextTextMapPropagator,
)

from tracenova import __version__, identity
from tracenova.profiler import Attribute, Kind, Later
from tracenova.telemetry import callers, clock, columns, ids, order
from tracenova.trace import names

OUTSIDE = identity.ServiceIdentity("tracenova", "localhost")
_KINDS = {
    "internal": otel.SpanKind.INTERNAL,
    "client": otel.SpanKind.CLIENT,
    "server": otel.SpanKind.SERVER,
    "producer": otel.SpanKind.PRODUCER,
    "consumer": otel.SpanKind.CONSUMER,
}
_LIMITS = SpanLimits(max_span_attributes=SpanLimits.UNSET)
_ERROR_CHARACTERS = 1000
_LONG_COLUMN = 64
_propagator = TraceContextTextMapPropagator()
_heard: ContextVar[int] = ContextVar("tracenova_heard", default=0)


class _Service:
    """The tracer and the clock of one service."""

    def __init__(self, who: identity.ServiceIdentity, processor: SpanProcessor) -> None:
        resource = Resource(
            {
                names.SERVICE_NAME: who.name,
                names.SERVICE_INSTANCE_ID: who.host,
                names.HOST_NAME: who.host,
                names.SERVICE_VERSION: __version__,
            }
        )
        provider = TracerProvider(
            resource=resource,
            shutdown_on_exit=False,
            span_limits=_LIMITS,
            id_generator=ids.OwnDice(),
        )
        provider.add_span_processor(processor)
        self.tracer = provider.get_tracer("tracenova", __version__)
        self.clock = clock.LamportClock()


class OpenTelemetryBackend:
    """Records spans with the OpenTelemetry SDK; all go to one processor."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._processor = processor
        self._services: dict[identity.ServiceIdentity, _Service] = {}
        self._lock = threading.Lock()

    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Attribute | None]
    ) -> "Recording":
        """Return the context manager of one span, not started yet."""
        return Recording(self.acting(), name, kind, attributes)

    def inject(self, carrier: MutableMapping[str, Any]) -> None:
        """Write ``traceparent`` and the clock into a message or headers."""
        _propagator.inject(carrier)
        carrier[clock.key_for(carrier)] = str(self.acting().clock.tick())

    @contextmanager
    def extracted(self, carrier: Mapping[str, Any]) -> Iterator[None]:
        """Continue the carrier's trace within the block."""
        heard = _heard.set(clock.read(carrier))
        place = order.suspend()
        token = otel_context.attach(_propagator.extract(carrier, Context()))
        try:
            yield
        finally:
            otel_context.detach(token)
            order.resume(place)
            _heard.reset(heard)

    def witnessed(self, carrier: Mapping[str, Any]) -> None:
        """Move the acting service's clock past that of an answer."""
        self.acting().clock.witness(clock.read(carrier))

    def acting(self) -> _Service:
        """Return the tracer and clock of whoever acts in this thread."""
        who = identity.current() or OUTSIDE
        service = self._services.get(who)
        if service is None:
            with self._lock:
                service = self._services.setdefault(who, _Service(who, self._processor))
        return service


class Recording:
    """One span from its start to its end: what ``with profiler.span()`` yields."""

    __slots__ = (
        "_after",
        "_attributes",
        "_kind",
        "_name",
        "_service",
        "_span",
        "_token",
    )

    _span: otel.Span
    _after: order.Place
    _token: Token[Context]

    def __init__(
        self,
        service: _Service,
        name: str,
        kind: Kind,
        attributes: Mapping[str, Attribute | None],
    ) -> None:
        self._service = service
        self._name = name
        self._kind = kind
        self._attributes = attributes

    def __enter__(self) -> Self:
        given: dict[str, Any] = {
            key: value for key, value in self._attributes.items() if value is not None
        }
        given[names.LAMPORT] = self._service.clock.tick(_heard.get())
        if self._kind == "internal":
            callers.describe_twin(given)
        elif self._kind in ("client", "producer"):
            callers.describe_caller(self._name, given)
        context = otel_context.get_current()
        parent = otel.get_current_span(context).get_span_context().span_id
        given[names.ORDER], self._after = order.next_place(parent)
        span = self._service.tracer.start_span(
            self._name, context, _KINDS[self._kind], given
        )
        order.enter(self._after, span.get_span_context().span_id)
        self._token = otel_context.attach(otel.set_span_in_context(span, context))
        self._span = span
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        otel_context.detach(self._token)
        order.leave(self._after)
        if error is not None:
            self.fail(error)
        self._span.end()

    def set(self, attributes: Mapping[str, Attribute | None]) -> None:
        """Add attributes; None values are left out."""
        short: dict[str, Attribute] = {}
        for key, value in attributes.items():
            if isinstance(value, list) and len(value) >= _LONG_COLUMN:
                columns.put(self._span.get_span_context(), key, value)
            elif value is not None:
                short[key] = value
        if short:
            self._span.set_attributes(short)

    def set_later(self, make: Later) -> None:
        """Have attributes made when the span is converted, on the worker's thread."""
        columns.put_later(self._span.get_span_context(), make)

    def rename(self, name: str) -> None:
        """Give the span its better name."""
        self._span.update_name(name)

    def fail(self, error: BaseException) -> None:
        """Mark the span failed: the error's class and its text."""
        text = str(error)[:_ERROR_CHARACTERS] or type(error).__name__
        self._span.set_attribute(names.ERROR_TYPE, type(error).__name__)
        self._span.set_status(otel.Status(otel.StatusCode.ERROR, text))
