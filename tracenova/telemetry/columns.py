"""Long columns, kept beside the SDK's spans until those end.

The SDK examines a sequence entry by entry; for ten thousand hosts that takes twice as
long as filtering and weighing them. So long columns wait here, by the span's id, and
join the span when it is converted. Some are not even put together before somebody
looks at them.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opentelemetry.trace import SpanContext

from tracenova.profiler import Later
from tracenova.trace.model import Attributes, Value

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


def joined(context: SpanContext, attributes: dict[str, Value]) -> Attributes:
    """Return all attributes of a span that has ended; none are kept here any longer."""
    key = (context.trace_id, context.span_id)
    if columns := _waiting.pop(key, None):
        attributes.update(columns)
    makers = _to_make.pop(key, None)
    return LateAttributes(attributes, makers) if makers else attributes


class LateAttributes(Mapping[str, Value]):
    """Attributes of which some are put together when somebody looks for them.

    Nobody may ever look: a choice among ten thousand hosts then keeps the filters'
    answers, and no sentence about them.
    """

    __slots__ = ("_known", "_makers")

    def __init__(self, known: dict[str, Value], makers: Sequence[Later]) -> None:
        self._known = known
        self._makers = makers

    def __getitem__(self, key: str) -> Value:
        if key in self._known:
            return self._known[key]
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> dict[str, Value]:
        """Two readers at once make the same twice; neither sees half of it."""
        makers = self._makers
        if makers:
            known = dict(self._known)
            for make in makers:
                known.update(_made(make))
            self._known, self._makers = known, ()
        return self._known


def _made(make: Later) -> dict[str, Value]:
    try:
        return _values(make())
    except Exception:
        LOG.exception("Attributes of a span could not be put together")
        return {}


def _values(attributes: Mapping[str, Any]) -> dict[str, Value]:
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in attributes.items()
        if value is not None
    }
