"""The chapters of a boot: request, schedule, build, and again after a refusal."""

from collections import Counter

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.tree import SpanTree

_CHAPTERS = {"build_instances": "schedule", "build_and_run_instance": "build"}
_OUTSIDE = ("", "")
_WORKERS = frozenset(("server", "consumer"))
_OPENERS = _WORKERS | {"client"}


class Chapters:
    """Finds for each span the chapter that it belongs to, and whose work it is."""

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree
        self._found: dict[tuple[str, str], tuple[str, str]] = {}
        self._schedules = 0
        self._by_chapter: dict[str, str] = {}
        self._builds: Counter[str] = Counter()

    @property
    def titles(self) -> dict[str, str]:
        """The titles of all chapters that were asked for."""
        return self._by_chapter

    def of(self, span: Span) -> tuple[str, str]:
        """Return the key of the span's chapter, "" outside of any, and whose work it is.

        The second is the id of the span that received what this span is work for.
        """
        chain: list[Span] = []
        here: Span | None = span
        found = _OUTSIDE
        while here is not None:
            known = self._found.get(here.key)
            if known is not None:
                found = known
                break
            self._found[here.key] = _OUTSIDE  # nobody is asked twice
            chain.append(here)
            here = self._tree.parent(here)
        for each in reversed(chain):
            if here is not None and here.kind in _WORKERS:
                found = (found[0], here.span_id)
            if each.kind in _OPENERS:
                found = (self._opened(each) or found[0], found[1])
            self._found[each.key] = found
            here = each
        return found

    def _opened(self, span: Span) -> str:
        """Return the key of the chapter that a span begins, "" when it begins none."""
        if span.kind in ("client", "server") and self._is_order(span):
            return self._titled(f"request:{span.span_id}", "request")
        method = span.text(names.RPC_METHOD) or ""
        if span.kind != "consumer" or method not in _CHAPTERS:
            return ""
        if method == "build_instances":
            self._schedules += 1
            again = self._schedules > 1
            title = "reschedule · attempt " if again else "schedule · attempt "
            return self._titled(f"schedule:{span.span_id}", f"{title}{self._schedules}")
        title = f"build on {span.host}" if span.host else "build"
        self._builds[title] += 1
        if self._builds[title] > 1:
            title += f" · {self._builds[title]}"
        return self._titled(f"build:{span.span_id}", title)

    def _is_order(self, span: Span) -> bool:
        if self._tree.parent(span) is not None and span.kind == "server":
            return False
        asks = span.text(names.HTTP_METHOD)
        is_client = span.service == "client" or span.kind == "server"
        return asks is not None and asks != "GET" and is_client

    def _titled(self, key: str, title: str) -> str:
        self._by_chapter[key] = title
        return key
