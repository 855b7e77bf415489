"""What can be done about a lesson, by keys and by mouse, and how far the course is."""

from textual import events
from textual.message import Message

from tracenova_tui.ink import Line, Piece, wide
from tracenova_tui.widgets.bars import Bar

DEEDS = (
    # key, name, action
    ("F2", "Lessons", "course"),
    ("F4", "Hint", "lesson_hint"),
    ("F5", "Run", "lesson_run"),
    ("F6", "Check", "lesson_check"),
    ("F7", "Next", "lesson_next"),
    ("F8", "Reset", "lesson_reset"),
    ("F9", "Watch", "lesson_watch"),
    ("E", "Edit", "lesson_edit"),
)


class CourseBar(Bar):
    """Deeds to click, and the student's progress."""

    class Clicked(Message):
        """The user clicked a deed."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ends: list[int] = []

    def tell(self, progress: tuple[str, str], *, watching: bool) -> None:
        """Show the deeds, and how many lessons are solved."""
        pieces: Line = []
        self._ends, at = [], 0
        for key, name, action in DEEDS:
            on = watching and action == "lesson_watch"
            parts = [
                Piece(f" {key} ", "key"),
                Piece(name, "accent" if on else ""),
            ]
            at += sum(wide(part.text) for part in parts)
            pieces += parts
            self._ends.append(at)
        bar, words = progress
        room = self.size.width - at - wide(words) - 2
        shown = f"{bar} " if wide(bar) < room else ""
        pieces += [Piece(" " * max(1, room - wide(shown)) + shown, "bar")]
        self.show([*pieces, Piece(words, "strong")])

    def on_click(self, event: events.Click) -> None:
        """Do what is under the mouse."""
        for (_, _, action), end in zip(DEEDS, self._ends, strict=False):
            if event.x < end:
                self.post_message(self.Clicked(action))
                return
