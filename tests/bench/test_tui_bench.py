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

from tests.tui import screens
from tests.tui.test_live import Watched
from tracenova.trace.files import TraceWriter, load
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace
from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
KEYS = ("down", "pagedown", "n", "p", "right", "left", "up", "greater_than_sign")
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


def boots_of(count: int) -> Iterator[list[Span]]:
    """Yield saved boots again and again, each with ids and a time of its own."""
    boots = [load(screens.trace(name)).spans for name in screens.SAVED]
    made = number = 0
    while made < count:
        for boot in boots:
            number += 1
            spans = [screens.another(span, number) for span in boot][: count - made]
            made += len(spans)
            yield spans


async def keys(pilot: Any, presses: int) -> list[float]:
    """Press keys through the whole program; return the processor's seconds of each."""
    took = []
    for key in (*KEYS, "end", "home") * presses:
        began = time.process_time()
        await pilot.press(key)
        took.append(time.process_time() - began)
    return took


async def each_view(screen: StoryScreen, pilot: Any) -> dict[str, list[float]]:
    """Press keys in each view; the first time of each is the key that opened it."""
    took = {}
    for at, view in enumerate(VIEWS, 1):
        began = time.process_time()
        await pilot.press(str(at))
        opened = time.process_time() - began
        took[view] = [opened, *await keys(pilot, 4)]
    return took


async def answered(screen: StoryScreen, key: str) -> tuple[float, float]:
    """Press a key while a thread is busy; return the seconds until it is painted.

    Beside the wall clock's the processor's, which a thread that keeps it makes longer.
    """
    began, work, at = time.perf_counter(), time.process_time(), screen.view.at
    screen.app.simulate_key(key)
    while screen.view.at == at and time.perf_counter() - began < 5:
        await asyncio.sleep(0.001)
    painted = asyncio.Event()
    screen.call_after_refresh(painted.set)
    await asyncio.wait_for(painted.wait(), 60)
    return time.perf_counter() - began, time.process_time() - work


def in_ms(times: list[float], part: float) -> str:
    """Return a percentile in milliseconds."""
    return f"{sorted(times)[int(len(times) * part)] * 1e3:.0f}"


def test_a_long_trace(tmp_path: Path) -> None:
    """100 000 spans of real boots: until it opens, until all is read, and each key.

    It opens when the first view is painted and answers keys; the title then counts how
    much of the rest is read, on a thread.
    """
    path = tmp_path / "long.otlp.jsonl"
    writer = TraceWriter(path)
    for spans in boots_of(100_000):
        writer.write(spans)
    writer.close()
    size = path.stat().st_size / 1e6

    async def look() -> None:
        began, work = time.perf_counter(), time.process_time()

        def since() -> str:
            wall, used = time.perf_counter() - began, time.process_time() - work
            return f"{wall:.2f} s (processor {used:.2f} s)"

        app = TracenovaApp((path,), theme="dark")
        async with app.run_test(size=(160, 48)) as pilot:
            while not (app.stories and "POST" in screens.text_of(app)):
                await asyncio.sleep(0.01)
            print(f"\n100 000 spans ({size:.0f} MB): opens after {since()}")
            screen, reading = app.stories[0], list[tuple[float, float]]()
            while not screen.story.whole:
                key = ("down", "up")[len(reading) % 2]
                reading.append(await answered(screen, key))
                await asyncio.sleep(0.05)
            print(f"all read, while {len(reading)} keys were pressed, after {since()}")
            walls, works = ([*each] for each in zip(*reading, strict=True))
            print(
                f"  a key meanwhile: {in_ms(walls, 0.5)} ms "
                f"(processor {in_ms(works, 0.5)} ms, medians)"
            )
            long = await each_view(screen, pilot)
        async with screens.opened(screens.trace("success")) as (screen, pilot):
            short = await each_view(screen, pilot)
        for view, (opened, *took) in long.items():
            ratio = statistics.median(took) / statistics.median(short[view][1:])
            print(
                f"  {view}: opens in {opened * 1e3:.0f} ms, a key {in_ms(took, 0.5)} ms "
                f"(median; 95 of 100 below {in_ms(took, 0.95)} ms), "
                f"{ratio:.1f} × that of 200 spans"
            )
        every = [one for took in long.values() for one in took]
        print(f"  any key: {in_ms(every, 0.5)} ms, 95 of 100: {in_ms(every, 0.95)} ms")

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
