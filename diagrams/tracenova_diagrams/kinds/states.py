"""The states of a server: the machine of a boot, and the path that was taken."""

from tracenova.trace.decisions import StateChange
from tracenova.trace.machine import MACHINE, NONE, State, path
from tracenova.trace.trace import Trace
from tracenova_diagrams.graph.model import Edge, Graph, Node, Tone
from tracenova_diagrams.options import Options

_START = "start"
_NOTES = (
    "thick: the path taken, in this order; dashed: not taken this time",
    "a build may also fail, or go back to scheduling, from the steps between",
)


def graph(trace: Trace, options: Options) -> Graph:
    """Return the machine of every server, the path numbered."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    servers: dict[str, list[StateChange]] = {}
    for change in trace.state_changes():
        servers.setdefault(change.instance, []).append(change)
    for number, (instance, changes) in enumerate(servers.items(), 1):
        prefix = f"{number}:" if len(servers) > 1 else ""
        _server(instance, changes, prefix, nodes, edges)
    ends = [
        f"server {uuid} ended {changes[-1].vm_state[1] or NONE}"
        for uuid, changes in servers.items()
    ]
    return Graph(
        title=options.title or "States of a server",
        about="; ".join(ends) or "No state of a server changed in this trace.",
        nodes=tuple(nodes.values()),
        edges=tuple(edges),
        notes=_NOTES,
        downwards=True,
    )


def _server(
    instance: str,
    changes: list[StateChange],
    prefix: str,
    nodes: dict[str, Node],
    edges: list[Edge],
) -> None:
    start = prefix + _START
    nodes[start] = Node(start, (f"server {instance[-12:]}",), "round")
    taken = set()
    for step, here, there, power, change in path(changes):
        source = start if here is None else prefix + "/".join(here)
        target = prefix + "/".join(there)
        nodes[target] = Node(target, _lines(there), "round", _tone(there))
        tone = "fail" if there[0] == "error" else "critical"
        who, _, host = change.by.partition("@")
        said = tuple(filter(None, (f"{step} {who}", host)))
        if here == there:
            edges.append(Edge(source, target, (*said, f"power {power}"), "critical"))
        else:
            edges.append(Edge(source, target, said, tone))  # type: ignore[arg-type]
        taken.add((here, there))
    for one, other in MACHINE:
        for state in (one, other):
            key = prefix + "/".join(state)
            nodes.setdefault(key, Node(key, _lines(state), "round", "quiet"))
        if (one, other) not in taken:
            ends = (prefix + "/".join(one), prefix + "/".join(other))
            edges.append(Edge(*ends, (), "dashed"))


def _lines(state: State) -> tuple[str, str]:
    return state[0], f"task {state[1]}"


def _tone(state: State) -> Tone:
    if state[0] == "error":
        return "fail"
    return "good" if state[0] == "active" else "strong"
