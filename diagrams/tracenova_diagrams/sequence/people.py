"""Who takes part, in which order from left to right, and under which name."""

from collections.abc import Collection, Iterable

from tracenova.trace.model import Hop
from tracenova.trace.trace import Trace
from tracenova_diagrams.sequence.model import Form, Item, Message, Participant

_ORDER = (
    "client",
    "nova-api",
    "nova-conductor",
    "nova-scheduler",
    "nova-compute",
    "",  # whoever else
    "neutron",
    "glance",
    "cinder",
    "placement",
    "keystone",
    "cell-db",
    "api-db",
    "notification bus",
)
_NEIGHBOURS = frozenset(("neutron", "glance", "cinder", "placement", "keystone"))
_COMPUTE = "nova-compute@"


class Names:
    """Knows how a picture calls each participant."""

    def __init__(self, trace: Trace, hops: Iterable[Hop]) -> None:
        told = list(hops)
        senders = (hop.span_id for hop in told if hop.from_ == "nova-compute")
        spans = [span for span in map(trace.span, senders) if span is not None]
        self._only = next((span.host for span in spans if span.host), "")
        self._plain = any("nova-compute" in (hop.from_, hop.to) for hop in told)

    def shown(self, name: str) -> str:
        """Return the name under which hops know a participant."""
        if self._plain and name.startswith(_COMPUTE):
            return "nova-compute"
        return name

    def host(self, name: str) -> str:
        """Return the host to write below a name, "" for none."""
        if name == "nova-compute" and self._only:
            return self._only
        return name.partition("@")[2]

    def matches(self, name: str, wanted: Collection[str]) -> bool:
        """Say whether a participant is one of those that a reader named."""
        if not wanted:
            return False
        names = {name, name.partition("@")[0], self.host(name)} - {""}
        if name.endswith("-db"):
            names.add("db")
        return any(each in names for each in wanted)


def is_inside(hop: Hop) -> bool:
    """Say whether a hop is a step of a service and no message, whatever it is named after."""
    return hop.kind == "driver" and not hop.to.endswith("driver")


def participants(items: Iterable[Item], names: Names) -> tuple[Participant, ...]:
    """Return everybody who sends, receives or has a note, from left to right."""
    seen: dict[str, None] = {}
    for item in items:
        if isinstance(item, Message):
            seen[item.source] = seen[item.target] = None
        else:
            seen[item.at] = None
    ordered = sorted(seen, key=_place)
    return tuple(
        Participant(name, name.partition("@")[0], names.host(name), _form(name))
        for name in ordered
    )


def _place(name: str) -> int:
    role = name.partition("@")[0].partition(" ×")[0]
    return _ORDER.index(role) if role in _ORDER else _ORDER.index("")


def _form(name: str) -> Form:
    if name == "client":
        return "client"
    if name.endswith("-db") or name == "db":
        return "database"
    if name == "notification bus":
        return "bus"
    if name in _NEIGHBOURS:
        return "neighbour"
    return "driver" if name.endswith("driver") else "service"
