"""Graphs as dot, Mermaid, PlantUML and plain text."""

from collections.abc import Iterator

from tracenova_diagrams import escape
from tracenova_diagrams.graph.model import Edge, Graph, Node
from tracenova_diagrams.metrics import wrapped_cells

MOST_CHARACTERS = 48_000  # Mermaid refuses 50 000
_DOT_SHAPES = {"box": "box", "round": "box", "database": "cylinder", "queue": "cds"}
_DOT_EDGES = {
    "plain": "",
    "critical": " penwidth=3",
    "fail": ' color="#a8201a" penwidth=2',
    "dashed": " style=dashed",
}
_MERMAID_FRAMES = {
    "box": ("[", "]"),
    "round": ("(", ")"),
    "database": ("[(", ")]"),
    "queue": ("[[", "]]"),
}
_MERMAID_EDGES = {"plain": "-->", "critical": "==>", "fail": "--x", "dashed": "-.->"}
_PUML_SORTS = {
    "box": "rectangle",
    "round": "rectangle",
    "database": "database",
    "queue": "queue",
}
_PUML_EDGES = {
    "plain": "-->",
    "critical": "-[bold]->",
    "fail": "-[bold,#A8201A]->",
    "dashed": "..>",
}
_MARKS = {"plain": "", "critical": " ★", "fail": " ✗", "dashed": " (not taken)"}
_NODE_MARKS = {
    "plain": "",
    "strong": " ★",
    "quiet": " (not reached)",
    "good": " ✓",
    "fail": " ✗",
}


def dot(graph: Graph) -> str:
    """Return a dot file to edit and lay out anywhere."""
    keys = _keys(graph)
    direction = "TB" if graph.downwards else "LR"
    lines = [
        f"digraph {{\n  rankdir={direction}\n  label={escape.dot(graph.title)}\n",
        "  labelloc=t\n  fontname=Helvetica\n  node [shape=box style=rounded fontname=Helvetica]\n",
        "  edge [fontname=Helvetica fontsize=10]\n",
    ]
    for node in graph.nodes:
        label = _dot_lines(node.lines)
        strong = " penwidth=2.5" if node.tone in ("strong", "good", "fail") else ""
        quiet = " color=gray50" if node.tone == "quiet" else ""
        shape = _DOT_SHAPES[node.form]
        lines.append(
            f"  {keys[node.key]} [label={label} shape={shape}{strong}{quiet}]\n"
        )
    for edge in graph.edges:
        ends = f"{keys[edge.source]} -> {keys[edge.target]}"
        lines.append(
            f"  {ends} [label={_dot_lines(_beside(edge.lines))}{_DOT_EDGES[edge.tone]}]\n"
        )
    return "".join(lines) + "}\n"


def _beside(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Keep words off the line that dot draws right beside them."""
    return tuple(f"\u00a0{line}\u00a0" for line in lines)


def _dot_lines(lines: tuple[str, ...]) -> str:
    return '"' + "\\n".join(escape.dot(line)[1:-1] for line in lines) + '"'


def mermaid(graph: Graph) -> list[str]:
    """Return Mermaid flowcharts, each with the ends of its edges, in parts it accepts."""
    keys = _keys(graph)
    head = f"flowchart {'TB' if graph.downwards else 'LR'}\n"
    boxes = {node.key: _mermaid_node(node, keys[node.key]) for node in graph.nodes}
    parts: list[str] = []
    nodes: dict[str, None] = {}
    lines: list[str] = []
    size = 0

    def whole() -> str:
        return head + "".join([*(boxes[key] for key in nodes), *lines])

    for edge in graph.edges:
        line = _mermaid_edge(edge, keys)
        new = [key for key in (edge.source, edge.target) if key not in nodes]
        more = len(line) + sum(len(boxes[key]) for key in new)
        if lines and size + more > MOST_CHARACTERS:
            parts.append(whole())
            nodes, lines, size = {}, [], 0
        nodes |= dict.fromkeys((edge.source, edge.target))
        lines.append(line)
        size += more
    if not parts:  # nodes stand in the graph's own order
        nodes = dict.fromkeys(boxes)
    return [*parts, whole()]


def _mermaid_node(node: Node, key: str) -> str:
    left, right = _MERMAID_FRAMES[node.form]
    label = "<br/>".join(escape.mermaid(line) for line in node.lines)
    return f'  {key}{left}"{label}"{right}\n'


def _mermaid_edge(edge: Edge, keys: dict[str, str]) -> str:
    label = "<br/>".join(escape.mermaid(line) for line in edge.lines)
    said = f'|"{label}"|' if label else ""
    arrow = _MERMAID_EDGES[edge.tone]
    return f"  {keys[edge.source]} {arrow}{said} {keys[edge.target]}\n"


def plantuml(graph: Graph) -> str:
    """Return PlantUML text."""
    keys = _keys(graph)
    direction = "top to bottom" if graph.downwards else "left to right"
    lines = [
        f"@startuml\n{direction} direction\ntitle {escape.plantuml(graph.title)}\n"
    ]
    for node in graph.nodes:
        label = "\\n".join(escape.plantuml(line) for line in node.lines)
        lines.append(f'{_PUML_SORTS[node.form]} "{label}" as {keys[node.key]}\n')
    for edge in graph.edges:
        label = "\\n".join(escape.plantuml(line) for line in edge.lines)
        said = f" : {label}" if label else ""
        arrow = _PUML_EDGES[edge.tone]
        lines.append(f"{keys[edge.source]} {arrow} {keys[edge.target]}{said}\n")
    return "".join(lines) + "@enduml\n"


def text(graph: Graph, width: int) -> str:
    """Return nodes and what they lead to, in lines of at most ``width`` columns."""
    return "\n".join(_text(graph, width)) + "\n"


def _text(graph: Graph, width: int) -> Iterator[str]:
    yield from wrapped_cells(escape.visible(graph.title), width)
    yield ""
    leaving: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        leaving.setdefault(edge.source, []).append(edge)
    named = {node.key: _named(node) for node in graph.nodes}
    for node in graph.nodes:
        yield from wrapped_cells(named[node.key] + _NODE_MARKS[node.tone], width)
        for edge in leaving.get(node.key, ()):
            said = escape.visible(", ".join(edge.lines))
            line = f"─▶ {named[edge.target]}{f': {said}' if said else ''}"
            for part in wrapped_cells(line + _MARKS[edge.tone], width - 6):
                yield f"  {part}" if part.startswith("─▶") else f"     {part}"
    for note in graph.notes:
        yield from wrapped_cells(escape.visible(note), width)


def _named(node: Node) -> str:
    return escape.visible(" · ".join(node.lines))


def _keys(graph: Graph) -> dict[str, str]:
    return {node.key: f"n{at}" for at, node in enumerate(graph.nodes)}
