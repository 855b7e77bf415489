"""Grades a folder of submissions: one student's, or a whole class's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracenova.lesson import checking
from tracenova.lesson.bench import Bench
from tracenova.lesson.catalog import Catalog
from tracenova.lesson.errors import FolderError
from tracenova.lesson.findings import Result
from tracenova.lesson.spec import Lesson


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's folder of one lesson."""

    student: str
    lesson: Lesson
    folder: Path


def submissions(
    catalog: Catalog, folder: Path, lesson: Lesson | None = None
) -> list[Submission]:
    """Return what there is to grade in a folder.

    It is a lesson's folder itself, or holds lessons' folders, or holds students' folders
    that do. With ``lesson`` given, the folders need not be called after it.

    Raises:
        FolderError: there is nothing to grade.
    """
    if not folder.is_dir():
        raise FolderError(f"{folder}: there is no such folder")
    found = list(_found(catalog, folder.resolve(), lesson))
    if not found:
        names = "NN-topic, as tracenova lesson start calls them"
        raise FolderError(f"{folder}: holds no lesson's folder ({names})")
    return found


def _found(
    catalog: Catalog, folder: Path, lesson: Lesson | None
) -> Iterator[Submission]:
    by_slug = {each.slug: each for each in catalog}
    if lesson is not None:
        by_slug = {lesson.slug: lesson}
    if folder.name in by_slug:
        yield Submission("", by_slug[folder.name], folder)
        return
    inside = _folders(folder)
    own = [each for each in inside if each.name in by_slug]
    for each in own:
        yield Submission("", by_slug[each.name], each)
    if own:
        return
    for student in inside:
        theirs = [each for each in _folders(student) if each.name in by_slug]
        for each in theirs:
            yield Submission(student.name, by_slug[each.name], each)
        if not theirs and lesson is not None:
            yield Submission(student.name, lesson, student)
    if not inside and lesson is not None:
        yield Submission("", lesson, folder)


def _folders(folder: Path) -> list[Path]:
    return sorted(
        each
        for each in folder.iterdir()
        if each.is_dir() and not each.is_symlink() and not each.name.startswith(".")
    )


def graded(
    found: list[Submission], bench: Bench, lang: str
) -> Iterator[tuple[Submission, Result]]:
    """Yield each submission with its result; one that fails costs no other."""
    for submission in found:
        try:
            result = checking.check(submission.lesson, submission.folder, bench, lang)
        except Exception as error:  # noqa: BLE001 - the class is graded to its end
            said = f"{type(error).__name__}: {error}"
            result = Result(submission.lesson.slug, error=said)
        yield submission, result
