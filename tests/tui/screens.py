"""Opens saved traces on a screen without a terminal, and reads what is on it."""

import asyncio  # noqa: TID251 - Textual's own loop
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot

from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.story import StoryScreen

T = TypeVar("T")
DATA = Path(__file__).parents[1] / "data" / "tui"
SNAPSHOTS = DATA / "snapshots"
RENEW = "TRACENOVA_RENEW_SNAPSHOTS"


def run(what: Coroutine[Any, Any, T]) -> T:
    """Run something that plays with a screen; return what it returns."""
    return asyncio.run(what)


def trace(name: str) -> Path:
    """Return the file of a saved boot: success, no-valid-host, reschedule."""
    return DATA / f"{name}.otlp.jsonl"


@asynccontextmanager
async def opened(
    *paths: Path, size: tuple[int, int] = (160, 48), theme: str = "dark"
) -> AsyncIterator[tuple[StoryScreen, Pilot[Any]]]:
    """Open a trace; yield its screen and the pilot."""
    app = TracenovaApp(paths, theme=theme)
    async with app.run_test(size=size) as pilot:
        while not (
            found := [s for s in app.screen_stack if isinstance(s, StoryScreen)]
        ):
            await pilot.pause(0.02)
        await pilot.pause(0.05)
        yield found[0], pilot


def text_of(app: Any) -> str:
    """Return the text on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def check_snapshot(name: str, text: str) -> None:
    """Compare with the snapshot; write it anew when the environment asks for that."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get(RENEW):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8"), f"{path} differs; {RENEW}=1 writes it anew"
