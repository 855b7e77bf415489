"""Long columns, kept beside the SDK's spans until those end.

The SDK examines a sequence entry by entry; for ten thousand hosts that takes twice as
long as filtering and weighing them. So long columns wait here, by the span's id, and
join the span when it is converted.
"""

from collections.abc import Sequence

from opentelemetry.trace import SpanContext

from tracenova.trace.model import Value

_waiting: dict[tuple[int, int], dict[str, Value]] = {}


def put(context: SpanContext, key: str, column: Sequence[Value]) -> None:
    """Keep a column of a span that is under way."""
    columns = _waiting.setdefault((context.trace_id, context.span_id), {})
    columns[key] = tuple(column)


def taken(context: SpanContext) -> dict[str, Value]:
    """Hand over the columns of a span that has ended; they are not kept any longer."""
    return _waiting.pop((context.trace_id, context.span_id), {})
