"""Graphs as dot, Mermaid, PlantUML and plain text."""

import json
from collections.abc import Iterator
from dataclasses import replace

from tracenova_diagrams import escape
from tracenova_diagrams.graph.model import Edge, Graph, Node, Tone
from tracenova_diagrams.metrics import wrapped_cells
from tracenova_diagrams.palette import LIGHT

MOST_CHARACTERS = 48_000  # Mermaid refuses 50 000
_DOT_SHAPES = {
    "box": "shape=box style=filled",
    "round": 'shape=box style="rounded,filled"',
    "database": "shape=cylinder style=filled",
    "queue": "shape=cds style=filled",
}
_DOT_EDGES = {
    "plain": f' color="{LIGHT["line"]}"',
    "critical": f' color="{LIGHT["accent"]}" penwidth=3',
    "fail": f' color="{LIGHT["fail"]}" penwidth=2',
    "dashed": f' color="{LIGHT["line"]}" style=dashed',
}
_LOOKS: dict[Tone, tuple[str, str]] = {  # ground and edge
    "plain": (LIGHT["head"], LIGHT["accent"]),
    "strong": (LIGHT["bar"], LIGHT["accent"]),
    "quiet": (LIGHT["paper"], LIGHT["line"]),
    "good": (LIGHT["goodnote"], LIGHT["good"]),
    "fail": (LIGHT["failnote"], LIGHT["fail"]),
}
_MERMAID_FRAMES = {
    "box": ("[", "]"),
    "round": ("(", ")"),
    "database": ("[(", ")]"),
    "queue": ("[[", "]]"),
}
_MERMAID_EDGES = {"plain": "-->", "critical": "==>", "fail": "--x", "dashed": "-.->"}
_MERMAID_LOOKS = {  # no ground: it is dark or light, as the page
    "strong": f"stroke:{LIGHT['part1']},stroke-width:3px",
    "quiet": "stroke-dasharray:4 4",
    "good": f"stroke:{LIGHT['part3']},stroke-width:3px",
    "fail": f"stroke:{LIGHT['part5']},stroke-width:3px",
}
_MERMAID_WIDEST = {"wrappingWidth": "540"}  # of a label
_MERMAID_TREE = _MERMAID_WIDEST | {"curve": "stepAfter"}
_PUML_SORTS = {
    "box": "rectangle",
    "round": "rectangle",
    "database": "database",
    "queue": "queue",
}
_PUML_COLOURS = {
    "backgroundColor": LIGHT["paper"],
    "rectangleBorderColor": LIGHT["accent"],
    "databaseBorderColor": LIGHT["accent"],
    "queueBorderColor": LIGHT["noteline"],
    "legendBackgroundColor": LIGHT["paper"],
    "legendBorderColor": LIGHT["paper"],
}
_PUML_EDGES = {
    "plain": f"-[{LIGHT['line']}]->",
    "critical": f"-[bold,{LIGHT['accent']}]->",
    "fail": f"-[bold,{LIGHT['fail']}]->",
    "dashed": f"-[dashed,{LIGHT['line']}]->",
}
_MARKS = {"plain": "", "critical": " ★", "fail": " ✗", "dashed": " ┄"}
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
        "  labelloc=t\n  fontname=Helvetica\n  node [fontname=Helvetica]\n",
        "  edge [fontname=Helvetica fontsize=10]\n",
    ]
    for node in graph.nodes:
        ground, edge_colour = _LOOKS[node.tone]
        strong = " penwidth=2.5" if node.tone in ("strong", "good", "fail") else ""
        lines.append(
            f"  {keys[node.key]} [label={_dot_lines(node.lines)}"
            f" {_DOT_SHAPES[node.form]}{strong}"
            f' fillcolor="{ground}" color="{edge_colour}"]\n'
        )
    for edge in graph.edges:
        ends = f"{keys[edge.source]} -> {keys[edge.target]}"
        lines.append(
            f"  {ends} [label={_dot_lines(_beside(edge.lines))}{_DOT_EDGES[edge.tone]}]\n"
        )
    if graph.notes:
        said = f"label={_dot_lines(graph.notes)} shape=plain fontsize=10"
        lines.append(f"  notes [{said}]\n")
    return "".join(lines) + "}\n"


