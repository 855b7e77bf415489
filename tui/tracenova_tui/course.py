"""The course beside a screen: one student, one lesson, what was said last.

Knows no screen. What takes long (``run``, ``check``) is called on a thread, and given up
from another one.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracenova.lesson import language, watching
from tracenova.lesson.bench import Bench, ChildBench
from tracenova.lesson.catalog import Catalog
from tracenova.lesson.course import Course
from tracenova.lesson.errors import GivenUp, LessonError
from tracenova.lesson.findings import Finding, Result
from tracenova.lesson.limits import Ended
from tracenova.lesson.spec import Lesson, Run

__all__ = ["GivenUp", "Learner", "LessonError", "QuietBench", "Run", "Said"]

_MARKS = {"solved": "✓", "skipped": "↷", "started": "…", "open": "·"}
_LONGEST_BAR = 18


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph that the course says, and the role of its look."""

    text: str
    role: str = ""


class QuietBench:
    """A bench that never writes to the terminal: a screen is there."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.last = Ended(0)

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Run the command line in the folder, and keep what it says."""
        self.last = self._bench.tracenova(arguments, folder)
        return self.last

    def call(self, *arguments: Any, **named: Any) -> Any:
        """Call a function of a file; see ``Bench``."""
        return self._bench.call(*arguments, **named)


class Learner:
    """One student at one lesson.

    Args:
        bench: where labs and code run; None: in processes of their own.
        lang: the language; None: the locale's.

    Attributes:
        lesson: what is being learnt.
        folder: the student's files.
        said: what hints and checks have said, oldest first.

    Raises:
        LessonError: a folder of lessons cannot be used.
    """

    def __init__(self, bench: Bench | None = None, lang: str | None = None) -> None:
        self._stop = threading.Event()
        self._bench = QuietBench(bench or ChildBench(None, self._stop))
        self.course = Course(Catalog(), self._bench, language.chosen(lang))
        self.lesson: Lesson = next(iter(self.course.catalog))
        self.folder = Path.cwd()
        self.said: list[Said] = []

    # --- looking ------------------------------------------------------------------

    def choices(self) -> list[tuple[str, str]]:
        """Return each lesson's name, and its title with how far it is."""
        return [
            (row.lesson.slug, f"{_MARKS[row.state]} {row.title}")
            for row in self.course.rows()
        ]

    @property
    def title(self) -> str:
        """The lesson's number and title."""
        return self.course.title(self.lesson)

    @property
    def text(self) -> str:
        """The lesson's text, Markdown."""
        return self.course.text(self.lesson)

    @property
    def is_done(self) -> bool:
        """Whether the lesson is solved, or was left on purpose."""
        states = {row.lesson.slug: row.state for row in self.course.rows()}
        return states[self.lesson.slug] in ("solved", "skipped")

    def progress(self) -> tuple[str, str]:
        """Return how many lessons are solved, as a bar and as words."""
        solved, count = self.course.solved()
        full = round(_LONGEST_BAR * solved / count) if count else 0
        return "▮" * full + "▯" * (_LONGEST_BAR - full), f"{solved}/{count}"

    def runs(self) -> list[Run]:
        """Return the runs that give nothing away any more."""
        return [r for r in self.lesson.runs if self.course.may_run(self.lesson, r)]

    def trace(self, run: Run) -> Path | None:
        """Return the trace that a run has left in the student's folder."""
        path = self.folder / run.trace_name
        return path if path.is_file() else None

    def files(self) -> list[Path]:
        """Return what there is to edit, as far as it is a file of the exercise."""
        names = {file.name for file in self.lesson.exercise.glob("*")}
        if self.lesson.questions:
            names.add("answers.toml")
        return [file for file in sorted(self.folder.glob("*")) if file.name in names]

    def saved(self) -> watching.State:
        """Return what changes when the student saves a file."""
        try:
            return watching.state(self.folder)
        except OSError:
            return {}

    # --- doing --------------------------------------------------------------------

    def begin(self, slug: str) -> None:
        """Make a lesson the current one; its files are put into a folder.

        Raises:
            LessonError: the folder cannot be written.
        """
        self.lesson, self.folder, _ = self.course.start(slug, self.course.place())
        where = self.course.own.say(
            "runner", "started", title=self.title, folder=self.folder
        )
        self.said = [Said(where, "dim")]

    def hint(self) -> None:
        """Have the next hint said.

        Raises:
            LessonError: progress cannot be kept.
        """
        at, hints = self.course.hints(self.lesson)
        own = self.course.own
        text = own.say("runner", "hint", at=at, count=len(hints), hint=hints[at - 1])
        self.said = [one for one in self.said if one.text != text]
        self.said.append(Said(text, "key"))

    def run(self, run: Run) -> Path:
        """Boot a run; return its trace. Takes seconds.

        Raises:
            LessonError: it left no trace.
            GivenUp: nobody waits any more.
        """
        self._stop.clear()
        self.course.run(self.lesson, run, self.folder)
        found = self.trace(run)
        if found is None:
            complaint = self._bench.last.errors.strip().splitlines()
            raise LessonError(
                f"{run.name}: {complaint[-1] if complaint else 'no trace'}"
            )
        return found

    def check(self) -> bool:
        """Check the student's work, and have said what was found. Takes seconds.

        Raises:
            LessonError: progress cannot be kept.
            GivenUp: nobody waits any more.
        """
        self._stop.clear()
        result = self.course.check(self.lesson, self.folder)
        self.said = [*_findings(result), self._verdict(result)]
        if result.passed:
            own = self.course.own
            for run in self.course.reveal(self.lesson, self.folder):
                self.say(own.say("runner", "reveal", name=run.name), "dim")
        return result.passed

    def give_up(self) -> None:
        """Stop what is under way; it raises ``GivenUp`` there."""
        self._stop.set()

    def upcoming(self) -> str | None:
        """Return the name of the lesson after this one, None after the last."""
        after = self.course.catalog.after(self.lesson)
        return after.slug if after else None

    def skip(self) -> None:
        """Leave the lesson unsolved for now."""
        self.course.skip(self.lesson)

    def reset(self) -> None:
        """Begin the lesson anew; the student's files are kept beside it.

        Raises:
            LessonError: they cannot be moved.
        """
        kept = self.course.reset(self.lesson, self.folder)
        text = self.course.own.say("runner", "reset", title=self.title, kept=kept)
        self.said = [Said(text, "dim")]

    def say(self, text: str, role: str = "") -> None:
        """Have something else said."""
        self.said.append(Said(text, role))

    def _verdict(self, result: Result) -> Said:
        role = "ok" if result.passed else "error" if result.error else "strong"
        return Said(self.course.verdict(self.lesson, result), role)


def _findings(result: Result) -> list[Said]:
    return [said for one in result.findings for said in _finding(one)]


def _finding(one: Finding) -> list[Said]:
    mark, role = ("✓", "ok") if one.passed else ("✗", "warn")
    message = f": {one.message}" if one.message else ""
    said = [Said(f"{mark} {one.name}{message}", role)]
    printed = one.output.strip().splitlines()[-5:]
    return said + [Said(f"| {row}", "dim") for row in printed]
