"""Activation bars: from when to when a service works on something."""

from collections.abc import Iterable, Mapping

from tracenova_diagrams.sequence.model import Message
from tracenova_diagrams.sequence.rows import Row

Interval = tuple[float, float]
_STUB = 8.0


def activations(rows: Iterable[Row]) -> dict[str, list[Interval]]:
    """Return for each participant when it is at work, merged and in order."""
    begun: dict[str, tuple[str, float, float]] = {}
    loose: dict[str, list[Interval]] = {}
    for row in rows:
        message = row.item
        if not isinstance(message, Message):
            continue
        start, end = row.start, row.end
        lower = row.back or end
        _extend(begun, loose, message, (start, max(row.back, start) + 4))
        inside = message.source == message.target
        if message.receives and not inside:
            for entity in message.receives:
                begun[entity] = (message.target, end - 1, lower + 4)
        elif message.kind in ("db", "driver"):
            continue
        elif not message.is_reply and not inside:
            stub = lower + 4 if lower > end else end + _STUB
            loose.setdefault(message.target, []).append((end - 4, stub))
        elif message.is_reply:
            loose.setdefault(message.target, []).append((end - 5, end + 5))
    for who, start, end in begun.values():
        loose.setdefault(who, []).append((start, max(end, start + _STUB)))
    return {who: _merged(spans) for who, spans in loose.items()}


class Busy:
    """Tells which bars an arrow crosses; asked from top to bottom."""

    def __init__(
        self, columns: Mapping[str, float], bars: Mapping[str, list[Interval]]
    ) -> None:
        self._places = {name: place for place, name in enumerate(columns)}
        self._lines = [_Line(x, bars.get(name, [])) for name, x in columns.items()]

    def between(
        self, top: float, bottom: float, source: str, target: str
    ) -> tuple[float, ...]:
        """Return the x of the bars that stand between two participants there."""
        one, other = self._places[source], self._places[target]
        low, high = (one, other) if one < other else (other, one)
        if high - low < 2:
            return ()
        lines = self._lines[low + 1 : high]
        return tuple([line.x for line in lines if line.is_busy(top, bottom)])


class _Line:
    def __init__(self, x: float, bars: list[Interval]) -> None:
        self.x = x
        self._bars = bars
        self._next = 0

    def is_busy(self, top: float, bottom: float) -> bool:
        bars = self._bars
        while self._next < len(bars) and bars[self._next][1] < top:
            self._next += 1
        return self._next < len(bars) and bars[self._next][0] < bottom


def _extend(
    begun: dict[str, tuple[str, float, float]],
    loose: dict[str, list[Interval]],
    message: Message,
    sending: Interval,
) -> None:
    """Let the sender's bar reach as far as it sends, and hears the answer."""
    start, lower = sending
    known = begun.get(message.entity)
    if known is not None and known[0] == message.source:
        begun[message.entity] = (known[0], known[1], max(known[2], lower))
    else:
        loose.setdefault(message.source, []).append((start - 5, lower))


def _merged(spans: list[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + 2:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
