"""Every view of saved boots looks as it did when somebody looked at it last."""

import re

import pytest

from tests.tui import screens
from tracenova_tui.views import VIEWS

TRACES = ("success", "no-valid-host", "reschedule")
SIZES = ((80, 24), (160, 48))
THEMES = {"dark": "tracenova-dark", "light": "tracenova-light"}
MOVING = ("source",)  # shows this project's code


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", TRACES)
def test_views_look_as_they_did(name: str, size: tuple[int, int]) -> None:
    """Words, marks and styles of each view are those that were saved, in two themes."""

    async def look() -> dict[str, str]:
        shown: dict[str, list[str]] = {theme: [] for theme in THEMES}
        path = screens.trace(name)
        async with screens.opened(path, size=size) as (screen, pilot):
            screen.player.scrub(0.5)
            for view in VIEWS:
                if view in MOVING:
                    continue
                screen.action_view(view)
                for theme, its_name in THEMES.items():
                    pilot.app.theme = its_name
                    await screens.settled(pilot)
                    picture = screens.picture_of(pilot.app)
                    shown[theme].append(f"=== {view}\n{picture}")
        return {theme: "\n".join(views) for theme, views in shown.items()}

    for theme, picture in screens.run(look()).items():
        screens.check_snapshot(f"{name}-{size[0]}x{size[1]}-{theme}", picture)


def test_source_shows_the_line_and_novas() -> None:
    """The line that took the step is marked; the head names Nova's."""

    async def look() -> None:
        async with screens.opened(screens.trace("success")) as (screen, pilot):
            place = next(
                hop.seq - 1
                for hop in screen.story.hops
                if hop.method == "select_destinations"
            )
            screen.player.go(place)
            await pilot.press("g")
            shown = await screens.settled(pilot)
            assert "nova/scheduler/rpcapi.py:126" in shown
            assert re.search(r"▶ +\d+ .*cctxt\.call", shown)

    screens.run(look())


def test_mono_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR every colour on the screen is a grey."""
    monkeypatch.setenv("NO_COLOR", "1")

    async def look() -> str:
        async with screens.opened(screens.trace("success"), theme=None) as (_, pilot):
            return pilot.app.export_screenshot()

    svg = screens.run(look())
    content = (
        svg[svg.index("</style>") :] + svg[svg.index("-matrix") : svg.index("</style>")]
    )
    colours = set(re.findall(r"fill: (#[0-9a-f]{6})", content))
    for colour in colours:
        parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(parts) - min(parts) < 8, colour


def test_themes_show_the_same_words() -> None:
    """Nothing is told by colour alone: the text is the same in every theme."""

    async def look() -> None:
        async with screens.opened(screens.trace("reschedule")) as (screen, pilot):
            screen.action_view("scheduler")
            dark = await screens.settled(pilot)
            for theme in ("tracenova-light", "ansi-dark", "tracenova-mono"):
                pilot.app.theme = theme
                assert await screens.settled(pilot) == dark

    screens.run(look())


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (300, 80)])
def test_any_size_of_terminal_shows_every_view(size: tuple[int, int]) -> None:
    """A tiny terminal shows less, and breaks nothing."""

    async def look() -> None:
        async with screens.opened(screens.trace("success"), size=size) as (
            screen,
            pilot,
        ):
            for view in VIEWS:
                screen.action_view(view)
                await pilot.pause()
                shown = screens.text_of(pilot.app)
                assert shown.strip()
                here = screen.sheet.text(screen.view.at).strip()[:6]
                assert here in shown, f"the cursor's line of {view}:\n{shown}"

    screens.run(look())
