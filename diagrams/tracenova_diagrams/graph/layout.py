"""Graphs laid out by dot, drawn by us: text stays text, colours follow the reader."""

import json
import math
from collections.abc import Iterator
from typing import Any

from tracenova_diagrams import graphviz_
from tracenova_diagrams.graph.model import Edge, Graph, Node
from tracenova_diagrams.metrics import width
from tracenova_diagrams.scene import (
    Area,
    Begin,
    Curve,
    End,
    Line,
    Oval,
    Point,
    Rect,
    Scene,
    Shape,
    Text,
)

_LINE = 14.0
_TOP = 40.0
_MARGIN = 20.0
_STEPS = 24  # of a piece of a spline
_LOOKS = {
    "plain": "node",
    "strong": "nodec",
    "quiet": "nodep",
    "good": "nodeg",
    "fail": "nodef",
}
_EDGE_LOOKS = {
    "plain": ("edge", "pointe", "ts"),
    "critical": ("critical", "pointc", "ts"),
    "fail": ("fail", "pointf", "tfs"),
    "dashed": ("dashed", "pointe", "ts"),
}


def draw(graph: Graph, what: str) -> Scene:
    """Return the picture.

    Raises:
        GraphvizMissing: dot is not installed.
    """
    if not graph.nodes:
        return _empty(graph)
    laid: dict[str, Any] = json.loads(
        graphviz_.run("dot", "json0", _skeleton(graph), what)
    )
    return _Drawing(graph, laid).scene


def _empty(graph: Graph) -> Scene:
    scene = Scene(graph.title, graph.about)
    scene.width, scene.height = 480, 90
    scene.add(Rect(0, 0, 480, 90, "paper"), Text(20, 26, graph.title, "th"))
    scene.add(Text(20, 60, graph.about, "t"))
    return scene


