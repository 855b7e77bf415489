"""From a trace to the story that a picture tells, at the level asked for."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tracenova.trace import names
from tracenova.trace.model import Hop, Span
from tracenova.trace.trace import Trace
from tracenova.trace.tree import is_entity
from tracenova_diagrams.options import Level, Options
from tracenova_diagrams.sequence import condense, services
from tracenova_diagrams.sequence.groups import Chapters
from tracenova_diagrams.sequence.model import Item, Message, MessageKind, Note, Story
from tracenova_diagrams.sequence.notes import notes, short
from tracenova_diagrams.sequence.people import Names, is_inside, participants

_TOLD: dict[Level, frozenset[str]] = {
    "services": frozenset(("http", "call", "cast", "fanout", "driver")),
    "rpc": frozenset(("http", "call", "cast", "fanout", "driver")),
    "full": frozenset(("http", "call", "cast", "fanout", "driver", "db", "notify")),
}
_WORDS = {
    "db": "database operation",
    "notify": "notification",
    "driver": "step inside a service",
    "http": "HTTP request",
    "call": "RPC call",
    "cast": "RPC cast",
    "fanout": "RPC fanout",
}
_SHOWN_HOSTS = 3
_BUS = "notification bus"


def tell(trace: Trace, options: Options) -> Story:
    """Return the story of a trace."""
    builder = _Builder(trace)
    everything = list(builder.items(options.level))
    kept = [item for item in everything if _is_wanted(item, options, builder.names)]
    left_out = Counter(
        item.kind for item in everything if isinstance(item, Message)
    ) - Counter(item.kind for item in kept if isinstance(item, Message))
    if options.level == "services" and not options.expand:
        kept = services.told(kept, builder.chapters.titles)
    elif not options.expand:
        kept = condense.adjacent(kept)
    return Story(
        title=options.title or "The path of a request",
        participants=participants(kept, builder.names),
        items=tuple(kept),
        groups=dict(builder.chapters.titles),
        omitted=tuple(_omitted(left_out)),
    )


def messages(trace: Trace) -> list[Message]:
    """Return every message of a trace, nothing hidden and nothing joined."""
    return [i for i in _Builder(trace).items("full") if isinstance(i, Message)]


def _omitted(left_out: Counter[MessageKind]) -> Iterator[str]:
    for kind, word in _WORDS.items():
        if count := left_out[kind]:  # type: ignore[index]
            yield (
                f"{count} {word}{'s' if count > 1 and kind != 'driver' else ''}"
                if (kind != "driver" or count == 1)
                else f"{count} steps inside a service"
            )


def _is_wanted(item: Item, options: Options, people: Names) -> bool:
    if item.seq < options.first or (options.last and item.seq > options.last):
        return False
    if isinstance(item, Message) and not _is_told(item, options.level):
        return False
    if not options.focus and not options.hide:
        return True
    who = {item.at} if isinstance(item, Note) else {item.source, item.target}
    if options.focus and not any(people.matches(w, options.focus) for w in who):
        return False
    return not any(people.matches(w, options.hide) for w in who)


def _is_told(message: Message, level: Level) -> bool:
    """Say whether a level draws a message; what failed at somebody is always drawn."""
    if message.kind not in _TOLD[level]:
        return bool(message.failed)
    inside = not message.target.endswith("driver")
    return message.kind != "driver" or not inside or level == "full"


class _Builder:
    """Turns hops and decisions into items, in order."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._tree = trace.tree
        self.chapters = Chapters(self._tree)
        self._spans = {span.span_id: span for span in self._tree}
        self._hops = trace.hops()
        self.names = Names(trace, self._hops)
        self._answered = self._replies()
        self._attempts = 1
        self._chosen = _chosen(trace)

    def items(self, level: Level) -> Iterator[Item]:
        """Yield messages, and each note after the message at which it belongs."""
        pinned = self._pinned(notes(self._trace, level))
        for hop in self._hops:
            span = self._spans.get(hop.span_id)
            group, entity = self.chapters.of(span) if span else ("", "")
            if hop.is_reply:
                yield self._reply(hop, group)
                continue
            yield self._message(hop, span, group, entity)
            if hop.span_id in pinned:
                for note in pinned.pop(hop.span_id):
                    at = self.names.shown(note.at)
                    yield note._replace(at=at, group=group, seq=hop.seq)

    def _pinned(self, found: Iterable[tuple[str, Note]]) -> dict[str, list[Note]]:
        told = {hop.span_id for hop in self._hops if not hop.is_reply}
        pinned: dict[str, list[Note]] = {}
        for span_id, note in found:
            span = self._spans.get(span_id)
            if span is None:
                continue
            above = (each.span_id for each in (span, *self._tree.ancestors(span)))
            anchor = next((each for each in above if each in told), None)
            if anchor is not None:
                pinned.setdefault(anchor, []).append(note)
        return pinned

    def _replies(self) -> set[str]:
        """Return the ids of all spans whose answer is a hop of its own."""
        answered = set()
        for hop in self._hops:
            span = self._spans.get(hop.span_id) if hop.is_reply else None
            if span is not None:
                answered.add(span.span_id)
                parent = self._tree.parent(span)
                if parent is not None:
                    answered.add(parent.span_id)
        return answered

    def _message(self, hop: Hop, span: Span | None, group: str, entity: str) -> Message:
        kind: MessageKind = "notify" if hop.to == _BUS else hop.kind
        told = hop.span_id in self._answered
        failed = hop.error if hop.status == "error" and not told else ""
        return Message(
            source=hop.from_,
            target=hop.from_ if is_inside(hop) else hop.to,
            kind=kind,
            label=self._label(hop, kind),
            seq=hop.seq,
            last_seq=hop.seq,
            method=hop.method,
            tag=self._tag(hop, kind),
            returns=_returned(span) if kind in ("http", "call") and not told else None,
            failed=_first_words(failed),
            queued_ns=hop.queued_ns or 0,
            group=group,
            receives=self._receivers(hop, span),
            entity=entity,
        )

    def _reply(self, hop: Hop, group: str) -> Message:
        says = hop.method
        if says.startswith("reply: [{host"):
            says = f"reply: {next(self._chosen, says[7:])}"
        return Message(
            source=hop.from_,
            target=hop.to,
            kind=hop.kind,
            label=says,
            seq=hop.seq,
            last_seq=hop.seq,
            method=hop.method,
            is_reply=True,
            failed=_first_words(hop.error) if hop.status == "error" else "",
            group=group,
            entity=hop.span_id,
        )

    def _label(self, hop: Hop, kind: MessageKind) -> str:
        retry = "↻ " if hop.method == "build_instances" and _is_compute(hop) else ""
        return retry + _plain_label(hop, kind)

    def _receivers(self, hop: Hop, span: Span | None) -> tuple[str, ...]:
        if span is None or hop.kind in ("db", "driver"):
            return ()
        if span.kind == "server":
            return (span.span_id,)
        return tuple([c.span_id for c in self._tree.children(span) if is_entity(c)])

    def _tag(self, hop: Hop, kind: MessageKind) -> str:
        if kind not in ("call", "cast", "fanout", "notify"):
            return ""
        word = "notification" if kind == "notify" else kind
        parts = [word if not hop.topic else f"{word} · topic {hop.topic}"]
        if hop.method.startswith("object_") and hop.note:
            parts.append(hop.note.partition(":")[0])
        if hop.method == "build_instances" and _is_compute(hop):
            self._attempts += 1
            parts.append(f"↻ attempt {self._attempts}")
        return " · ".join(parts)


def _is_compute(hop: Hop) -> bool:
    return hop.from_.startswith("nova-compute")


def _chosen(trace: Trace) -> Iterator[str]:
    """Yield which hosts each attempt chose."""
    attempts: dict[int, list[str]] = {}
    for choice in trace.choices():
        if choice.selected:
            attempts.setdefault(choice.attempt, []).append(short(choice.selected))
    for hosts in attempts.values():
        more = f" and {len(hosts) - _SHOWN_HOSTS} more" * (len(hosts) > _SHOWN_HOSTS)
        yield ", ".join(hosts[:_SHOWN_HOSTS]) + more


def _plain_label(hop: Hop, kind: MessageKind) -> str:
    if hop.version and kind in ("call", "cast", "fanout"):
        return f"{hop.method} {hop.version}"
    return hop.method


def _returned(span: Span | None) -> str:
    status = span.number(names.HTTP_STATUS) if span else None
    return "" if status is None else str(status)


def _first_words(error: str) -> str:
    return error.strip().partition("\n")[0]
