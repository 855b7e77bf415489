"""What the terminal UI costs: first paint, a long trace, a key, a live boot.

Run with ``pytest -m bench -s``; prints numbers, asserts no time.
"""

import statistics
import time
from pathlib import Path

import pytest

from tests.bench.test_trace_bench import many
from tests.tui import screens
from tracenova.trace.files import TraceWriter
from tracenova_tui.app import TracenovaApp
from tracenova_tui.views import VIEWS

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]


def test_first_paint() -> None:
    """From making the application to the welcome screen."""

    async def start() -> float:
        began = time.perf_counter()
        app = TracenovaApp()
        async with app.run_test(size=(160, 48)):
            return time.perf_counter() - began

    times = [screens.run(start()) for _ in range(5)]
    print(f"\nfirst paint: {statistics.median(times):.2f} s (median of 5)")


def test_a_long_trace(tmp_path: Path) -> None:
    """100 000 spans: until its beginning is shown, until all is read, and each key."""
    path = tmp_path / "long.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write(many(100_000))
    writer.close()

    async def look() -> None:
        began = time.perf_counter()
        async with screens.opened(path) as (screen, pilot):
            print(
                f"\n100 000 spans: beginning shown after {time.perf_counter() - began:.2f} s"
            )
            while not screen.story.whole or len(screen.story.trace.spans) < 100_000:
                await pilot.pause(0.05)
            print(f"all read after {time.perf_counter() - began:.2f} s")
            await pilot.pause(1.0)
            for view in VIEWS:
                screen.action_view(view)
                await pilot.pause()
                took = []
                for _ in range(10):
                    pressed = time.perf_counter()
                    screen.view.action_move(1)
                    await pilot.pause(0)
                    took.append(time.perf_counter() - pressed)
                print(
                    f"  a key in {view}: {statistics.median(took) * 1e3:.0f} ms (median)"
                )

    screens.run(look())
