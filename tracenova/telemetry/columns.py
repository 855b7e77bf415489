"""Long columns, kept beside the SDK's spans until those end.

The SDK examines a sequence entry by entry; for ten thousand hosts that takes twice as
long as filtering and weighing them. So long columns wait here, by the span's id, and
join the span when it is converted. Some are not even put together before.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.trace import SpanContext

from tracenova.profiler import Later
from tracenova.trace.model import Value

LOG = logging.getLogger(__name__)
_Key = tuple[int, int]
_waiting: dict[_Key, dict[str, Value]] = {}
_to_make: dict[_Key, list[Later]] = {}


def put(context: SpanContext, key: str, column: Sequence[Value]) -> None:
    """Keep a column of a span that is under way."""
    columns = _waiting.setdefault((context.trace_id, context.span_id), {})
    columns[key] = tuple(column)


def put_later(context: SpanContext, make: Later) -> None:
    """Keep what will make attributes of a span that is under way."""
    _to_make.setdefault((context.trace_id, context.span_id), []).append(make)


def taken(context: SpanContext) -> dict[str, Value]:
    """Hand over the columns of a span that has ended; they are not kept any longer."""
    key = (context.trace_id, context.span_id)
    columns = _waiting.pop(key, {})
    for make in _to_make.pop(key, ()):
        try:
            columns.update(_values(make()))
        except Exception:
            LOG.exception("Attributes of a span could not be put together")
    return columns


def _values(attributes: Mapping[str, Any]) -> dict[str, Value]:
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in attributes.items()
        if value is not None
    }
