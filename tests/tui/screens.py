"""Opens saved traces on a screen without a terminal, and reads what is on it."""

import asyncio  # noqa: TID251 - Textual's own loop
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot

from tracenova.trace.files import load
from tracenova.trace.model import Span
from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.story import StoryScreen

T = TypeVar("T")
DATA = Path(__file__).parents[1] / "data" / "tui"
SAVED = ("success", "no-valid-host", "reschedule")
SNAPSHOTS = DATA / "snapshots"
RENEW = "TRACENOVA_RENEW_SNAPSHOTS"
PATIENCE_S = 150.0


def run(what: Coroutine[Any, Any, T]) -> T:
    """Run something that plays with a screen; return what it returns."""
    return asyncio.run(what)


def trace(name: str) -> Path:
    """Return the file of a saved boot: success, no-valid-host, reschedule."""
    return DATA / f"{name}.otlp.jsonl"


def every_boot() -> list[Span]:
    """Return the spans of all saved boots, one after the other."""
    return [
        another(span, number)
        for number, name in enumerate(SAVED, 1)
        for span in load(trace(name)).spans
    ]


def another(span: Span, number: int) -> Span:
    """Return the span as that of another boot, with ids and a time of its own."""

    def other(name: str) -> str:
        return f"{number:08x}{name[8:]}"

    later_ns = number * 2_000_000_000
    return replace(
        span,
        trace_id=other(span.trace_id),
        span_id=other(span.span_id),
        parent_id=span.parent_id and other(span.parent_id),
        start_ns=span.start_ns + later_ns,
        end_ns=span.end_ns and span.end_ns + later_ns,
    )


@asynccontextmanager
async def opened(
    *paths: Path, size: tuple[int, int] = (160, 48), theme: str | None = "dark"
) -> AsyncIterator[tuple[StoryScreen, Pilot[Any]]]:
    """Open a trace; yield its screen and the pilot."""
    app = TracenovaApp(paths, theme=theme)
    # what was said stays, however slow the machine
    app.NOTIFICATION_TIMEOUT = 1000.0  # type: ignore[misc]
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: bool(app.stories))
        await settled(pilot)
        yield app.stories[0], pilot


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait until something holds, as long as a loaded machine may need."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"in vain:\n{text_of(pilot.app)}"
        await pilot.pause(0.02)


async def shows(pilot: Pilot[Any], *texts: str) -> str:
    """Wait until all texts are on the screen; return the screen."""
    await until(pilot, lambda: all(text in text_of(pilot.app) for text in texts))
    return text_of(pilot.app)


async def settled(pilot: Pilot[Any]) -> str:
    """Wait until the screen changes no more; return its text."""
    before, shown = "", text_of(pilot.app)
    while before != shown:
        await pilot.pause()
        before, shown = shown, text_of(pilot.app)
    return shown


def text_of(app: Any) -> str:
    """Return the text on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def picture_of(app: Any) -> str:
    """Return the text on the screen, and below it how each part of it looks."""
    legend: dict[str, str] = {}
    looks = []
    for strip in app.screen._compositor.render_strips():
        cells = [
            (segment.style, len(segment.text)) for segment in strip if segment.text
        ]
        row = []
        for style, group in groupby(cells, key=lambda cell: _look(cell[0])):
            sign = legend.setdefault(style, f"{len(legend):x}")
            row.append(f"{sign}×{sum(size for _, size in group)}")
        looks.append(" ".join(row))
    named = [f"{sign} {style}" for style, sign in legend.items()]
    return text_of(app) + "\n".join(["--- looks", *named, *looks]) + "\n"


def _look(style: Any) -> str:
    """Return a style's name without what tells nothing of how it looks."""
    words = "" if style is None else str(style.clear_meta_and_links())
    return " ".join(word for word in words.split() if word not in {"not", "none"})


def check_snapshot(name: str, text: str) -> None:
    """Compare with the snapshot; write it anew when the environment asks for that."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get(RENEW):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8"), f"{path} differs; {RENEW}=1 writes it anew"
