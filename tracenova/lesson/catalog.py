"""Finds the lessons: those that come along, and a class folder's own."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from tracenova.lesson.errors import BrokenLesson, LessonError, UnknownLesson
from tracenova.lesson.spec import KINDS, QUESTION_TYPES, Lesson, Question, Run

_PACKAGE = Path(__file__).parents[1]
_SLUG = re.compile(r"(\d{2,3})-[a-z0-9][a-z0-9-]*")


def home() -> Path:
    """Return the folder of the lessons that come along, of a wheel or a checkout."""
    installed = _PACKAGE / "_lessons"
    return installed if installed.is_dir() else _PACKAGE.parent / "lessons"


class Catalog:
    """All lessons, by number.

    Args:
        extra: folders of a class's own lessons; ``TRACENOVA_LESSONS`` may name one too.

    Raises:
        LessonError: a folder is missing, or two lessons have one number.
        BrokenLesson: a lesson's ``lesson.toml`` is wrong.
    """

    def __init__(self, *extra: Path) -> None:
        given = os.environ.get("TRACENOVA_LESSONS")
        folders = [home(), *extra, *([Path(given)] if given else [])]
        found: dict[int, Lesson] = {}
        for lesson in (each for folder in folders for each in _lessons_of(folder)):
            other = found.setdefault(lesson.number, lesson)
            if other.folder.resolve() != lesson.folder.resolve():
                raise LessonError(
                    f"{lesson.folder}: number {lesson.number} is taken by {other.slug}; "
                    "give it another"
                )
        self._lessons = dict(sorted(found.items()))

    def __iter__(self) -> Iterator[Lesson]:
        return iter(self._lessons.values())

    def __len__(self) -> int:
        return len(self._lessons)

    def find(self, name: str) -> Lesson:
        """Return a lesson by number (``7``), slug or the beginning of a slug.

        Raises:
            UnknownLesson: there is none, or several.
        """
        if name.isdecimal() and int(name) in self._lessons:
            return self._lessons[int(name)]
        exact = [lesson for lesson in self if lesson.slug == name]
        word = [
            lesson
            for lesson in self
            if name and not name.isdecimal() and name in lesson.slug
        ]
        found = exact or word
        if len(found) == 1:
            return found[0]
        problem = "several lessons are called" if found else "there is no lesson"
        raise UnknownLesson(f"{problem} {name!r}; see: tracenova lesson list")

    def after(self, lesson: Lesson) -> Lesson | None:
        """Return the next lesson, None after the last."""
        later = (each for each in self if each.number > lesson.number)
        return next(later, None)


def _lessons_of(folder: Path) -> Iterator[Lesson]:
    if not folder.is_dir():
        raise LessonError(f"{folder}: there is no such folder of lessons")
    for path in sorted(folder.iterdir()):
        if (path / "lesson.toml").is_file():
            yield load(path)


def load(folder: Path) -> Lesson:
    """Read one lesson's folder.

    Raises:
        BrokenLesson: its name or its ``lesson.toml`` is wrong.
    """
    file = folder / "lesson.toml"
    match = _SLUG.fullmatch(folder.name)
    if match is None:
        raise BrokenLesson(f"{folder}: a lesson's folder is called NN-topic")
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenLesson(f"{file}: {error}") from None
    place = {"number": int(match[1]), "slug": folder.name, "folder": folder}
    try:
        lesson = _lesson(file, said, place)
        _check(lesson, file)
    except (AttributeError, TypeError, ValueError) as error:
        raise BrokenLesson(f"{file}: a value is of the wrong kind: {error}") from None
    return lesson


def _lesson(file: Path, said: dict[str, Any], place: Mapping[str, Any]) -> Any:
    runs = tuple(
        _made(Run, file, {**run, "config": tuple(run.get("config", ()))})
        for run in said.pop("run", [])
    )
    questions = tuple(_question(file, asked) for asked in said.pop("question", []))
    lists = {key: tuple(said.pop(key, ())) for key in ("nova", "glossary")}
    made = {**said, **place, **lists, "runs": runs, "questions": questions}
    return _made(Lesson, file, made)


def _question(file: Path, asked: Mapping[str, Any]) -> Any:
    options = tuple(asked.get("options", ()))
    before = tuple(tuple(pair) for pair in asked.get("before", ()))
    return _made(Question, file, {**asked, "options": options, "before": before})


def _made(cls: Any, file: Path, said: Mapping[str, Any]) -> Any:
    known = [field.name for field in fields(cls)]
    for key in said:
        if key not in known:
            raise BrokenLesson(
                f"{file}: unknown key {key!r} (known: {', '.join(known)})"
            )
    try:
        return cls(**said)
    except TypeError as error:
        raise BrokenLesson(f"{file}: {error}") from None


def _check(lesson: Lesson, file: Path) -> None:
    if lesson.kind not in KINDS:
        raise BrokenLesson(
            f"{file}: kind {lesson.kind!r} is none of {', '.join(KINDS)}"
        )
    for question in lesson.questions:
        if question.type not in QUESTION_TYPES:
            known = ", ".join(QUESTION_TYPES)
            raise BrokenLesson(f"{file}: {question.id}: its type is none of {known}")
        if question.type in ("choice", "set", "order") and not question.options:
            raise BrokenLesson(f"{file}: {question.id}: needs options")
