"""How long a picture takes, and that ten times the hops take about ten times as long."""

import statistics
import time

import pytest

from tracenova.trace.model import Hop, Span
from tracenova.trace.trace import Trace
from tracenova_diagrams import draw

pytestmark = pytest.mark.bench


def _boot(hops: int) -> Trace:
    """Return a trace of one long request; its hops are read before anybody measures."""
    api, conductor = {"service.name": "nova-api"}, {"service.name": "nova-conductor"}
    spans = [Span("t", "root", None, "POST /servers", "server", 1, 10**15, {}, api)]
    for at in range(hops):
        attributes = {
            "messaging.operation.name": "call" if at % 3 else "cast",
            "messaging.destination.name": "conductor",
            "rpc.method": f"method_{at % 7}",
            "nova.rpc.version": "3.0",
        }
        start = 2 + at * 1000
        sent, got = f"p{at}", f"c{at}"
        name = f"conductor.method_{at % 7}"
        spans += [
            Span(
                "t", sent, "root", name, "producer", start, start + 500, attributes, api
            ),
            Span(
                "t",
                got,
                sent,
                "receive",
                "consumer",
                start + 9,
                start + 400,
                {},
                conductor,
            ),
        ]
    trace = Trace(spans)
    found: list[Hop] = trace.hops()
    assert len(found) >= hops
    return trace


@pytest.mark.parametrize("hops", [1_000, 10_000, 100_000])
def test_svg_of_a_sequence(hops: int) -> None:
    """Wished for on an idle machine: 1 000 hops in 0.2 s, 100 000 in 5 s."""
    trace = _boot(hops)
    took = []
    for _ in range(3 if hops < 100_000 else 1):
        began = time.process_time()
        draw(trace, level="full", expand=True).render("svg")
        took.append(time.process_time() - began)
    median = statistics.median(took)
    print(f"\n{hops} hops: {median:.2f} s, {median / hops * 1e6:.0f} µs a hop")
