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
                await pilot.pause()
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
        bar = screen.story.bar(screen.view.at)
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
        assert screen.view_name == "scheduler"
        await screens.shows(
            pilot, "compute3 was refused by RamFilter", "requested 2048 MB"
        )

    play(part)


def test_what_if_asks_the_scheduler_and_shows_both_decisions() -> None:
    """A smaller flavor: compute3 passes now; u forgets it."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("3", "e")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        pilot.app.screen.query_one(Input).value = "memory_mb=512 disk_gb=10 RAM=-2"
        await pilot.press("enter")
        await screens.until(
            pilot, lambda: "as it would" in "\n".join(screen.text_lines())
        )
        shown = "\n".join(screen.text_lines())
        assert "✗ compute3 refused by RamFilter" in shown
        assert "→ compute3 " in shown
        await pilot.press("u")
        assert "as it would" not in "\n".join(screen.text_lines())

    play(part)


def test_what_cannot_be_changed_is_said() -> None:
    """A word that is none, a flavor that has no such field: one line, nothing changes."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("3", "e")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        pilot.app.screen.query_one(Input).value = "nonsense=1"
        await pilot.press("enter")
        await screens.shows(pilot, "there is no nonsense")
        assert not screen.scheduler.question

    play(part)


def test_enter_on_a_host_tells_what_would_turn_it() -> None:
    """The smallest changes, each found by asking the scheduler again."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("3")
        lines = screen.scheduler.host_lines
        row = next(at for at, (_, host) in lines.items() if "compute1" in host)
        screen.view.action_move_to(row)
        await pilot.press("enter")
        await screens.shows(pilot, "multiplier.RAMWeigher=-1", "it would win")

    play(part)


def test_a_lesson_stands_beside_the_trace(tmp_path: Path) -> None:
    """A trace in a lesson's folder shows the lesson; L offers the course's other pages."""
    text = "# 7 · Filters\n\nWho may **take** the `server`?\n\n- one\n- two\n"
    (tmp_path / "LESSON.md").write_text(text, encoding="utf-8")
    path = tmp_path / "watch.otlp.jsonl"
    path.write_bytes(screens.trace("success").read_bytes())

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await screens.shows(pilot, "7 · Filters", "Who may take the server?", "• two")
        await pilot.press("L")
        await screens.shows(pilot, "Read beside the trace", "7 · Filters")
        await pilot.press("escape", "d")
        assert screen.pane_name == ""

    play(part, path)


def test_the_mouse_does_what_the_keys_do() -> None:
    """A click on a tab, a line, a pane's line and the scrub bar."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.click("#tabs", offset=(16, 0))
        assert screen.view_name == "timeline"
        await pilot.click("#tabs", offset=(2, 0))
        assert screen.view_name == "sequence"
        await pilot.click("#view", offset=(10, 4))
        assert screen.view.at == 3
        await pilot.click("#scrub", offset=(28, 0))
        assert screen.player.at > 20
        await pilot.click("#view", offset=(10, 4), times=2)
        await pilot.pause()
        assert screen.pane.has_focus or not screen.sequence.condensed

    play(part)


def test_the_palette_knows_every_command() -> None:
    """Views, keys, labs and themes by name."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        titles = {one.title for one in pilot.app.get_system_commands(screen)}
        assert {
            "View: states",
            "Theme: light",
            "Lab: default",
            "Boot a server (live)",
        } <= titles
        await pilot.press("ctrl+p", *"view: hosts", "enter")
        await screens.until(pilot, lambda: screen.view_name == "hosts")

    play(part)


def test_vim_keys_come_from_the_keymap_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """j and k move, ] and [ step, G goes to the end; a broken file is said, not fatal."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "tracenova").mkdir()
    file = tmp_path / "tracenova" / "keys.toml"
    file.write_text('set = "vim"\n[keys]\nview_hosts = "Z"\n', encoding="utf-8")

    async def vim(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("j", "j", "k")
        assert screen.view.at == 1
        await pilot.press("]")
        assert screen.view.at == 2
        await pilot.press("G")
        assert screen.view.at == len(screen.sequence) - 1
        await pilot.press("g")
        assert screen.view.at == 0
        await pilot.press("Z")
        assert screen.view_name == "hosts"

    play(vim)
    file.write_text("set = ", encoding="utf-8")

    async def usual(screen: StoryScreen, pilot: Any) -> None:
        await screens.shows(pilot, "the usual keys are used")
        await pilot.press("6")
        assert screen.view_name == "hosts"

    play(usual)


@pytest.mark.parametrize("ending", ["-diagram.svg", ".mmd", ".puml"])
def test_a_view_is_written_as_a_diagram(ending: str, tmp_path: Path) -> None:
    """w draws the view in the formats of diagrams, too."""
    path = tmp_path / f"view{ending}"

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await pilot.press("w")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await screens.until(pilot, path.exists)

    play(part)
    assert "conductor" in path.read_text("utf-8")


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
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await screens.until(pilot, path.exists)

    play(part)
    text = path.read_text("utf-8")
    assert "compute3" in text
    if ending == "json":
        assert json.loads(text)[0]["selected"] == "compute2/compute2"


def test_two_traces_are_compared() -> None:
    """Both stories stand side by side; n goes to the next difference."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.press("n")
        await screens.shows(pilot, "success  ⇄  reschedule", "▸+")

    play(part, screens.trace("success"), screens.trace("reschedule"))


def test_help_lists_the_keys() -> None:
    """? tells what the view shows and every key."""

    async def part(screen: StoryScreen, pilot: Any) -> None:
        for name in VIEWS:
            screen.action_view(name)
            await pilot.press("question_mark")
            await screens.until(pilot, lambda: isinstance(pilot.app.screen, Help))
            await screens.shows(pilot, screen.sheet.help[0][:40], "Esc closes")
            await pilot.press("escape")

    play(part)
