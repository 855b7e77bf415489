"""Lifelines: who takes part, in which order, and at which column."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracenova.trace.hops import NEIGHBOURS
from tracenova.trace.model import Hop
from tracenova_tui.marks import is_beside

_ORDER = ("client", "nova-api", "nova-conductor", "nova-scheduler", "nova-compute")
_ROOMY = 24
_WIDE = 100
_LEAST = (15, 11)  # columns between lifelines: on a wide screen, on a narrow one
_TAILS = ((34, 22), (22, 14))  # columns after the last, the first that leaves that much


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
        narrow = width < _WIDE
        tail, pitch, shown = _TAILS[narrow][0], 0, names
        for tail in _TAILS[narrow]:
            room = width - gutter - tail
            roomy = len(names) * (_ROOMY - 6) <= room
            shown = names if roomy or not neighbours else others or names
            pitch = room // max(1, len(shown) - 1)
            if pitch >= _LEAST[narrow]:
                break
        pitch = max(_LEAST[narrow], min(_ROOMY + 4, pitch))
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
