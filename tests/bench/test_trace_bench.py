"""What tracing costs: a span, a file of a hundred thousand, a story.

Run with ``pytest -m bench -s``; prints numbers and ratios, asserts no time.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.trace.sample import small_boot
from tracenova import profiler, telemetry
from tracenova.trace.files import TraceWriter
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

KINDS: tuple[profiler.Kind, ...] = ("internal", "producer")


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes the processor; others may use the machine too."""
    start = time.process_time()
    work()
    return time.process_time() - start


def many(count: int) -> list[Span]:
    """So many spans: the small boot again and again, each a trace of its own."""
    boot = small_boot()
    spans = []
    for number in range(count // len(boot) + 1):
        spans += [replace(s, trace_id=f"{number + 1:032x}") for s in boot]
    return spans[:count]


def test_what_a_span_costs_the_service(tmp_path: Path) -> None:
    """Off, in memory, and saved to a file; watched live too."""

    def spans(kind: profiler.Kind) -> None:
        for _ in range(2000):
            with profiler.span("nova.step", kind, {"a": "b", "n": 1}):
                pass

    off = seconds(lambda: spans("internal"))
    print(f"\nspan, tracing off: {off / 2000 * 1e6:.1f} µs")
    with telemetry.recording(save=tmp_path / "x.otlp.jsonl") as session:
        for kind in KINDS:
            cost = seconds(functools.partial(spans, kind)) / 2000 * 1e6
            print(f"span, {kind}, saved: {cost:.0f} µs")
        session.feed.subscribe(lambda moment: None)
        print(
            f"span, saved and watched: {seconds(lambda: spans('internal')) / 2000 * 1e6:.0f} µs"
        )
    assert len(session.spans) == 6000


def test_loading_is_linear_in_the_number_of_spans(tmp_path: Path) -> None:
    """Twice the spans, twice the time."""
    times = {}
    for count in (25_000, 50_000, 100_000):
        path = tmp_path / f"{count}.otlp.jsonl"
        writer = TraceWriter(path)
        writer.write(many(count))
        writer.close()
        start = time.process_time()
        trace = Trace.load(path)
        times[count] = load = time.process_time() - start
        tell = seconds(trace.hops)
        full = seconds(functools.partial(trace.hops, "full"))
        size = path.stat().st_size / 1e6
        print(
            f"\n{count} spans ({size:.0f} MB): load {load:.2f} s, "
            f"story {tell:.2f} s ({len(trace.hops())} hops), full {full:.2f} s"
        )
        assert len(trace.spans) == count
    print(
        f"100 000 against 25 000 spans: {times[100_000] / times[25_000]:.1f} × (linear: 4)"
    )
