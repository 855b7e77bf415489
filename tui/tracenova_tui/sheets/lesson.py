"""A lesson's text, or an explanation, beside the trace that it is about."""

from collections.abc import Sequence
from typing import Any

from tracenova_tui.player import Player
from tracenova_tui.sheets import markdown
from tracenova_tui.sheets.base import Listed
from tracenova_tui.story import Story


class LessonSheet(Listed):
    """One page of the course.

    Attributes:
        page: its text, Markdown; "" while none is chosen.
    """

    name = "Lesson"
    empty = "No lesson is chosen: L chooses one."
    help: Sequence[str] = (
        "L chooses a lesson or an explanation; Ctrl+W moves here to scroll.",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.page = ""

    def depends(self) -> tuple[Any, ...]:
        """Return the page."""
        return (self.page,)

    def write(self, width: int) -> None:
        """Write the page."""
        for one in markdown.lines(self.page, width):
            self.put(one)