def _beside(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Keep words off the line that dot draws right beside them."""
    return tuple(f"\u00a0{line}\u00a0" for line in lines)


def _dot_lines(lines: tuple[str, ...]) -> str:
    return '"' + "\\n".join(escape.dot(line)[1:-1] for line in lines) + '"'


def mermaid(graph: Graph) -> list[str]:
    """Return Mermaid flowcharts, each with the ends of its edges, in parts it accepts."""
    keys = _keys(graph)
    boxes = {node.key: _mermaid_node(node, keys[node.key]) for node in graph.nodes}
    found: list[tuple[dict[str, None], list[str]]] = []
    nodes: dict[str, None] = {}
    lines: list[str] = []
    size = 0
    for edge in _together(graph.edges):
        line = _mermaid_edge(edge, keys)
        new = [key for key in (edge.source, edge.target) if key not in nodes]
        more = len(line) + sum(len(boxes[key]) for key in new)
        if lines and size + more > MOST_CHARACTERS:
            found.append((nodes, lines))
            nodes, lines, size = {}, [], 0
        nodes |= dict.fromkeys((edge.source, edge.target))
        lines.append(line)
        size += more
    if not found:  # nodes stand in the graph's own order
        nodes = dict.fromkeys(boxes)
    found.append((nodes, lines))
    looks = _MERMAID_TREE if graph.tree else _MERMAID_WIDEST
    return [
        mermaid_head(graph.title, at, len(found), looks)
        + f"flowchart {'TB' if graph.downwards else 'LR'}\n"
        + "".join([*(boxes[key] for key in nodes), *lines, *_mermaid_foot(graph)])
        for at, (nodes, lines) in enumerate(found, 1)
    ]


def mermaid_head(
    title: str, part: int = 1, parts: int = 1, looks: dict[str, str] | None = None
) -> str:
    """Return what stands above a chart of Mermaid: title, looks of a flowchart."""
    which = f" (part {part} of {parts})" if parts > 1 else ""
    said = json.dumps(escape.mermaid_title(title + which), ensure_ascii=False)
    config = "".join(f"    {name}: {value}\n" for name, value in (looks or {}).items())
    flowchart = f"config:\n  flowchart:\n{config}" if config else ""
    return f"---\ntitle: {said}\n{flowchart}---\n"


def _mermaid_foot(graph: Graph) -> Iterator[str]:
    """Yield what the looks mean, and the looks."""
    if graph.notes:
        said = "<br/>".join(escape.mermaid(note) for note in graph.notes)
        yield f'  notes["{said}"]:::notes\n'
        yield "  classDef notes fill:none,stroke:none\n"
    for tone in dict.fromkeys(node.tone for node in graph.nodes):
        if tone != "plain":
            yield f"  classDef {tone} {_MERMAID_LOOKS[tone]}\n"


def _together(edges: tuple[Edge, ...]) -> Iterator[Edge]:
    """Join edges of the same way, for Mermaid lays the words of one over another's."""
    ways: dict[tuple[str, str, str], list[str]] = {}
    for edge in edges:
        ways.setdefault((edge.source, edge.target, edge.tone), []).extend(edge.lines)
    for edge in edges:
        lines = ways.pop((edge.source, edge.target, edge.tone), None)
        if lines is not None:
            yield replace(edge, lines=tuple(lines))


def _mermaid_node(node: Node, key: str) -> str:
    left, right = _MERMAID_FRAMES[node.form]
    label = "<br/>".join(escape.mermaid(line) for line in node.lines)
    look = f":::{node.tone}" if node.tone != "plain" else ""
    return f'  {key}{left}"{label}"{right}{look}\n'


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
        "@startuml\nskinparam shadowing false\n",
        *(f"skinparam {name} {colour}\n" for name, colour in _PUML_COLOURS.items()),
        f"{direction} direction\ntitle {escape.plantuml(graph.title)}\n",
    ]
    for node in graph.nodes:
        label = "\\n".join(escape.plantuml(line) for line in node.lines)
        ground, _ = _LOOKS[node.tone]
        sort = _PUML_SORTS[node.form]
        lines.append(f'{sort} "{label}" as {keys[node.key]} {ground}\n')
    for edge in graph.edges:
        label = "\\n".join(escape.plantuml(line) for line in edge.lines)
        said = f" : {label}" if label else ""
        arrow = _PUML_EDGES[edge.tone]
        lines.append(f"{keys[edge.source]} {arrow} {keys[edge.target]}{said}\n")
    if graph.notes:
        notes = "\n".join(escape.plantuml(note) for note in graph.notes)
        lines.append(f"legend left\n{notes}\nend legend\n")
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
        marked = note.replace("thick:", "★:").replace("dashed:", "┄:")
        yield from wrapped_cells(escape.visible(marked), width)


def _named(node: Node) -> str:
    return escape.visible(" · ".join(node.lines))


def _keys(graph: Graph) -> dict[str, str]:
    return {node.key: f"n{at}" for at, node in enumerate(graph.nodes)}
