"""Tells a boot on stderr while it happens, one line a hop, and steps through it."""

import contextlib
import sys
import threading
from collections.abc import Iterator

import click

from tracenova.cli import text
from tracenova.messaging.tap import BusTap
from tracenova.trace import vocabulary
from tracenova.trace.model import Hop, Moment, Span
from tracenova.trace.rows import row_of
from tracenova.trace.tree import SpanTree

_ARROWS = {
    "http": "──▶",
    "call": "━━▶",
    "cast": "──▷",
    "fanout": "══▷",
    "db": "──⌸",
    "driver": "──▣",
}


class Narrator:
    """Writes the hops of a boot to stderr.

    Args:
        silent: only say what the user must know (with ``--json``).
        step: hold every message until the user presses Enter.
    """

    def __init__(self, *, silent: bool, step: bool) -> None:
        self._silent = silent
        self._step = step
        self._folded: set[str] = set()
        self._story: str | None = None
        self._began_ns = 0
        self._last_group: str | None = None

    @property
    def wants_moments(self) -> bool:
        """Whether hops are told at all."""
        return not self._silent

    def say(self, line: str) -> None:
        """Tell one line."""
        click.echo(text.escaped(line), err=True)

    def see(self, moment: Moment) -> None:
        """Tell the hop that begins with the moment, or whose outcome is known with it."""
        span = moment.span
        if span is None or moment.kind not in ("started", "ended"):
            return
        begins = moment.kind == "started" and span.parent_id is None
        if begins and self._story is None and span.service == "client":
            self._story, self._began_ns = span.trace_id, span.start_ns
        if span.trace_id != self._story:
            return
        entry = vocabulary.find(span.name, span.attributes)
        told_when = "ended" if entry is not None and entry.failed else "started"
        if moment.kind == told_when and not self._is_folded(span):
            self._tell(span, entry)

    def _is_folded(self, span: Span) -> bool:
        """Say whether a row that was told already stands for this span too."""
        below = span.parent_id in self._folded
        if below or (span.kind == "consumer" and span.name.startswith("object_")):
            self._folded.add(span.span_id)
        return below

    def _tell(self, span: Span, entry: vocabulary.Entry | None) -> None:
        known_step = entry is not None and bool(entry.hop)
        if span.kind not in ("producer", "client") and not known_step:
            return
        group = entry.group if entry else None
        if group is not None and group == self._last_group:
            return
        self._last_group = group
        row = row_of(SpanTree([span]), span, entry)
        if row is not None:
            self.say(self._line(row.hop))

    def _line(self, hop: Hop) -> str:
        at_ms = (hop.start_ns - self._began_ns) / 1e6
        arrow = _ARROWS[hop.kind]
        version = f" {hop.version}" if hop.version else ""
        return f"{at_ms:8.1f} ms  {hop.from_:>14} {arrow} {hop.to:<16} {hop.method}{version}"

    @contextlib.contextmanager
    def stepping(self, tap: BusTap) -> Iterator[None]:
        """Hold messages and deliver one per Enter within the block, when asked to."""
        if not self._step:
            yield
            return
        stop = threading.Event()
        rule = tap.hold()
        stepper = threading.Thread(
            target=self._deliver_on_enter, args=(tap, stop), daemon=True
        )
        stepper.start()
        try:
            yield
        finally:
            stop.set()
            tap.remove(rule)
            tap.let_go()

    def _deliver_on_enter(self, tap: BusTap, stop: threading.Event) -> None:
        while not stop.is_set():
            held = tap.held()
            if not held:
                stop.wait(0.05)
                continue
            first = held[0]
            self.say(
                f"⏸ held: {first.kind} {first.method} on {first.topic}; Enter delivers it"
            )
            if not sys.stdin.readline():
                tap.let_go()  # nobody is there to press Enter any more
                return
            tap.deliver_next()
