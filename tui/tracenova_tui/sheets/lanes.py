"""Lifelines: who takes part, in which order, and at which column."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracenova.trace.hops import NEIGHBOURS
from tracenova.trace.model import Hop
from tracenova_tui.marks import is_beside

_ORDER = ("client", "nova-api", "nova-conductor", "nova-scheduler", "nova-compute")
_NARROW, _ROOMY, _TAIL, _NARROW_TAIL = 15, 24, 34, 22


@dataclass(frozen=True, slots=True)
class Lanes:
    """The columns of the lifelines; who has none is drawn beside its caller.

    Attributes:
        columns: participant → column of its lifeline.
        width: columns in all, perhaps more than the screen has.
    """

    columns: dict[str, int]
    pitch: int
    width: int

    @classmethod
    def of(cls, hops: Iterable[Hop], gutter: int, width: int) -> "Lanes":
        """Lay out the participants of the hops."""
        names = participants(hops)
        neighbours = [name for name in names if name in NEIGHBOURS]
        others = [name for name in names if name not in NEIGHBOURS]
        tail = _TAIL if width >= 100 else _NARROW_TAIL
        room = width - gutter - tail
        shown = names if len(names) * (_ROOMY - 6) <= room else others or names
        if not neighbours:
            shown = names
        pitch = max(_NARROW, min(_ROOMY + 4, room // max(1, len(shown) - 1)))
        first = gutter + 4
        columns = {name: first + at * pitch for at, name in enumerate(shown)}
        last = first + pitch * max(0, len(shown) - 1)
        return cls(columns, pitch, max(width, last + tail - 4))


def participants(hops: Iterable[Hop]) -> list[str]:
    """Return who has a lifeline, Nova's services first, in the order of a boot."""
    seen: dict[str, None] = {}
    for hop in hops:
        seen[hop.from_] = None
        if not is_beside(hop):
            seen[hop.to] = None
    return sorted(seen, key=_rank)


def _rank(name: str) -> tuple[int, str]:
    service = name.partition("@")[0]
    if service in _ORDER:
        return _ORDER.index(service), name
    return len(_ORDER) + (service not in NEIGHBOURS), ""
