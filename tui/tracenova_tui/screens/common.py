"""What all parts of the story screen share; each part is a mixin with its own keys."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from tracenova_tui.live.lab import LiveLab
from tracenova_tui.player import Player
from tracenova_tui.sheets.base import Sheet
from tracenova_tui.sheets.detail import DetailSheet
from tracenova_tui.sheets.lesson import LessonSheet
from tracenova_tui.sheets.scheduler import SchedulerSheet
from tracenova_tui.sheets.sequence import SequenceSheet
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS
from tracenova_tui.widgets.lines import LineView

if TYPE_CHECKING:
    from tracenova_tui.app import TracenovaApp

PANES = ("hop", "source", "messages", "lesson", "")


class Common(Screen[None]):
    """The story, its sheets and the cursor.

    Args:
        story: the trace.
        live: the lab that it comes from, None for a saved one.
        path: where the trace is kept.
    """

    app: "TracenovaApp"

    def __init__(
        self, story: Story, live: LiveLab | None = None, path: Path | None = None
    ) -> None:
        super().__init__()
        self.story = story
        self.live = live
        self.path = path
        self.player = Player(story)
        self.sheets: dict[str, Sheet] = {
            name: kind(story, self.player) for name, kind in VIEWS.items()
        }
        self.panes: dict[str, Sheet] = {
            "hop": DetailSheet(story, self.player),
            "source": VIEWS["source"](story, self.player),
            "messages": VIEWS["messages"](story, self.player),
            "lesson": LessonSheet(story, self.player),
        }
        self.view_name = "sequence"
        self.pane_name: str | None = None
        self.dirty = False
        self.trail: list[tuple[str, int, str]] = []

    @property
    def view(self) -> LineView:
        """The view."""
        return self.query_one("#view", LineView)

    @property
    def pane(self) -> LineView:
        """The pane beside it."""
        return self.query_one("#pane", LineView)

    @property
    def sheet(self) -> Sheet:
        """The sheet that is shown."""
        return self.sheets[self.view_name]

    @property
    def sequence(self) -> SequenceSheet:
        """The sheet of the sequence."""
        sheet = self.sheets["sequence"]
        assert isinstance(sheet, SequenceSheet)
        return sheet

    @property
    def lesson(self) -> LessonSheet:
        """The lesson in the pane."""
        sheet = self.panes["lesson"]
        assert isinstance(sheet, LessonSheet)
        return sheet

    @property
    def scheduler(self) -> SchedulerSheet:
        """The sheet of the scheduler."""
        sheet = self.sheets["scheduler"]
        assert isinstance(sheet, SchedulerSheet)
        return sheet

    def moved(self) -> None:
        """Bring all views to the cursor in time."""
        raise NotImplementedError

    def show_all(self) -> None:
        """Show pane and bars as things are now."""
        raise NotImplementedError

    def action_view(self, name: str) -> None:
        """Show another view."""
        raise NotImplementedError

    def end_finding(self) -> None:
        """Close the find bar."""
        raise NotImplementedError

    def deliver_next(self) -> bool:
        """Deliver the oldest held message; return whether there was one."""
        raise NotImplementedError

    def stop_asking(self) -> None:
        """Give up what the scheduler is being asked."""
        raise NotImplementedError

    def ask_turns(self) -> None:
        """Ask what would turn the decision for the host under the cursor."""
        raise NotImplementedError
