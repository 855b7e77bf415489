"""Every view of saved boots looks as it did when somebody looked at it last."""

import re

import pytest

from tests.tui import screens
from tracenova_tui.views import VIEWS

LOOKED_AT = (
    ("success", (80, 24)),
    ("success", (160, 48)),
    ("no-valid-host", (160, 48)),
    ("reschedule", (80, 24)),
)


@pytest.mark.parametrize(("name", "size"), LOOKED_AT)
def test_views_look_as_they_did(name: str, size: tuple[int, int]) -> None:
    """The screen of each view is the one that was saved, at both sizes."""

    async def look() -> None:
        async with screens.opened(screens.trace(name), size=size) as (screen, pilot):
            screen.player.end()
            for view in VIEWS:
                if view == "source":
                    continue  # shows this project's code, which moves
                screen.action_view(view)
                await pilot.pause()
                shown = screens.text_of(pilot.app)
                screens.check_snapshot(f"{name}-{view}-{size[0]}x{size[1]}", shown)

    screens.run(look())


def test_mono_has_no_colour() -> None:
    """With NO_COLOR's theme every colour on the screen is a grey."""

    async def look() -> str:
        async with screens.opened(screens.trace("success"), theme="mono") as (_, pilot):
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
            await pilot.pause()
            dark = screens.text_of(pilot.app)
            for theme in ("tracenova-light", "ansi-dark", "tracenova-mono"):
                pilot.app.theme = theme
                await pilot.pause()
                assert screens.text_of(pilot.app) == dark

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
                assert screens.text_of(pilot.app).strip()

    screens.run(look())
