"""The arrows: each kind of hop has a shape of its own, besides its words."""

from collections.abc import Iterator

from tracenova_diagrams.scene import Area, Line, Oval, Rect, Shape, Text
from tracenova_diagrams.sequence.model import Message
from tracenova_diagrams.sequence.rows import Form

_HALF = 5.0  # of an activation bar


def arrow(
    form: Form, message: Message, x1: float, x2: float, mask: str
) -> Iterator[Shape]:
    """Yield the line of a message and its head, and the answer on the same row."""
    ahead = 1 if x2 > x1 else -1
    tail, tip = x1 + ahead * _HALF, x2 - ahead * _HALF
    look = _look(message)
    failed = bool(message.failed) and message.returns is None
    if message.kind in ("db", "driver"):
        tip = x2 + ahead * _HALF
    end = tip - ahead * 10 if message.kind in ("db", "driver") else tip
    if message.kind == "fanout":
        end = tip - ahead * 4
        for up in (-2.0, 2.0):
            yield Line(((tail, form.start + up), (end, form.end + up)), look)
    else:
        yield Line(((tail, form.start), (end, form.end)), look)
    if form.end > form.start:
        yield from hourglass((tail + end) / 2, (form.start + form.end) / 2, mask)
    yield from _head(message, tip, form.end, ahead, failed)
    if form.back:
        yield from _answer(message, form.back, (tip, tail), mask)


def _look(message: Message) -> str:
    if message.failed and message.returns is None:
        return "failreply" if message.is_reply else "fail"
    if message.is_reply:
        return "callreply" if message.kind == "call" else "httpreply"
    return message.kind


def _head(
    message: Message, x: float, y: float, ahead: int, failed: bool
) -> Iterator[Shape]:
    if message.kind == "db":
        yield from cylinder(x - ahead * 5, y, 5, 6)
    elif message.kind == "driver":
        yield Rect(x - 10 if ahead > 0 else x, y - 5, 10, 10, "shape")
        left = x - 7.5 if ahead > 0 else x + 2.5
        yield Rect(left, y - 2.5, 5, 5, "pointf" if failed else "point")
    elif message.is_reply or message.kind in ("cast", "fanout", "notify"):
        quiet = message.kind == "notify" or (
            message.is_reply and message.kind == "http"
        )
        look = "openf" if failed else "openm" if quiet else "open"
        size = 9 if message.kind == "fanout" else 8
        yield Line(
            (
                (x - ahead * size, y - size * 0.6),
                (x, y),
                (x - ahead * size, y + size * 0.6),
            ),
            look,
        )
    else:
        size = 11 if message.kind == "call" else 9
        yield triangle(x, y, ahead, size, "pointf" if failed else "point")
    if failed:
        yield Text(x - ahead * 16, y - 5, "✗", "tf", "middle")


def _answer(
    message: Message, y: float, ends: tuple[float, float], mask: str
) -> Iterator[Shape]:
    x1, x2 = ends
    ahead = 1 if x2 > x1 else -1
    look = "callreply" if message.kind == "call" else "httpreply"
    mark = "open" if message.kind == "call" else "openm"
    if message.failed:
        look, mark = "failreply", "openf"
    yield Line(((x1, y), (x2, y)), look)
    yield Line(((x2 - ahead * 7, y - 4), (x2, y), (x2 - ahead * 7, y + 4)), mark)
    if message.returns:
        at = x1 + ahead * 10
        wide = 7.0 * len(message.returns)
        left = at if ahead > 0 else at - wide
        yield Rect(left - 1, y - 6, wide + 2, 11, mask)
        text = message.returns
        yield Text(at, y + 3.5, text, "ts", "start" if ahead > 0 else "end")
    if message.failed:
        yield Text(x2 - ahead * 16, y + 4, "✗", "tf", "middle")


def loop(form: Form, message: Message, x: float) -> Iterator[Shape]:
    """Yield the arrow of a service to itself."""
    tail, out = x + _HALF, x + 34
    look = _look(message)
    yield Line(
        ((tail, form.start), (out, form.start), (out, form.end), (tail + 4, form.end)),
        look,
    )
    yield from _head(message, tail, form.end, -1, bool(message.failed))


def triangle(x: float, y: float, ahead: float, size: float, look: str) -> Area:
    """Return a filled head that points at (x, y)."""
    half = size * 0.45
    back = x - ahead * size
    return Area(((x, y), (back, y - half), (back, y + half)), look)


def hourglass(x: float, y: float, mask: str) -> Iterator[Shape]:
    """Yield the mark of a message that waited in a queue."""
    yield Rect(x - 6, y - 7, 12, 14, mask, 3)
    yield Area(((x - 4, y - 5), (x + 4, y - 5), (x, y)), "point")
    yield Area(((x - 4, y + 5), (x + 4, y + 5), (x, y)), "shape")


def cylinder(x: float, y: float, rx: float, half: float) -> Iterator[Shape]:
    """Yield a small database."""
    yield Oval(x, y + half, rx, 2.2, "shape")
    yield Rect(x - rx, y - half, 2 * rx, 2 * half, "mask")
    yield Line(((x - rx, y - half), (x - rx, y + half)), "db")
    yield Line(((x + rx, y - half), (x + rx, y + half)), "db")
    yield Oval(x, y - half, rx, 2.2, "shape")
