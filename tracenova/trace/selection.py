"""Which spans concern one server, in a trace of several.

A span that names a server concerns that one; a span that names none follows what caused
it; what concerns no server in particular concerns all servers of its request.
"""

import re

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.tree import SpanTree

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_INSTANCE = re.compile(r'"Instance": ?\{[^{}]*?"uuid": ?"(' + _UUID + ')"')
_SERVER_PATH = re.compile(r"/servers/(" + _UUID + ")")


class Selection:
    """Answers for each span of a tree which server it concerns."""

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree
        self._concerned: dict[tuple[str, str], frozenset[str]] = {}
        self._in_trace: dict[str, set[str]] = {}
        for step in tree.story():
            if step.at == "enter":
                self._note(step.span)

    def concerns(self, span: Span, instance: str) -> bool:
        """Say whether the span belongs to the server's story."""
        mine = self._concerned.get(span.key, frozenset())
        if mine:
            return instance in mine
        return instance in self._in_trace.get(span.trace_id, ())

    def tree_of(self, instance: str) -> SpanTree:
        """Return the tree of the spans that concern the server."""
        return SpanTree(span for span in self._tree if self.concerns(span, instance))

    def _note(self, span: Span) -> None:
        named = named_instances(span)
        if not named:
            above = self._tree.parent(span)
            named = self._concerned.get(above.key, frozenset()) if above else named
        self._concerned[span.key] = named
        self._in_trace.setdefault(span.trace_id, set()).update(named)


def named_instances(span: Span) -> frozenset[str]:
    """Return the servers that the span itself names.

    A choice for several servers names only the first, and concerns them all.
    """
    if len(span.column(names.SELECTED)) > 1:
        return frozenset()
    if uuid := span.text(names.INSTANCE_UUID):
        return frozenset((uuid,))
    if path := span.text(names.URL_PATH):
        return frozenset(_SERVER_PATH.findall(path))
    args = span.text(names.RPC_ARGS)
    return frozenset(_INSTANCE.findall(args)) if args else frozenset()
