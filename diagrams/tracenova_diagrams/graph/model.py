"""The nouns of a graph: nodes and edges that have no place yet."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["box", "round", "database", "queue"]
Tone = Literal["plain", "strong", "quiet", "good", "fail"]
EdgeTone = Literal["plain", "critical", "fail", "dashed"]


@dataclass(frozen=True, slots=True)
class Node:
    """A thing; ``lines`` are its name and what is said of it."""

    key: str
    lines: tuple[str, ...]
    form: Form = "box"
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Edge:
    """Something that leads from one thing to another."""

    source: str
    target: str
    lines: tuple[str, ...] = ()
    tone: EdgeTone = "plain"


@dataclass(frozen=True, slots=True)
class Graph:
    """What to lay out; ``downwards`` or from left to right, perhaps a ``tree``."""

    title: str
    about: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()
    downwards: bool = False
    tree: bool = False
