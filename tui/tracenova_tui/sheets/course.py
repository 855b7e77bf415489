"""A lesson that is being learnt: what was said last, then its text."""

from typing import Any

from tracenova_tui.course import Learner
from tracenova_tui.ink import Piece, line
from tracenova_tui.player import Player
from tracenova_tui.sheets import markdown
from tracenova_tui.sheets.lesson import LessonSheet
from tracenova_tui.story import Story


class CourseSheet(LessonSheet):
    """The lesson beside the trace.

    Args:
        learner: whose lesson it is.

    Attributes:
        busy: what is under way; "" for nothing.
    """

    help = (
        "The lesson, above it what hints and checks have said. Ctrl+W moves here to scroll.",
        "Your files are in a folder of your own: E edits one, or use an editor you like;",
        "F9 checks at every save.",
    )

    def __init__(self, story: Story, player: Player, learner: Learner) -> None:
        super().__init__(story, player)
        self._learner = learner
        self.busy = ""
        self.page = learner.text

    def depends(self) -> tuple[Any, ...]:
        """Return the page, what was said, and what is under way."""
        return (self.page, tuple(self._learner.said), self.busy)

    def write(self, width: int) -> None:
        """Write what was said, then the lesson."""
        for said in self._learner.said:
            for row in markdown.lines(said.text, width):
                looks = [Piece(piece.text, piece.role or said.role) for piece in row]
                self.put(looks)
        if self.busy:
            self.put(line((f" ◌ {self.busy} …", "key")))
        if self.lines:
            self.put(line((" " + "─" * max(1, width - 2), "line")))
        super().write(width)
