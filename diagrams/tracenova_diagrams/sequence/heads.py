"""The heads of the lifelines: who it is, and of what sort."""

from collections.abc import Iterator

from tracenova_diagrams.scene import Line, Oval, Rect, Shape, Text
from tracenova_diagrams.sequence.columns import head_width
from tracenova_diagrams.sequence.model import Participant

HEAD_HEIGHT = 40.0


def head(who: Participant, x: float, top: float) -> Iterator[Shape]:
    """Yield the head of a lifeline, centred on x."""
    wide = head_width(who)
    left = x - wide / 2
    yield from _FRAMES[who.form](left, top, wide)
    if who.host:
        yield Text(x, top + 18, who.label, "tb", "middle")
        yield Text(x, top + 32, who.host, "ts", "middle")
    else:
        yield Text(x, top + 25, who.label, "tb", "middle")


def _box(left: float, top: float, wide: float) -> Iterator[Shape]:
    yield Rect(left, top, wide, HEAD_HEIGHT, "head", 4)


def _round(left: float, top: float, wide: float) -> Iterator[Shape]:
    yield Rect(left, top, wide, HEAD_HEIGHT, "head", 19)


def _neighbour(left: float, top: float, wide: float) -> Iterator[Shape]:
    yield Rect(left, top, wide, HEAD_HEIGHT, "nodep", 4)


def _bus(left: float, top: float, wide: float) -> Iterator[Shape]:
    yield Rect(left, top + 5, wide, HEAD_HEIGHT - 10, "nodep")
    for x in (left + 4, left + wide - 4):
        yield Line(((x, top + 5), (x, top + HEAD_HEIGHT - 5)), "edge")


def _database(left: float, top: float, wide: float) -> Iterator[Shape]:
    x, rx = left + wide / 2, wide / 2
    yield Oval(x, top + HEAD_HEIGHT - 5, rx, 5, "nodep")
    yield Rect(left, top + 5, wide, HEAD_HEIGHT - 10, "mask")
    for side in (left, left + wide):
        yield Line(((side, top + 5), (side, top + HEAD_HEIGHT - 5)), "edge")
    yield Oval(x, top + 5, rx, 5, "nodep")


_FRAMES = {
    "client": _round,
    "service": _box,
    "neighbour": _neighbour,
    "database": _database,
    "bus": _bus,
    "driver": _neighbour,
}