def _skeleton(graph: Graph) -> str:
    """Return sizes only: what is written in the boxes is none of dot's business."""
    direction = "TB" if graph.downwards else "LR"
    lines = [
        f"digraph {{ rankdir={direction} nodesep=0.3 ranksep=0.5 pad=0\n",
        'node [shape=box fixedsize=true label=""] edge [arrowsize=0.1]\n',
    ]
    keys = {node.key: f"n{at}" for at, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        wide, high = _size(node)
        lines.append(
            f"{keys[node.key]} [width={wide / 96:.3f} height={high / 96:.3f}]\n"
        )
    for at, edge in enumerate(graph.edges):
        label = _room(edge)
        lines.append(f"{keys[edge.source]} -> {keys[edge.target]} [id=e{at}{label}]\n")
    return "".join(lines) + "}\n"


def _room(edge: Edge) -> str:
    if not edge.lines:
        return ""
    wide = max(width(line, 10) for line in edge.lines) * 0.75 + 6
    high = len(edge.lines) * 12 * 0.75 + 3
    return (
        f' label=<<TABLE BORDER="0" CELLPADDING="0" FIXEDSIZE="TRUE" WIDTH="{wide:.0f}"'
        f' HEIGHT="{high:.0f}"><TR><TD></TD></TR></TABLE>>'
    )


def _size(node: Node) -> Point:
    wide = max(
        width(line, 12 if at == 0 else 10, bold=at == 0)
        for at, line in enumerate(node.lines)
    )
    extra = 14.0 if node.form in ("database", "queue") else 0.0
    beside = 44 if node.form == "queue" else 24
    return max(60.0, wide + beside), _LINE * len(node.lines) + 16 + extra


class _Drawing:
    def __init__(self, graph: Graph, laid: dict[str, Any]) -> None:
        self._graph = graph
        box = [float(part) for part in laid["bb"].split(",")]
        self._high = box[3] / 0.75
        self.scene = Scene(graph.title, graph.about)
        notes = max([width(note, 11) for note in graph.notes] + [0.0])
        title = width(graph.title, 16, bold=True)
        inner = max(box[2] / 0.75, notes, title)
        self.scene.width = math.ceil(inner + 2 * _MARGIN)
        foot = 18.0 * len(graph.notes)
        self.scene.height = math.ceil(_TOP + self._high + _MARGIN + foot)
        self.scene.add(
            Rect(0, 0, self.scene.width, self.scene.height, "paper"),
            Text(_MARGIN, 26, graph.title, "th"),
        )
        by_id = {each.get("id"): each for each in laid.get("edges", ())}
        for at, edge in enumerate(graph.edges):
            self.scene.extend(self._edge(edge, by_id[f"e{at}"]))
        places = {each["name"]: each for each in laid["objects"]}
        for at, node in enumerate(graph.nodes):
            x, y = self._point(places[f"n{at}"]["pos"])
            self.scene.add(Begin("node", node.key, ", ".join(node.lines)))
            self.scene.extend(_node(node, x, y))
            self.scene.add(End())
        for at, note in enumerate(graph.notes):
            y = _TOP + self._high + 22 + 18.0 * at
            self.scene.add(Text(_MARGIN, y, note, "tv"))

    def _point(self, text: str) -> Point:
        x, y = (float(part) / 0.75 for part in text.split(","))
        return x + _MARGIN, _TOP + self._high - y

    def _edge(self, edge: Edge, laid: dict[str, Any]) -> Iterator[Shape]:
        look, point, words = _EDGE_LOOKS[edge.tone]
        tip: Point | None = None
        points = []
        for part in str(laid["pos"]).split():
            if part.startswith("e,"):
                tip = self._point(part[2:])
            else:
                points.append(self._point(part))
        yield Curve(tuple(points), look)
        if tip is not None:
            yield _head(points[-1], points[-2], tip, point)
        if edge.lines and "lp" in laid:
            x, y = self._point(laid["lp"])
            if not self._graph.downwards:
                y = _height_at(points, x, y)
            y -= 12 * (len(edge.lines) - 1) / 2 - 3.5
            yield Begin("edge", "", ", ".join(edge.lines))
            for line in edge.lines:
                wide = width(line, 10)
                yield Rect(x - wide / 2 - 1, y - 9, wide + 2, 12, "mask")
                yield Text(x, y, line, words, "middle")
                y += 12
            yield End()


def _height_at(points: list[Point], x: float, otherwise: float) -> float:
    """Return y of a spline at an x: words lie on their own line, not beside another's."""
    for at in range(0, len(points) - 3, 3):
        for step in range(_STEPS):
            one = _on_spline(points[at : at + 4], step / _STEPS)
            other = _on_spline(points[at : at + 4], (step + 1) / _STEPS)
            if min(one[0], other[0]) <= x <= max(one[0], other[0]):
                return (one[1] + other[1]) / 2
    return otherwise


def _on_spline(points: list[Point], at: float) -> Point:
    """Return the point of a cubic piece at 0 … 1 of its way."""
    rest = 1 - at
    parts = (rest**3, 3 * rest * rest * at, 3 * rest * at * at, at**3)
    x = sum(part * point[0] for part, point in zip(parts, points, strict=True))
    y = sum(part * point[1] for part, point in zip(parts, points, strict=True))
    return x, y


def _head(end: Point, before: Point, tip: Point, look: str) -> Shape:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    long = math.hypot(dx, dy) or 1.0
    ux, uy = dx / long, dy / long
    back = (tip[0] - 10 * ux, tip[1] - 10 * uy)
    return Area(
        (
            tip,
            (back[0] - 4 * uy, back[1] + 4 * ux),
            (back[0] + 4 * uy, back[1] - 4 * ux),
        ),
        look,
    )


def _node(node: Node, x: float, y: float) -> Iterator[Shape]:
    wide, high = _size(node)
    left, top = x - wide / 2, y - high / 2
    look = _LOOKS[node.tone]
    shift = 0.0
    if node.form == "database":
        shift = 5.0
        yield Oval(x, top + high - 6, wide / 2, 6, look)
        yield Rect(left, top + 6, wide, high - 12, "mask")
        yield Rect(left, top + 6, wide, high - 12, look)
        yield Oval(x, top + 6, wide / 2, 6, look)
    elif node.form == "queue":
        yield Rect(left, top, wide, high, "nodeq")
        for at in (6.0, 10.0):
            yield Line(((left + at, top), (left + at, top + high)), "edge")
            yield Line(
                ((left + wide - at, top), (left + wide - at, top + high)), "edge"
            )
    else:
        yield Rect(left, top, wide, high, look, 14 if node.form == "round" else 4)
    base = y - _LINE * (len(node.lines) - 1) / 2 + 4.5 + shift
    for at, line in enumerate(node.lines):
        yield Text(x, base + _LINE * at, line, "ts" if at else "tb", "middle")
