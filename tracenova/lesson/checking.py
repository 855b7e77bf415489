"""Checks one exercise: its answers, then whatever its ``check.py`` looks at."""

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from tracenova.lesson import answers
from tracenova.lesson.attempt import Attempt, Stop
from tracenova.lesson.bench import Bench
from tracenova.lesson.errors import LessonError
from tracenova.lesson.findings import Finding, Result
from tracenova.lesson.spec import Lesson


def check(lesson: Lesson, folder: Path, bench: Bench, lang: str) -> Result:
    """Return what the check of a student's folder finds; it never raises for bad work."""
    if not folder.is_dir():
        return Result(lesson.slug, error=f"{folder}: there is no such folder")
    with tempfile.TemporaryDirectory(prefix="tracenova-check-") as work:
        attempt = Attempt(lesson, folder, bench, Path(work), lang)
        found: list[Finding] = []
        try:
            found.extend(_findings(attempt))
        except Stop as stop:
            found.append(stop.finding)
        except LessonError as error:
            return Result(lesson.slug, tuple(found), str(error))
    return Result(lesson.slug, tuple(found))


def _findings(attempt: Attempt) -> Iterator[Finding]:
    lesson = attempt.lesson
    module = _module(lesson)
    if lesson.questions:
        given = attempt.answers
        graded = answers.grade(lesson, given, {}, attempt.words, attempt.own)
        if all(given.get(asked.id) in (None, "", []) for asked in lesson.questions):
            yield from graded  # nothing answered: no lab needs to run for that
            return
        work_out = getattr(module, "answers", None)
        known = work_out(attempt) if work_out else {}
        yield from answers.grade(lesson, given, known, attempt.words, attempt.own)
    look = getattr(module, "check", None)
    if look is not None:
        yield from look(attempt)


def _module(lesson: Lesson) -> ModuleType | None:
    file = lesson.folder / "check.py"
    if not file.is_file():
        return None
    name = f"tracenova_lesson_{lesson.slug.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes  # a lesson's folder stays as it was installed
    return module
