"""What a screen of a lesson does behind its keys: on a thread, told in the pane."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from textual.worker import get_current_worker

from tracenova.trace.trace import Trace
from tracenova_tui.course import GivenUp, Learner, LessonError
from tracenova_tui.opening import complaint, prepared
from tracenova_tui.screens.dialogs import Choose
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.sheets.course import CourseSheet
from tracenova_tui.story import Story
from tracenova_tui.widgets.course_bar import CourseBar

Deed: TypeAlias = Callable[[], None]


class Learning(StoryScreen):
    """A story with a lesson beside it.

    Args:
        learner: who learns what.
    """

    def __init__(self, learner: Learner) -> None:
        super().__init__(Story(Trace(), learner.title))
        self.learner = learner
        self.panes["lesson"] = CourseSheet(self.story, self.player, learner)
        self.pane_name = "lesson"
        self._progress = learner.progress()

    @property
    def course(self) -> CourseSheet:
        """The lesson in the pane."""
        sheet = self.panes["lesson"]
        assert isinstance(sheet, CourseSheet)
        return sheet

    @property
    def watches(self) -> bool:
        """Whether every save is checked."""
        return False

    def show_all(self) -> None:
        """Show pane and bars as things are now."""
        super().show_all()
        bar = self.query_one("#course", CourseBar)
        bar.tell(self._progress, watching=self.watches)

    def choose(self, title: str, offers: Sequence[tuple[str, Deed]]) -> None:
        """Let the user choose what to do."""

        def chosen(index: int | None) -> None:
            if index is not None:
                offers[index][1]()

        self.app.push_screen(Choose(title, [name for name, _ in offers]), chosen)

    def do(self, deed: Deed) -> bool:
        """Do something quick; say why it cannot be done."""
        try:
            deed()
        except (LessonError, OSError) as error:
            self.told_also(str(error), "error")
            return False
        self.told()
        return True

    def in_background(self, what: str, work: Deed) -> None:
        """Do something that takes seconds on a thread, one thing at a time."""
        if self.course.busy:
            self.notify(f"Still {self.course.busy}", markup=False)
            return
        self.course.busy = what
        self.told()
        self.run_worker(
            lambda: self._work(work), thread=True, group="course", exit_on_error=False
        )

    def _work(self, work: Deed) -> None:
        """Do it on a thread; whatever becomes of it, the lesson is free again."""
        problem = ""
        try:
            work()
        except GivenUp:
            problem = "Given up."
        except Exception as error:  # noqa: BLE001 - a student's files may break anything
            problem = str(error) or type(error).__name__
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._ended, problem)

    def _ended(self, problem: str) -> None:
        self.course.busy = ""
        if problem:
            self.told_also(problem, "error")
        else:
            self.told()

    def read(self, path: Path) -> None:
        """Read a trace and show it; called on a thread."""
        try:
            story = prepared(path)
        except Exception as error:
            raise LessonError(complaint(path, error)) from error
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._become, story, path)

    def _become(self, story: Story, path: Path) -> None:
        """Show another trace in the views."""
        story.revision = self.story.revision + 1
        self.story.become(story)
        self.story.name, self.path = path.name.split(".")[0], path
        self.player.scrub(0.0)
        self.moved()

    def told_also(self, text: str, role: str = "key") -> None:
        """Say one thing more."""
        self.learner.say(text, role)
        self.told()

    def told(self) -> None:
        """Show what was said, from its first line, and how far the course is."""
        self._progress = self.learner.progress()
        self.pane.jump_to(None, 0)
        self.show_all()
