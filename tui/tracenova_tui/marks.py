"""One vocabulary of marks for hops, readable without colour."""

from tracenova.trace.model import Hop

LINES = {"http": "─", "call": "━", "cast": "─", "fanout": "═", "db": "─", "driver": "─"}
HEADS = {"http": "▶", "call": "▶", "cast": "▷", "fanout": "▷", "db": "⌸", "driver": "▣"}
BACK = {"http": "╌", "call": "┅"}
RUNNING, HELD, FAILED, WAITED, RETRIED = "◌", "⏸", "✗", "⧖", "↻"
NOTIFIED = "⚑"

LEGEND = (
    ("───▶", "HTTP request"),
    ("◀╌╌╌", "HTTP response"),
    ("━━━▶", "RPC call: the sender waits"),
    ("◀┅┅┅", "its reply"),
    ("───▷", "RPC cast: nobody waits"),
    ("══▷", "fanout, to each"),
    ("──⌸", "database"),
    ("──▣", "in process, or the driver"),
    ("──⚑", "notification"),
    (RUNNING, "running"),
    (HELD, "held at the bus"),
    (FAILED, "failed"),
    (RETRIED, "retried"),
    (WAITED, "waited in a queue"),
)


def arrow(hop: Hop) -> str:
    """Return the hop's arrow, four columns: ``───▶``, ``━━━▶``, ``──⌸``."""
    if hop.is_reply:
        return "◀" + BACK.get(hop.kind, "╌") * 3
    if is_notification(hop):
        return "───" + NOTIFIED
    return LINES[hop.kind] * 3 + HEADS[hop.kind]


def is_notification(hop: Hop) -> bool:
    """Say whether the hop tells whoever listens."""
    return hop.to == "notification bus"


def is_beside(hop: Hop) -> bool:
    """Say whether the hop is drawn beside its lifeline: database, driver, bus."""
    return hop.kind in ("db", "driver") or is_notification(hop)


def role(hop: Hop) -> str:
    """Return the role of the hop's arrow."""
    if hop.status == "error":
        return "error"
    if hop.is_reply:
        return "dim"
    if is_notification(hop):
        return "dim"
    return hop.kind


def words(hop: Hop) -> str:
    """Return what is asked, in a few words: method and version."""
    if hop.method.startswith("object_") and hop.note:
        return hop.note.partition(":")[0]
    version = f" {hop.version}" if hop.version else ""
    return f"{hop.method}{version}"
