"""Services, the queues between them, and what flows there at the cursor."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tracenova.trace.decisions import Message
from tracenova.trace.hops import NEIGHBOURS
from tracenova.trace.model import HopKind
from tracenova_tui.clocktext import duration
from tracenova_tui.ink import Canvas, line, pad
from tracenova_tui.marks import LINES
from tracenova_tui.sheets.base import Listed
from tracenova_tui.sheets.lanes import participants


@dataclass(slots=True)
class Queue:
    """One topic at the time of the cursor."""

    sent: int = 0
    waiting: int = 0
    most_ns: int = 0
    receivers: dict[str, None] = field(default_factory=dict)
    span_id: str = ""


class TopologySheet(Listed):
    """The services around the bus; queue depths and traffic up to the cursor."""

    name = "Topology"
    empty = "No services in this trace."
    help = (
        "Who talks to whom, up to the cursor. ◆ is active at the cursor; a queue's depth",
        "is the number of messages sent and not yet taken.",
    )

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.held: tuple[str, ...] = ()

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor, and what is held."""
        return self.player.at, self.held

    def write(self, width: int) -> None:
        """Write the drawing, the queues and the edges."""
        hops = self.story.hops
        if not hops:
            return
        everybody = self.story.kept("participants", lambda: participants(hops))
        names = [n for n in everybody if n not in NEIGHBOURS]
        around = [n for n in everybody if n in NEIGHBOURS]
        active = (
            {self.player.hop.from_, self.player.hop.to} if self.player.hop else set()
        )
        if around:
            self._boxes(around, active, width)
            self._wire("HTTP", "─", len(around), width)
        self._boxes(names, active, width)
        self._wire("message bus", "═", len(names), width)
        self.put()
        self._queues(width)
        self.put()
        self._edges(width)

    def _boxes(self, names: list[str], active: set[str], width: int) -> None:
        pitch = max(12, (width - 2) // max(1, len(names)))
        rows = [Canvas(max(width, pitch * len(names) + 2)) for _ in range(3)]
        for at, name in enumerate(names):
            left, size = 1 + at * pitch, min(pitch - (2 if pitch > 15 else 1), 22)
            here = name in active
            role = "accent" if here else "dim"
            rows[0].put(left, "┌" + "─" * (size - 2) + "┐", role)
            service, _, host = name.partition("@")
            shown = host or service.removeprefix("nova-")
            if here:
                shown = f"◆ {shown}" if len(shown) + 4 <= size else f"◆{shown}"
            rows[1].put(left, f"│{pad(shown, size - 2)}│", role)
            rows[1].put(left + 1, pad(shown, size - 2), "strong" if here else "")
            rows[2].put(
                left,
                "└" + "─" * (size // 2 - 1) + "┬" + "─" * (size - size // 2 - 2) + "┘",
                role,
            )
        for row in rows:
            self.put(row.line())

    def _wire(self, name: str, stroke: str, boxes: int, width: int) -> None:
        canvas = Canvas(width)
        canvas.put(1, stroke * (width - 2), "dim")
        canvas.put(4, f" {name} ", "dim")
        self.put(canvas.line())

    def _queues(self, width: int) -> None:
        self.put(line((f" {pad('queue', 16)} {pad('sent', 5, right=True)} "
                       f"{pad('depth', 6, right=True)} {pad('longest wait', 13, right=True)}  taken by", "head")))  # fmt: skip
        counted = self._counted()
        if not counted:
            self.put(line((" no message until the cursor", "dim")))
        for topic, queue in sorted(counted.items()):
            depth = "▮" * min(queue.waiting, 12) + f" {queue.waiting}"
            self.put(
                line(
                    f" {pad(topic, 16)} {queue.sent:>5} {pad(depth.strip(), 6, right=True)} "
                    f"{pad(duration(queue.most_ns), 13, right=True)}  ",
                    (_takers(topic, queue), "dim"),
                ),
                queue.span_id,
            )
        for said in self.held:
            self.put(line((f" ⏸ held: {said}", "accent")))

    def _counted(self) -> dict[str, Queue]:
        now = self.player.now_ns
        queues: dict[str, Queue] = {}
        for message in self.story.messages:
            if message.start_ns > now:
                continue
            queue = queues.setdefault(message.topic, Queue(span_id=message.span_id))
            queue.sent += 1
            queue.most_ns = max(queue.most_ns, message.queued_ns or 0)
            queue.waiting += is_waiting(message, now)
            if message.delivered:
                queue.receivers[message.to] = None
        return queues

    def _edges(self, width: int) -> None:
        hops = self.story.hops[: self.player.at + 1]
        edges: Counter[tuple[str, str, HopKind]] = Counter()
        first: dict[tuple[str, str, HopKind], str] = {}
        for hop in hops:
            if hop.is_reply or hop.from_ == hop.to:
                continue
            key = (hop.from_, hop.to, hop.kind)
            edges[key] += 1
            first.setdefault(key, hop.span_id)
        self.put(line((f" {pad('from', 22)}      {pad('to', 22)} hops so far", "head")))
        most = max(edges.values(), default=1)
        for key, count in edges.most_common():
            from_, to, kind = key
            stroke = LINES[kind] * 3
            size = max(1, round(count / most * max(8, width - 64)))
            self.put(
                line(f" {pad(from_, 22)} {stroke}▶ {pad(to, 22)} {kind:>6} {count:>3} ",
                     ("▪" * size, "bar")),
                first[key],
            )  # fmt: skip

    def data(self) -> Any:
        """Return the queues as plain data."""
        return {
            topic: {"sent": q.sent, "waiting": q.waiting, "longest_wait_ns": q.most_ns}
            for topic, q in self._counted().items()
        }


def _takers(topic: str, queue: Queue) -> str:
    nobody = "whoever listens" if "notifications" in topic else "nobody yet"
    return ", ".join(queue.receivers) or nobody


def is_waiting(message: Message, now_ns: int) -> bool:
    """Say whether a message was sent and not yet taken at that time."""
    if message.operation == "notification":
        return False
    if message.queued_ns is None:
        return message.start_ns <= now_ns
    return message.start_ns <= now_ns < message.start_ns + message.queued_ns
