"""How long a picture takes, that ten times the hops take ten times as long, and others.

The times are the processor's, so that a busy machine tells nearly the same as an idle one.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tracenova.trace.model import Span
from tracenova.trace.trace import Trace
from tracenova_diagrams import draw

pytestmark = pytest.mark.bench

_MMDC = "npm install --prefix FOLDER @mermaid-js/mermaid-cli, its .bin on the PATH"
_PATIENCE_S = 60
_OURS = """
import sys
from tracenova.trace.trace import Trace
from tracenova_diagrams import draw
from tests.bench.test_diagrams_bench import spans
draw(Trace(spans(int(sys.argv[1]))), level="full", expand=True).save(sys.argv[2])
"""


def spans(hops: int) -> list[Span]:
    """Return the spans of one long request: calls and casts to the conductor."""
    api, conductor = {"service.name": "nova-api"}, {"service.name": "nova-conductor"}
    found = [Span("t", "root", None, "POST /servers", "server", 1, 10**15, {}, api)]
    for at in range(hops):
        attributes = {
            "messaging.operation.name": "call" if at % 3 else "cast",
            "messaging.destination.name": "conductor",
            "rpc.method": f"method_{at % 7}",
            "nova.rpc.version": "3.0",
        }
        start = 2 + at * 1000
        name = f"conductor.method_{at % 7}"
        sent = Span(
            "t", f"p{at}", "root", name, "producer", start, start + 500, attributes, api
        )
        got = Span(
            "t",
            f"c{at}",
            f"p{at}",
            "receive",
            "consumer",
            start + 9,
            start + 400,
            {},
            conductor,
        )
        found += [sent, got]
    return found


@pytest.mark.parametrize("hops", [1_000, 10_000, 100_000])
def test_svg_of_a_sequence(hops: int) -> None:
    """From loaded spans to the file: 1 000 hops in 0.2 s, 100 000 in 5 s are wished for."""
    took = []
    for _ in range(3):
        trace = Trace(spans(hops))
        began = time.process_time()
        draw(trace, level="full", expand=True).render("svg")
        took.append(time.process_time() - began)
        assert len(trace.hops()) >= hops
    all_ = statistics.median(took)
    print(
        f"\n{hops} hops: {all_:.2f} s, {all_ / hops * 1e6:.0f} µs a hop"
        f" (hops and picture; best {min(took):.2f} s)"
    )


@pytest.mark.parametrize("hops", [100, 1_000, 10_000])
def test_beside_mermaid_and_plantuml(hops: int, tmp_path: Path) -> None:
    """The same sequence as SVG, each program from its start to its end."""
    diagram = draw(Trace(spans(hops)), level="full", expand=True)
    svg = str(tmp_path / "boot.svg")
    said = [f"tracenova {_cpu([sys.executable, '-c', _OURS, str(hops), svg])}"]
    mermaid = diagram.save(tmp_path / "boot.mmd").paths
    mmdc = shutil.which("mmdc")
    if mmdc is None:
        said.append(f"Mermaid CLI is not here: {_MMDC}")
    else:
        settings = tmp_path / "browser.json"
        settings.write_text(
            f'{{"executablePath": "{shutil.which("chromium")}", "args": ["--no-sandbox"]}}'
        )
        # one part is timed: its 50 000 characters are all that it reads at a time
        out = str(tmp_path / "mermaid.svg")
        took = _cpu([mmdc, "-q", "-p", str(settings), "-i", str(mermaid[0]), "-o", out])
        said.append(f"Mermaid CLI {took} for the first of {len(mermaid)} parts")
    if shutil.which("plantuml") is None:
        said.append("PlantUML is not here: apt-get install plantuml")
    else:
        text = diagram.save(tmp_path / "boot.puml").paths[0]
        said.append(f"PlantUML {_cpu(['plantuml', '-tsvg', str(text)])}")
    print(f"\n{hops} hops: " + "; ".join(said))


def _cpu(command: list[str]) -> str:
    """Return the seconds of processor time that a program takes, or how it gave up."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"gave up after {_PATIENCE_S} s"
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    failed = "" if done.returncode == 0 else f" and failed ({done.returncode})"
    return f"{spent:.1f} s of processor, {took:.1f} s by the clock{failed}"
