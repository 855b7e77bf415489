"""The way into the course: choose a lesson, open it."""

from typing import TYPE_CHECKING

from tracenova_tui.course import Learner, LessonError
from tracenova_tui.screens.course import CourseScreen
from tracenova_tui.screens.dialogs import Choose

if TYPE_CHECKING:
    from tracenova_tui.app import TracenovaApp


def choose(app: "TracenovaApp") -> None:
    """Show all lessons, and open the one that is chosen."""
    try:
        lessons = Learner(app.bench).choices()
    except LessonError as error:
        app.notify(str(error), severity="error", markup=False)
        return

    def chosen(index: int | None) -> None:
        if index is not None:
            app.open_lesson(lessons[index][0])

    app.push_screen(Choose("The course", [title for _, title in lessons]), chosen)


def open_lesson(app: "TracenovaApp", name: str) -> None:
    """Begin a lesson, or go on with it; it takes the place of another one."""
    try:
        learner = Learner(app.bench)
        learner.begin(name)
    except LessonError as error:
        app.notify(str(error), severity="error", markup=False)
        return
    screen = CourseScreen(learner)
    if isinstance(app.screen, CourseScreen):
        app.switch_screen(screen)
    else:
        app.push_screen(screen)
