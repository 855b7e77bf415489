"""Dialogs in a terminal with hardly any room: what they say can be read."""

import pytest

from tests.tui import screens


@pytest.mark.parametrize("size", [(20, 5), (40, 10)])
def test_help_can_be_read_in_a_low_terminal(size: tuple[int, int]) -> None:
    """It takes the whole terminal, and scrolls to its last line."""

    async def look() -> None:
        path = screens.trace("success")
        async with screens.opened(path, size=size) as (_, pilot):
            await pilot.press("question_mark")
            await screens.shows(pilot, "Sequence", "Who asks")
            await pilot.press("end")
            await screens.shows(pilot, "Quit")

    screens.run(look())
