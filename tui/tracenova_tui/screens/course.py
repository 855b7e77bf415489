"""A lesson and its trace side by side: hint, run, check, next, reset, watch.

Runs and checks take seconds and happen on a thread; Esc gives them up.
"""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tracenova_tui.course import Learner, Run
from tracenova_tui.screens.dialogs import EditText, Help
from tracenova_tui.screens.keys import helped
from tracenova_tui.screens.learning import Deed, Learning
from tracenova_tui.widgets.course_bar import CourseBar

_LOOK_S = 0.4
_KEYS = (
    ("f2", "app.course", "Choose a lesson of the course"),
    ("f4", "lesson_hint", "Hint: the next one, each says a little more"),
    ("f5", "lesson_run", "Run what the lesson watches, or look at its trace again"),
    ("f6", "lesson_check", "Check your work"),
    ("f7", "lesson_next", "Next lesson"),
    ("f8", "lesson_reset", "Reset: begin the lesson anew, your files are kept"),
    ("f9", "lesson_watch", "Watch: check again at every save"),
    ("E", "lesson_edit", "Edit a file of the exercise"),
)


class CourseScreen(Learning):
    """The story of a lesson's run, the lesson in the pane beside it.

    Args:
        learner: who learns what.
    """

    CSS: ClassVar[str] = """
    CourseScreen #pane { width: 50%; }
    CourseScreen #course { height: 1; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, action, meaning, show=False, tooltip=meaning, id=f"{action}_key")
        for key, action, meaning in _KEYS
        if action != "app.course"
    ]

    def __init__(self, learner: Learner) -> None:
        super().__init__(learner)
        self._seen: object = None  # the files at the last check, while watching
        self._moving: object = None  # the files when they were looked at last

    @property
    def watches(self) -> bool:
        """Whether every save is checked."""
        return self._seen is not None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        for widget in super().compose():
            yield widget
            if widget.id == "tabs":
                yield CourseBar(id="course")

    def on_mount(self) -> None:
        """Begin once the story's own part of the screen is there."""
        self.set_interval(_LOOK_S, self._look_at_files)
        self.call_after_refresh(self._look_first)

    def _look_first(self) -> None:
        """Show the trace of the lesson's first run, if it is there."""
        runs = self.learner.runs()
        found = [path for run in runs if (path := self.learner.trace(run))]
        if found:
            self.in_background(f"reading {found[0].name}", lambda: self.read(found[0]))
        elif runs:
            self.told_also("F5 runs what this lesson watches.")

    def on_unmount(self) -> None:
        """Wait for nothing any more."""
        self.learner.give_up()

    def commands(self) -> list[tuple[str, str, str]]:
        """Return what can be done here, for the palette."""
        own = [
            (f"Lesson: {what}", f"key: {key}", does) for key, does, what in _KEYS[1:]
        ]
        return [*own, *super().commands()]

    def action_help(self) -> None:
        """Say what is shown, and every key, those of the lesson first."""
        about = [*self.course.help, "", *self.sheet.help]
        keys = [(key.upper(), meaning) for key, _, meaning in _KEYS]
        self.app.push_screen(Help(self.learner.title, about, [*keys, *helped()]))

    # --- what the student does ------------------------------------------------------

    async def on_course_bar_clicked(self, event: CourseBar.Clicked) -> None:
        """Do what was clicked."""
        where = "app." if event.action == "course" else ""
        await self.run_action(f"{where}{event.action}")

    def action_lesson_hint(self) -> None:
        """Show the next hint."""
        self.do(self.learner.hint)

    def action_lesson_run(self) -> None:
        """Boot a run of the lesson, or look again at the trace of one."""
        runs = self.learner.runs()
        there = [path for run in runs if (path := self.learner.trace(run)) is not None]
        offers = [(f"look at {path.name}", self._reader(path)) for path in there]
        offers += [(f"run {run.name}", self._runner(run)) for run in runs]
        if not offers:
            self.told_also("This lesson has nothing to run yet.")
        elif len(offers) == 1:
            offers[0][1]()
        else:
            self.choose(self.learner.title, offers)

    def _reader(self, path: Path) -> Deed:
        return lambda: self.in_background(
            f"reading {path.name}", lambda: self.read(path)
        )

    def _runner(self, run: Run) -> Deed:
        return lambda: self.in_background(
            f"running {run.name}; Esc gives up",
            lambda: self.read(self.learner.run(run)),
        )

    def action_lesson_check(self) -> None:
        """Check the student's work."""
        self.in_background("checking; Esc gives up", self._check)

    def action_lesson_next(self) -> None:
        """Go on to the next lesson; an unsolved one is left only on purpose."""
        upcoming = self.learner.upcoming()
        if upcoming is None:
            self.told_also("That was the last lesson.")
        elif self.learner.is_done:
            self.app.open_lesson(upcoming)
        else:
            self.choose(
                "This lesson is not solved",
                [("stay", lambda: None), ("go on all the same", self._skip)],
            )

    def _skip(self) -> None:
        upcoming = self.learner.upcoming()
        if upcoming is not None and self.do(self.learner.skip):
            self.app.open_lesson(upcoming)

    def action_lesson_reset(self) -> None:
        """Begin the lesson anew, if that is really wished."""
        self.choose(
            "Begin this lesson anew? Your files are kept in a folder beside it",
            [("no", lambda: None), ("yes, begin anew", self._reset)],
        )

    def _reset(self) -> None:
        self.do(self.learner.reset)

    def action_lesson_watch(self) -> None:
        """Check at every save from now on, or no more."""
        watching = self._seen is None
        self._seen = self._moving = self.learner.saved() if watching else None
        words = (
            "Watching: save a file to check again." if watching else "Watching ended."
        )
        self.told_also(words)

    def action_lesson_edit(self) -> None:
        """Edit a file of the exercise here."""
        files = self.learner.files()
        if len(files) == 1:
            self._edit(files[0])
        elif files:
            offers = [(file.name, partial(self._edit, file)) for file in files]
            self.choose("Edit which file?", offers)
        else:
            self.told_also(
                f"There is no file of the exercise in {self.learner.folder}."
            )

    def _edit(self, file: Path) -> None:
        def keep(text: str | None) -> None:
            if text is not None:
                self.do(lambda: _written(file, text))

        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self.notify(f"{file}: {error}", severity="error", markup=False)
        else:
            self.app.push_screen(EditText(str(file), text), keep)

    def action_lift(self) -> None:
        """Give up what is under way; what Esc does elsewhere, too."""
        if self.course.busy:
            self.learner.give_up()
        super().action_lift()

    def _check(self) -> None:
        if self.learner.check() and self._seen is not None:
            self._seen = self._moving = None

    def _look_at_files(self) -> None:
        """Check when a file was saved and is quiet again."""
        if self._seen is None or self.course.busy:
            return
        now = self.learner.saved()
        if now != self._seen and now == self._moving:
            self._seen = now
            self.action_lesson_check()
        self._moving = now


def _written(file: Path, text: str) -> None:
    """Replace a file, whole or not at all."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
