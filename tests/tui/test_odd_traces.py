"""Traces that nobody would wish for are shown, or refused in one clear line."""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tui import screens
from tracenova.trace.files import TraceWriter, load
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace
from tracenova_tui import opening
from tracenova_tui.app import TracenovaApp
from tracenova_tui.ink import plain
from tracenova_tui.player import Player
from tracenova_tui.screens.loading import LoadingScreen
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS


def span(number: int, parent: int | None = None, **more: object) -> Span:
    """Return a plain span of some other system."""
    plain = Span(
        trace_id="a" * 32,
        span_id=f"{number:016x}",
        parent_id=None if parent is None else f"{parent:016x}",
        name=f"step {number}",
        start_ns=1000 * number + 1,
        end_ns=1000 * number + 900,
        resource={"service.name": "shop"},
    )
    return replace(plain, **more)  # type: ignore[arg-type]


ODD = {
    "cycle": [span(1, 2), span(2, 1)],
    "missing parents": [span(1, 99), span(2, 98), span(3, 1)],
    "clocks backwards": [
        span(1, start_ns=5000, end_ns=100),
        span(2, 1, start_ns=1, end_ns=None),
    ],
    "odd names": [
        span(1, name="esc \x1b[31m bell \x07"),
        span(2, 1, name="服務" * 60),
        span(3, 1, name="שלום \u202e rtl"),
        span(4, 1, name="", kind="producer", resource={}),
    ],
    "one span": [span(1)],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_traces_are_shown_in_every_view(name: str, tmp_path: Path) -> None:
    """No view breaks, and no control character reaches the terminal."""
    path = tmp_path / "odd.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write(ODD[name])
    writer.close()

    async def look() -> None:
        async with screens.opened(path, size=(100, 30)) as (screen, pilot):
            for view in VIEWS:
                screen.action_view(view)
                await pilot.press("down", "end")
                shown = screens.text_of(pilot.app)
                assert not any(ord(char) < 32 and char != "\n" for char in shown)
                assert "\u202e" not in shown

    screens.run(look())


def test_a_deep_and_wide_trace_is_shown_in_every_view(tmp_path: Path) -> None:
    """Three thousand spans below each other, an attribute of a megabyte, 500 services."""
    deep = [span(number, number - 1 or None) for number in range(1, 3001)]
    wide = [
        span(5000 + number, 1, resource={"service.name": f"service-{number}"})
        for number in range(500)
    ]
    heavy = span(9000, 1, attributes={"everything": "x" * 1_000_000})
    path = tmp_path / "deep.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write([*deep, *wide, heavy])
    writer.close()

    async def look() -> None:
        async with screens.opened(path, size=(80, 24)) as (screen, pilot):
            for view in VIEWS:
                screen.action_view(view)
                await pilot.press("end", "right", "home")
                assert screens.text_of(pilot.app).strip()

    screens.run(look())


def test_the_beginning_of_a_long_trace_is_shown_while_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The story is a part at first and says so; then it is the whole one."""
    monkeypatch.setattr(opening, "LONG_BYTES", 20_000)
    seen: list[tuple[bool, int]] = []
    become = Story.become

    def noting(story: Story, whole: Story) -> None:
        seen.append((story.whole, len(story.hops)))
        become(story, whole)

    monkeypatch.setattr(Story, "become", noting)

    async def look() -> None:
        async with screens.opened(screens.trace("reschedule")) as (screen, pilot):
            await screens.until(pilot, lambda: screen.story.whole)
            ((was_whole, hops),) = seen
            assert not was_whole
            assert 0 < hops < len(screen.story.hops)

    screens.run(look())


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"not json\n", b'{"a": 1}\n'])
def test_what_is_no_trace_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    """The screen says what is wrong with the file, and Esc leaves."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)

    async def look() -> None:
        app = TracenovaApp([path])
        async with app.run_test(size=(80, 24)) as pilot:
            await screens.shows(pilot, "cannot be opened")
            assert isinstance(app.screen, LoadingScreen)
            await pilot.press("escape")
            await screens.until(
                pilot, lambda: not isinstance(app.screen, LoadingScreen)
            )

    screens.run(look())


def test_a_truncated_trace_is_shown_with_a_warning(tmp_path: Path) -> None:
    """What could be read is shown; the title says what could not, and what is missing."""
    path = tmp_path / "cut.otlp.jsonl"
    whole = screens.trace("success").read_bytes()
    path.write_bytes(whole[: len(whole) - 500])

    async def look() -> None:
        async with screens.opened(path) as (screen, pilot):
            assert screen.story.hops
            assert "2 warnings" in screens.text_of(pilot.app)

    screens.run(look())


NONSENSE: tuple[Any, ...] = (
    "\x1b[31m\x07", "服務" * 40, "שלום\u202e", "", "{not json", "null", '{"hosts": 3}',
    -1, 10**30, True, (), ("a",), {"a": {"b": None}}, None, b"\x00", math.nan,
)  # fmt: skip


def spoilt(whole: Iterable[Span], chance: random.Random) -> Iterator[Span]:
    """Yield the spans with a part of what they say replaced by nonsense."""
    for one in whole:
        attributes = {
            name: chance.choice(NONSENSE) if chance.random() < 0.1 else value
            for name, value in one.attributes.items()
        }
        more: dict[str, Any] = {"attributes": attributes}
        if chance.random() < 0.05:
            more["start_ns"] = chance.choice([0, -5, one.start_ns - 10**12])
        if chance.random() < 0.05:
            more["end_ns"] = chance.choice([None, 1])
        if chance.random() < 0.03:
            more["parent_id"] = chance.choice([one.span_id, None, "f" * 16])
        if chance.random() < 0.03:
            more["resource"] = {"service.name": chance.choice(NONSENSE)}
        yield replace(one, **more)


@pytest.mark.parametrize("seed", range(6))
def test_a_boot_with_nonsense_in_it_breaks_no_view(seed: int) -> None:
    """Values of any other type, times and parents that cannot be: every line is shown."""
    name = ("success", "no-valid-host", "reschedule")[seed % 3]
    spans = spoilt(load(screens.trace(name)).spans, random.Random(seed))
    story = Story(Trace(spans), name)
    player = Player(story)
    for kind in VIEWS.values():
        sheet = kind(story, player)
        for part in (0.0, 0.5, 1.0):
            player.scrub(part)
            sheet.arrange(80)
            lines = [sheet.line(at, 80) for at in range(len(sheet))]
            shown = "".join(plain(one) for one in [*sheet.head(80), *lines])
            assert shown.isprintable()
            assert "\u202e" not in shown
