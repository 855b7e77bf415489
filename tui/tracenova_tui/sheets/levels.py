"""Zoom levels of the story, and the condensing of repeats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from tracenova.trace.hops import NEIGHBOURS
from tracenova.trace.model import Hop
from tracenova_tui.marks import is_beside, words

LEVELS = ("services", "rpc", "full", "spans")
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sequence: a hop, or several alike told in one."""

    hops: tuple[Hop, ...]

    @property
    def hop(self) -> Hop:
        """The first of them."""
        return self.hops[0]

    @property
    def words(self) -> str:
        """What is asked: ``9 × object_action`` when there are several."""
        if len(self.hops) == 1:
            return words(self.hop)
        told = {words(hop) for hop in self.hops}
        same = told.pop() if len(told) == 1 else self.hop.method
        return f"{len(self.hops)} × {same}"


def shows(level: str, hop: Hop) -> bool:
    """Say whether a level shows a hop; errors are shown at every level."""
    if level in ("full", "spans") or hop.status == "error":
        return True
    if level == "rpc":
        return not is_beside(hop)
    if is_beside(hop) or hop.method.startswith("object_"):
        return False
    return hop.from_ not in NEIGHBOURS and hop.to not in NEIGHBOURS


def rows(hops: Iterable[Hop], level: str, *, condensed: bool) -> Iterator[Row]:
    """Yield the rows of a level; runs of hops alike are condensed."""
    shown = (hop for hop in hops if shows(level, hop))
    if not condensed:
        yield from (Row((hop,)) for hop in shown)
        return
    for key, run in groupby(shown, key=_alike):
        alike = tuple(run)
        if key[-1] and len(alike) >= FEWEST:
            yield Row(alike)
        else:
            yield from (Row((hop,)) for hop in alike)


def _alike(hop: Hop) -> tuple[str, str, str, str, bool]:
    """Return what hops must have in common; its last says whether they may."""
    may = hop.status == "ok" and not hop.is_reply
    method = "" if hop.kind in ("http", "db") else hop.method.partition("_class_")[0]
    if method.startswith("object_"):
        method = "object_"
    return hop.from_, hop.to, hop.kind, method, may
