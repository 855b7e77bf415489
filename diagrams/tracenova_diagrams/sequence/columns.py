"""Where the lifelines stand: as close as heads and labels allow."""

from collections.abc import Iterable
from math import ceil

from tracenova_diagrams.metrics import width
from tracenova_diagrams.options import Level
from tracenova_diagrams.sequence.model import Item, Message, Participant

_BESIDE_NUMBERS = 26.0
_LABEL_ROOM = {"services": 160.0, "rpc": 190.0, "full": 190.0}
_BESIDE_LABEL = 30.0
_BETWEEN_HEADS = 10.0
_CROSS = 20.0  # the mark of a failure, at the head of an arrow


def gutter(items: Iterable[Item]) -> float:
    """Return how much room the numbers of the hops need, at the left."""
    widest = max(map(numbers, items), key=len, default="")  # digits are equally wide
    return max(50.0, ceil(width(widest, 10)) + _BESIDE_NUMBERS)


def numbers(item: Item) -> str:
    """Return the numbers of the hops that an item stands for: ``38–66``."""
    if not isinstance(item, Message):
        return ""
    if item.seq == item.last_seq:
        return str(item.seq)
    return f"{item.seq}–{item.last_seq}"


def head_width(who: Participant) -> float:
    """Return how wide the head of a lifeline is."""
    label = width(who.label, 12, bold=True)
    return max(label, width(who.host, 10)) + 18


def columns(
    people: tuple[Participant, ...], items: Iterable[Item], level: Level, left: float
) -> dict[str, float]:
    """Return the x of every lifeline."""
    if not people:
        return {}
    places = {who.name: at for at, who in enumerate(people)}
    needed = _needs(places, items, _LABEL_ROOM[level])
    at = [left + head_width(people[0]) / 2]
    for place in range(1, len(people)):
        heads = (head_width(people[place - 1]) + head_width(people[place])) / 2
        x = at[-1] + heads + _BETWEEN_HEADS
        for start, room in needed.get(place, {}).items():
            x = max(x, at[start] + room)
        at.append(float(ceil(x)))
    return {who.name: x for who, x in zip(people, at, strict=True)}


def _needs(
    places: dict[str, int], items: Iterable[Item], most: float
) -> dict[int, dict[int, float]]:
    """Return for each right end: left end → room that its widest label wants."""
    needed: dict[int, dict[int, float]] = {}
    for item in items:
        if not isinstance(item, Message):
            continue
        left, right = sorted((places[item.source], places[item.target]))
        if left == right:
            if right + 1 < len(places):
                starts = needed.setdefault(right + 1, {})
                room = min(most, width(item.label, 12)) + 60
                starts[right] = max(starts.get(right, 0), room)
            continue
        wanted = max(width(item.label, 12), width(item.tag, 10))
        if item.failed:
            wanted = width(item.label, 12, bold=True) + _CROSS
        starts = needed.setdefault(right, {})
        starts[left] = max(starts.get(left, 0), min(most, wanted) + _BESIDE_LABEL)
    return needed
