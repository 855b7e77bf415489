"""The course as one student walks it: what the command line and the terminal UI ask for.

::

    course = Course(Catalog(), ChildBench(), "en")
    course.start("1", Path.cwd())
    result = course.check()
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracenova.lesson import boots, checking, language, progress
from tracenova.lesson import folder as folders
from tracenova.lesson.bench import Bench
from tracenova.lesson.catalog import Catalog
from tracenova.lesson.errors import FolderError, LessonError
from tracenova.lesson.findings import Result
from tracenova.lesson.progress import Done
from tracenova.lesson.spec import Lesson, Run


@dataclass(frozen=True, slots=True)
class Row:
    """One lesson of the overview."""

    lesson: Lesson
    title: str
    state: str
    is_current: bool
    done: Done


class Course:
    """The lessons, this student's progress, and what can be done next.

    Args:
        catalog: all lessons.
        bench: where labs and code run.
        lang: the language of texts and messages.
    """

    def __init__(self, catalog: Catalog, bench: Bench, lang: str) -> None:
        self.catalog = catalog
        self.lang = lang
        self.own = language.own(lang)
        self._bench = bench

    # --- looking ----------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return every lesson with its state."""
        known = progress.load()
        return [
            Row(
                lesson,
                self.title(lesson),
                known.of(lesson.slug).state,
                lesson.slug == known.current,
                known.of(lesson.slug),
            )
            for lesson in self.catalog
        ]

    def solved(self) -> tuple[int, int]:
        """Return how many lessons are solved, and how many there are."""
        known = progress.load()
        states = [known.of(lesson.slug).state for lesson in self.catalog]
        return states.count("solved"), len(states)

    def title(self, lesson: Lesson) -> str:
        """Return a lesson's number and title."""
        return f"{lesson.number} · {language.of(lesson, self.lang).say('title')}"

    def text(self, lesson: Lesson) -> str:
        """Return a lesson's text, Markdown."""
        return language.text_of(lesson, self.lang).read_text(encoding="utf-8")

    def lesson(self, name: str | None) -> Lesson:
        """Return a lesson by number or name; without one, the current lesson.

        Raises:
            LessonError: there is none, or no lesson is started.
        """
        if name is not None:
            return self.catalog.find(name)
        current = progress.load().current
        if not current:
            raise LessonError(self.own.say("runner", "nothing_started"))
        return self.catalog.find(current)

    def folder(self, lesson: Lesson, given: Path | None = None) -> Path:
        """Return where the student's files of a lesson are.

        Raises:
            FolderError: nowhere.
        """
        known = progress.load().of(lesson.slug).folder
        folder = given or (Path(known) if known else Path.cwd() / lesson.slug)
        if not folder.is_dir():
            raise FolderError(
                f"{folder}: there is no such folder; "
                f"tracenova lesson start {lesson.number} makes it"
            )
        return folder.resolve()

    # --- doing ------------------------------------------------------------------

    def start(self, name: str, into: Path) -> tuple[Lesson, Path, list[str]]:
        """Make a lesson the current one and give the student its files.

        A lesson begun before goes on where it is; files that are there are kept.

        Returns:
            The lesson, its folder, and the files that were there already.
        """
        lesson = self.catalog.find(name)
        with progress.changing() as known:
            done = known.of(lesson.slug)
            before = Path(done.folder) if done.folder else None
            is_there = before is not None and before.is_dir()
            folder = before if before and is_there else into.resolve() / lesson.slug
            kept = folders.fill(lesson, folder, self.lang)
            done.folder, known.current = str(folder), lesson.slug
        return lesson, folder, [] if is_there else kept

    def run(self, lesson: Lesson, run: Run, folder: Path) -> int:
        """Boot one of a lesson's runs before the student's eyes; return the exit code.

        The trace is saved in the student's folder.
        """
        with boots.own_files(lesson) as own:
            save = folder / run.trace_name
            save.unlink(missing_ok=True)
            arguments = [*boots.arguments(run, Path(own)), "--save", str(save)]
            ended = self._bench.tracenova(arguments, folder, show=True)
        if ended.code in (0, 1) and not ended.late and boots.is_whole(save):
            boots.keep(lesson, run, save)  # so that a check need not boot it again
        return ended.code

    def may_run(self, lesson: Lesson, run: Run) -> bool:
        """Say whether the run gives nothing away any more."""
        state = progress.load().of(lesson.slug).state
        return not run.after_check or state in ("solved", "skipped")

    def hints(self, lesson: Lesson) -> tuple[int, list[str]]:
        """Show one hint more; return how many were shown by now, and all hints."""
        all_hints = [str(hint).strip() for hint in self._hints(lesson)]
        with progress.changing() as known:
            done = known.of(lesson.slug)
            done.hints = min(done.hints + 1, len(all_hints))
            return done.hints, all_hints

    def check(self, lesson: Lesson, folder: Path) -> Result:
        """Check the student's folder and note what came of it.

        What the student's code may have done to the progress file is undone.
        """
        before = progress.load()
        result = checking.check(lesson, folder, self._bench, self.lang)
        with progress.changing() as known:
            if not set(before.lessons) <= set(known.lessons):
                known.current, known.lessons = before.current, before.lessons
            done = known.of(lesson.slug)
            done.attempts += 1
            if result.passed:
                done.passed_at = done.passed_at or time.time()
                done.skipped = False
        return result

    def reset(self, lesson: Lesson, folder: Path) -> Path:
        """Begin a lesson anew; return the folder that keeps the student's files."""
        aside = folders.put_aside(lesson, folder, self.lang)
        folders.fill(lesson, folder, self.lang)
        with progress.changing() as known:
            known.lessons[lesson.slug] = Done(folder=str(folder))
        return aside

    def skip(self, lesson: Lesson) -> None:
        """Leave a lesson unsolved for now."""
        with progress.changing() as known:
            done = known.of(lesson.slug)
            done.skipped = done.passed_at is None

    def upcoming(self) -> Lesson | None:
        """Return the lesson after the current one, None after the last."""
        current = progress.load().current
        if not current:
            return next(iter(self.catalog), None)
        return self.catalog.after(self.catalog.find(current))

    def place(self) -> Path:
        """Return where the next lesson's folder is made: beside the current one's."""
        known = progress.load()
        folder = known.of(known.current).folder if known.current else ""
        parent = Path(folder).parent if folder else Path.cwd()
        return parent if parent.is_dir() else Path.cwd()

    def verdict(self, lesson: Lesson, result: Result) -> str:
        """Return the sentence that sums up a check."""
        if result.error:
            return self.own.say("runner", "cannot", error=result.error)
        if not result.passed:
            return self.own.say("runner", "not_yet", count=len(result.failures))
        solved, count = self.solved()
        last = self.catalog.after(lesson) is None
        key = "finished" if solved == count else "last" if last else "done"
        return self.own.say("runner", key, done=solved, count=count)

    def reveal(self, lesson: Lesson, folder: Path) -> Iterator[Run]:
        """Yield the runs that are shown now that the answers are right."""
        for run in lesson.runs:
            if run.after_check:
                booted = boots.known(self._bench, lesson, run)
                if booted.file is not None:
                    shutil.copyfile(booted.file, folder / run.trace_name)
                yield run

    def _hints(self, lesson: Lesson) -> list[str]:
        found = language.of(lesson, self.lang).get("hints")
        return found if isinstance(found, list) else []
