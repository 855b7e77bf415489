"""Who talks to whom over what: services, queues, databases, hosts of a lab."""

from collections import Counter

from tracenova.trace.model import Hop
from tracenova.trace.trace import Trace
from tracenova_diagrams.graph.model import Edge, Form, Graph, Node, Tone
from tracenova_diagrams.options import Options
from tracenova_diagrams.sequence.notes import short
from tracenova_diagrams.sequence.people import Names, is_inside

_BUS = "notification bus"


def graph(trace: Trace, options: Options) -> Graph:
    """Return the services of a trace with every way between them."""
    hops = trace.hops()
    names = Names(trace, hops)
    links: Counter[tuple[str, str, str]] = Counter()
    nodes: dict[str, Node] = {}

    def node(key: str, form: Form = "box", tone: Tone = "plain") -> str:
        label, _, host = key.partition("@")
        host = host or names.host(key)
        lines = (label, f"host {host}") if host else (label,)
        nodes.setdefault(key, Node(key, lines, form, tone))
        return key

    for hop in hops:
        if hop.is_reply or hop.from_ == hop.to or is_inside(hop):
            continue
        if hop.kind in ("http", "db", "driver"):
            form: Form = "database" if hop.kind == "db" else "box"
            target = node(hop.to, form)
            links[node(hop.from_), target, hop.kind.replace("http", "HTTP")] += 1
            continue
        topic = _topic(hop, names)
        queue = f"queue {topic}"
        nodes.setdefault(queue, Node(queue, (topic,), "queue"))
        told = hop.to == _BUS
        links[node(hop.from_), queue, "notification" if told else hop.kind] += 1
        if not told:
            links[queue, node(hop.to), ""] += 1
    _silent_hosts(trace, nodes)
    return Graph(
        title=options.title or "Services, queues and databases",
        about=f"{len(nodes)} services, queues and databases, {len(links)} ways.",
        nodes=tuple(nodes.values()),
        edges=tuple(
            Edge(source, target, (f"{count} × {word}" if word else f"{count}",))
            for (source, target, word), count in links.items()
        ),
    )


def _topic(hop: Hop, names: Names) -> str:
    topic = hop.topic or hop.to
    if hop.kind == "fanout":
        return f"{topic}_fanout"
    host = names.host(hop.to)
    return f"{topic}.{host}" if host else topic


def _silent_hosts(trace: Trace, nodes: dict[str, Node]) -> None:
    """Add the hosts that the scheduler looked at and nobody spoke to."""
    known = {line.removeprefix("host ") for n in nodes.values() for line in n.lines[1:]}
    for verdict in trace.verdicts():
        host = short(verdict.host)
        if host not in known:
            known.add(host)
            key = f"nova-compute@{host}"
            lines = ("nova-compute", f"host {host}", "no message in this trace")
            nodes.setdefault(key, Node(key, lines, "box", "quiet"))
