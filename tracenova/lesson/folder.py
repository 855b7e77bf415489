"""The student's folder of a lesson: filled at the start, kept safe at a reset."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracenova.lesson import answers, language
from tracenova.lesson.errors import FolderError
from tracenova.lesson.spec import Lesson

TEXT: Final = "LESSON.md"
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def fill(lesson: Lesson, folder: Path, lang: str) -> list[str]:
    """Put the exercise into the folder; return the names that were there already.

    Raises:
        FolderError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = []
        for name, content in _given(lesson, lang):
            if (folder / name).exists():
                kept.append(name)
            else:
                (folder / name).write_bytes(content)
        (folder / TEXT).write_text(_text(lesson, lang), encoding="utf-8")
    except OSError as error:
        raise FolderError(f"{folder}: cannot be written: {error.strerror}") from None
    return kept


def put_aside(lesson: Lesson, folder: Path, lang: str) -> Path:
    """Move the student's versions of the exercise's files into a folder of their own.

    Raises:
        FolderError: they cannot be moved.
    """
    aside = folder / time.strftime("before-reset-%Y%m%d-%H%M%S")
    try:
        aside.mkdir(parents=True, exist_ok=True)
        for name, _ in _given(lesson, lang):
            if (folder / name).exists():
                (folder / name).replace(aside / name)
    except OSError as error:
        raise FolderError(f"{aside}: cannot be written: {error.strerror}") from None
    return aside


def fill_solution(lesson: Lesson, folder: Path, lang: str) -> None:
    """Put one right solution into the folder: for tests and teachers."""
    fill(lesson, folder, lang)
    for file in sorted(lesson.solution.iterdir()):
        if file.is_file():
            shutil.copyfile(file, folder / file.name)


def _given(lesson: Lesson, lang: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file that the student starts from."""
    words, own = language.of(lesson, lang), language.own(lang)
    if lesson.questions:
        yield answers.FILE, answers.template(lesson, words, own).encode()
    translated = lesson.folder / f"exercise.{lang}"
    for file in sorted(lesson.exercise.glob("*")):
        if file.is_file():
            other = translated / file.name
            yield file.name, (other if other.is_file() else file).read_bytes()


def _text(lesson: Lesson, lang: str) -> str:
    """Return the lesson's text with links that work from the student's folder."""
    text = language.text_of(lesson, lang).read_text(encoding="utf-8")
    return _LINK.sub(
        lambda link: f"]({(lesson.folder / link[1]).resolve()}{link[2] or ''})", text
    )
