"""From spans to hops: the rows that every view shares.

Level ``story`` tells what ``hops.json`` tells: messages, requests, database operations
and the steps inside a process that matter. What a row already stands for is folded into
it: replies to object operations and the database work behind them, the insides of the
neighbours, the client's polling. Level ``full`` leaves nothing out.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from tracenova.trace import names, rows, vocabulary
from tracenova.trace.collecting import no_collection
from tracenova.trace.model import Hop, Span
from tracenova.trace.tree import SpanTree, Step

Level = Literal["story", "full"]
LEVELS: tuple[Level, ...] = ("story", "full")
NEIGHBOURS = frozenset(("keystone", "glance", "neutron", "cinder", "placement"))
_OF_HTTP = frozenset(("client", "server"))
_REPLIES_TOLD = frozenset(("select_destinations",))


def hops(tree: SpanTree, level: Level = "story") -> list[Hop]:
    """Return the rows of a trace in story order, numbered from 1.

    A trace that tells no story of Nova's is told in full.
    """
    with no_collection():
        return _hops(tree, level)


def _hops(tree: SpanTree, level: Level) -> list[Hop]:
    told = _Telling(tree, level).tell() or _Telling(tree, "full").tell()
    hosts = {row.from_host for row in told if row.from_ == "nova-compute"}
    hosts |= {row.to_host for row in told if row.to == "nova-compute"}
    if len(hosts - {""}) > 1:
        for row in told:
            row.name_hosts()
    return [row.numbered(seq) for seq, row in enumerate(told, 1)]


def story_spans(tree: SpanTree) -> list[Span]:
    """Return the spans that the story is about, in its order.

    Left out: other traces (start-up, periodic tasks), and each look of the client at
    its server but the last.
    """
    telling = _Telling(tree, "story")
    found, below = [], 0
    for step in telling.steps():
        skipped = telling.is_idle_look(step.span)
        if step.at == "enter":
            below += skipped
            if not below:
                found.append(step.span)
        else:
            below -= skipped
    return found


class _Telling:
    """One walk over the trees, collecting rows."""

    def __init__(self, tree: SpanTree, level: Level) -> None:
        self._tree = tree
        self._full = level == "full"
        self._rows: list[rows.Row] = []
        self._folded_below: list[Span] = []
        self._final_looks = {span.key: span for span in _final_looks(tree)}

    def tell(self) -> list[rows.Row]:
        """Return the rows, in order."""
        for step in self.steps():
            if step.at == "enter":
                if self._full or not self._folded_below:
                    self._enter(step.span)
                if self._folds(step.span):
                    self._folded_below.append(step.span)
            else:
                if self._folded_below and self._folded_below[-1] is step.span:
                    self._folded_below.pop()
                if self._full or not self._folded_below:
                    self._leave(step.span)
        return self._rows

    def is_idle_look(self, span: Span) -> bool:
        """Say whether the client only looks, and will look again."""
        if span.kind == "client" and span.service == "client":
            return not self._is_of_client(span)
        is_root = self._tree.parent(span) is None
        return is_root and _is_look(self._tree, span) and not self._is_of_client(span)

    def steps(self) -> Iterator[Step]:
        """Walk what this level tells of."""
        roots = self._tree.roots if self._full else self._story_roots()
        for root in roots:
            yield from self._tree.walk(root)

    def _story_roots(self) -> list[Span]:
        asked = {
            span.trace_id
            for span in self._tree
            if span.kind in _OF_HTTP and _is_order(self._tree, span)
        }
        asked |= {span.trace_id for span in self._final_looks.values()}
        if not asked:
            return self._tree.roots
        return [root for root in self._tree.roots if root.trace_id in asked]

    def _enter(self, span: Span) -> None:
        if span.kind == "consumer":
            return  # its message told of it
        entry = vocabulary.find(span.name, span.attributes)
        if not self._full and not self._is_told(span, entry):
            return
        if self._full or entry is None or entry.hop != "after":
            self._add(rows.row_of(self._tree, span, entry), entry)

    def _leave(self, span: Span) -> None:
        if span.kind == "internal" and not self._full:
            entry = vocabulary.find(span.name, span.attributes)
            if entry is not None and entry.hop == "after":
                self._add(rows.row_of(self._tree, span, entry), entry)
        elif span.kind == "server":
            if self._full or _is_order(self._tree, span):
                self._add(rows.response_of(self._tree, span), None)
        elif span.kind == "consumer":
            method = span.text(names.RPC_METHOD) or ""
            if self._full or method in _REPLIES_TOLD:
                self._add(rows.reply_of(self._tree, span), None)

    def _add(self, row: rows.Row | None, entry: vocabulary.Entry | None) -> None:
        if row is None:
            return
        before = self._rows[-1] if self._rows else None
        group = entry.group if entry else None
        joins = before is not None and group is not None and before.group == group
        if before and joins and not self._full and before.from_ == row.from_:
            before.extend_by(row)
        else:
            self._rows.append(row)

    def _is_told(self, span: Span, entry: vocabulary.Entry | None) -> bool:
        if entry is not None and entry.fold:
            return False
        if span.kind == "internal":
            return entry is not None and bool(entry.hop)
        if span.kind == "server":
            return self._tree.parent(span) is None and self._is_of_client(span)
        if span.kind == "client":
            if rows.kind_of(span) == "driver":
                return entry is not None
            return span.service != "client" or self._is_of_client(span)
        return span.kind == "producer"

    def _is_of_client(self, span: Span) -> bool:
        return _is_order(self._tree, span) or span.key in self._final_looks

    def _folds(self, span: Span) -> bool:
        if span.kind == "server":
            return span.service in NEIGHBOURS or _is_look(self._tree, span)
        if span.kind == "consumer":
            return (span.text(names.RPC_METHOD) or "").startswith("object_")
        return span.kind == "client" and _is_look(self._tree, span)


def _is_from_client(tree: SpanTree, span: Span) -> bool:
    """Say whether an HTTP span is a request of the user: a client's, or from outside."""
    if span.text(names.HTTP_METHOD) is None:
        return False
    if span.kind == "client":
        return span.service == "client"
    parent = tree.parent(span)
    if span.kind != "server" or span.service in NEIGHBOURS:
        return False
    return parent is None or (parent.kind == "client" and parent.service == "client")


def _is_order(tree: SpanTree, span: Span) -> bool:
    """Say whether the user asks Nova to do something, not only to show something."""
    if not _is_from_client(tree, span) or span.text(names.HTTP_METHOD) == "GET":
        return False
    return span.kind == "server" or span.text(names.PEER_SERVICE) == "nova-api"


def _is_look(tree: SpanTree, span: Span) -> bool:
    return _is_from_client(tree, span) and span.text(names.HTTP_METHOD) == "GET"


def _final_looks(tree: SpanTree) -> list[Span]:
    """Return the last time that the user looked at each server."""
    last: dict[str, Span] = {}
    looks = (s for s in tree if s.kind in _OF_HTTP and _is_look(tree, s))
    for span in sorted(looks, key=lambda span: (span.start_ns, span.lamport)):
        if span.kind == "server" and tree.parent(span) is not None:
            continue
        template = rows.http_target(span)
        if template.endswith("/servers/{id}"):
            last[span.text(names.URL_PATH) or template] = span
    return list(last.values())


def to_dicts(found: Iterable[Hop]) -> list[dict[str, object]]:
    """Return the rows as plain data for ``--json``."""
    return [hop.to_dict() for hop in found]
