"""What the terminal UI costs: first paint, a long trace, a key, a live boot.

Run with ``pytest -m bench -s``; prints numbers and ratios, asserts no time. Processor
time is what a machine with nothing else to do would need; the wall clock is beside it.
"""

import asyncio  # noqa: TID251 - Textual's own loop
import os
import pty
import select
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bench.test_trace_bench import many
from tests.tui import screens
from tests.tui.test_live import Watched
from tracenova.trace.files import TraceWriter
from tracenova.trace.trace import Trace
from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def first_paint() -> tuple[float, float]:
    """Start the program in a terminal; return wall and processor time to its paint."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        path = f"{ROOT}:{ROOT / 'tui'}:{ROOT / 'diagrams'}"
        environment = {**os.environ, "PYTHONPATH": path, "TERM": "xterm-256color"}
        words = [sys.executable, "-m", "tracenova", "tui"]
        os.execve(sys.executable, words, environment)
    seen = b""
    while b"labs" not in seen:
        assert select.select([terminal], [], [], 60)[0], seen
        seen += os.read(terminal, 65536)
    wall = time.perf_counter() - began
    stat = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(terminal)
    return wall, (int(stat[11]) + int(stat[12])) / TICKS


def test_first_paint() -> None:
    """From the shell's fork to the welcome on the terminal, a process of its own."""
    first_paint()  # compiles what is not compiled yet
    both = [first_paint() for _ in range(5)]
    wall, work = (statistics.median(each) for each in zip(*both, strict=True))
    print(f"\nfirst paint: {wall:.2f} s, processor {work:.2f} s (medians of 5)")


async def keys(screen: StoryScreen, pilot: Any, presses: int) -> list[float]:
    """Press keys through the whole program; return the processor's seconds of each."""
    took = []
    for key in ("down", "pagedown", "n", "p", "right", "left", "up", "end") * presses:
        began = time.process_time()
        await pilot.press(key)
        took.append(time.process_time() - began)
    return took


def test_a_long_trace(tmp_path: Path) -> None:
    """100 000 spans: until its beginning is shown, until all is read, and each key."""
    path = tmp_path / "long.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write(many(100_000))
    writer.close()
    size = path.stat().st_size / 1e6

    async def look() -> None:
        began, work = time.perf_counter(), time.process_time()
        async with screens.opened(path) as (screen, pilot):
            print(
                f"\n100 000 spans ({size:.0f} MB): the beginning can be used after "
                f"{time.perf_counter() - began:.2f} s "
                f"(processor {time.process_time() - work:.2f} s)"
            )
            await screens.until(pilot, lambda: screen.story.whole)
            print(
                f"all read after {time.perf_counter() - began:.2f} s "
                f"(processor {time.process_time() - work:.2f} s)"
            )
            screen.story.answer_ahead()
            await screens.settled(pilot)
            everything: list[float] = []
            for view in VIEWS:
                screen.action_view(view)
                await pilot.pause()
                took = await keys(screen, pilot, 3)
                everything += took
                print(
                    f"  a key in {view}: {statistics.median(took) * 1e3:.0f} ms "
                    f"(slowest {max(took) * 1e3:.0f} ms)"
                )
            print(f"  any key: {statistics.median(everything) * 1e3:.0f} ms (median)")

    screens.run(look())


@contextmanager
def screen_of(watched: Watched) -> Iterator[None]:
    """Let a screen of 160×48 show the lab, on a thread of its own."""
    shown, done = threading.Event(), threading.Event()

    async def show() -> None:
        app = TracenovaApp(theme="dark")
        app.feed = watched.feed
        async with app.run_test(size=(160, 48)) as pilot:
            story = Story(Trace(), "live", live=True)
            await app.push_screen(StoryScreen(story, live=watched.lab))
            await pilot.pause()
            shown.set()
            while not done.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(show()), daemon=True)
    thread.start()
    assert shown.wait(60)
    try:
        yield
    finally:
        done.set()
        thread.join(60)


def boots(watched: Watched, count: int) -> list[tuple[float, float]]:
    """Boot servers one after the other; return wall and processor time of each."""
    took = []
    cloud = watched.lab._cloud
    assert cloud is not None
    client = cloud.client()
    for number in range(count):
        time.sleep(0.5)  # the screen has caught up with what was before
        began, work = time.perf_counter(), time.process_time()
        watched.lab.boot({"name": f"bench{number}"})
        while watched.lab.state != "booting":
            time.sleep(0.001)
        while watched.lab.state != "ready":
            time.sleep(0.001)
        took.append((time.perf_counter() - began, time.process_time() - work))
        (server,) = client.call("GET", "/servers")["servers"]
        client.delete_server(server["id"])
        while client.call("GET", "/servers")["servers"]:
            time.sleep(0.005)
    return took


def test_an_open_screen_and_a_live_boot(tmp_path: Path) -> None:
    """The same boots with nobody looking and with a screen that shows each step."""
    watched = Watched(tmp_path, virt="fake")
    try:
        watched.ready()
        boots(watched, 3)
        alone, shown = [], []
        for _ in range(4):
            alone += boots(watched, 3)
            with screen_of(watched):
                shown += boots(watched, 3)
        for name, pick in (("median", statistics.median), ("fastest", min)):
            for what, at in (("wall clock", 0), ("processor", 1)):
                before = pick([one[at] for one in alone])
                after = pick([one[at] for one in shown])
                print(
                    f"\na boot, {what}, {name}: {before * 1e3:.0f} ms alone, "
                    f"{after * 1e3:.0f} ms with a screen open: {after / before:.2f} ×"
                )
    finally:
        watched.lab.stop(wait_s=20.0)
