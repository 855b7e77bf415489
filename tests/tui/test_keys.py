"""Keys: moving in time, between views, finding, asking why, writing."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.tui import screens
from tracenova_tui.screens.compare import CompareScreen
from tracenova_tui.screens.dialogs import Ask, Help
from tracenova_tui.screens.keys import bindings
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.views import VIEWS

Play = Callable[[StoryScreen, Any], Awaitable[None]]


def play(part: Play, *paths: Path, size: tuple[int, int] = (160, 48)) -> None:
    """Open the successful boot, or others, and do something with the keys."""

    async def run() -> None:
        files = paths or (screens.trace("success"),)
        async with screens.opened(*files, size=size) as (screen, pilot):
            await part(screen, pilot)

    screens.run(run())


def test_every_view_has_a_number_key() -> None:
    """The keys 1 to 9 show the views in the order of the tabs."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        for number, name in enumerate(VIEWS, 1):
            await pilot.press(str(number))
            assert screen.view_name == name
        await pilot.press("1", "tab")
        assert screen.view_name == "timeline"
        await pilot.press("shift+tab")
        assert screen.view_name == "sequence"

    play(part)


def test_every_key_does_something_without_breaking() -> None:
    """No key of the table ends in an error."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        for binding in bindings():
            key = binding.key.split(",")[0]  # type: ignore[union-attr]
            if key in ("q", "w"):
                continue
            await pilot.press(key)
            while pilot.app.screen is not screen:
                await pilot.press("escape")
        await pilot.press("escape")
        assert pilot.app.screen is screen

    play(part)


def test_stepping_moves_one_hop_on_and_back() -> None:
    """n and p move over the hops that the level shows."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("n")
        after = screen.player.at
        assert after > 0
        assert screen.sequence.shows(screen.story.hops[after])
        await pilot.press("p")
        assert screen.player.at == 0

    play(part)


def test_one_cursor_for_all_views() -> None:
    """A jump shows the same hop elsewhere, and Backspace comes back."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        place = next(
            h.seq - 1 for h in screen.story.hops if h.method == "select_destinations"
        )
        screen.player.go(place)
        screen.moved()
        await pilot.press("m")
        assert screen.view_name == "messages"
        assert screen.story.messages[screen.view.at].method == "select_destinations"
        await pilot.press("s")
        bar = screen.story.bars[screen.view.at]
        assert bar.span_id == screen.story.hops[place].span_id
        await pilot.press("g")
        assert "select_destinations" in screens.text_of(pilot.app)
        await pilot.press("backspace", "backspace", "backspace")
        assert (screen.view_name, screen.player.at) == ("sequence", place)

    play(part)


def test_why_not_names_the_filter_and_the_numbers() -> None:
    """x says why compute3 was refused."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("x")
        await pilot.pause()
        assert screen.view_name == "scheduler"
        shown = screens.text_of(pilot.app)
        assert "compute3 was refused by DiskFilter" in shown
        assert "requested 20480 MB" in shown

    play(part)


def test_what_if_shows_both_decisions() -> None:
    """Another multiplier: the old and the new order side by side; u forgets it."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("3", "e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Ask)
        pilot.app.screen.query_one(Input).value = "RAM=-2"
        await pilot.press("enter")
        await pilot.pause()
        shown = "\n".join(screen.text_lines())
        assert "as it would be" in shown
        assert "◀ compute1" in shown
        await pilot.press("u")
        assert "as it would be" not in "\n".join(screen.text_lines())

    play(part)


def test_finding_goes_to_the_match_and_filtering_counts() -> None:
    """/ finds, F3 goes on, & shows only lines that match, Esc shows all."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("4", "slash", *"external", "enter")
        await pilot.pause()
        assert screen.story.messages[screen.view.at].method == "external_instance_event"
        await pilot.press("escape", "ampersand")
        screen.query_one("#find", Input).value = "Instance.save"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.view.only is not None
        assert 0 < len(screen.view.only) < len(screen.story.messages)
        await pilot.press("escape")
        assert screen.view.only is None

    play(part)


def test_levels_hide_and_say_how_many() -> None:
    """z goes round the levels; the bar says how many hops are hidden."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        counts = []
        for _ in range(3):
            counts.append(len(screen.sequence))
            assert "level" in screen.sequence.summary()
            await pilot.press("z")
        assert counts[0] < counts[1]
        assert screen.sequence.level == "services"
        assert "hidden" in screens.text_of(pilot.app)

    play(part)


def test_playing_veils_what_comes_after() -> None:
    """Space plays from here; what has not happened yet is faint until Esc."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("space")
        assert screen.player.playing
        assert screen.player.veiled
        assert screen.player.tick(10.0)
        await pilot.press("escape")
        assert not screen.player.veiled

    play(part)


@pytest.mark.parametrize("ending", ["json", "txt", "svg"])
def test_a_view_is_written_to_a_file(ending: str, tmp_path: Path) -> None:
    """w writes the view: plain data, text, or the screen as a picture."""
    path = tmp_path / f"view.{ending}"

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("3", "w")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()

    play(part)
    text = path.read_text("utf-8")
    assert "compute3" in text
    if ending == "json":
        assert json.loads(text)[0]["selected"] == "compute2/compute2"


def test_two_traces_are_compared() -> None:
    """Both stories stand side by side; n goes to the next difference."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        for _ in range(100):
            if isinstance(pilot.app.screen, CompareScreen):
                break
            await pilot.pause(0.02)
        await pilot.press("n")
        await pilot.pause()
        shown = screens.text_of(pilot.app)
        assert "success  ⇄  reschedule" in shown
        assert "~" in shown

    play(part, screens.trace("success"), screens.trace("reschedule"))


def test_help_lists_the_keys() -> None:
    """? tells what the view shows and every key."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Help)
        assert "Backspace" in screens.text_of(pilot.app)

    play(part)
