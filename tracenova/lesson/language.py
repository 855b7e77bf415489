"""In which language: a lesson's words and the runner's own."""

import functools
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tracenova.lesson.errors import BrokenLesson
from tracenova.lesson.spec import Lesson

LANGUAGES: Final = ("en", "zh")
_OWN = Path(__file__).parent / "words"


def chosen(asked: str | None = None) -> str:
    """Return the language asked for, else the locale's, else English."""
    if asked in LANGUAGES:
        return str(asked)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


class Words:
    """Sentences by key, with English where a language lacks one.

    Args:
        said: the language's sentences.
        english: the English ones.
    """

    def __init__(self, said: Mapping[str, Any], english: Mapping[str, Any]) -> None:
        self._said = said
        self._english = english

    def get(self, *path: str) -> Any:
        """Return what stands at a path of keys; None when nothing does."""
        for table in (self._said, self._english):
            found: Any = table
            for key in path:
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        return None

    def say(self, *path: str, **values: object) -> str:
        """Return a sentence with the values put in.

        Raises:
            BrokenLesson: nobody wrote it, or it wants another value.
        """
        found = self.get(*path)
        if not isinstance(found, str):
            raise BrokenLesson(f"the sentence {'.'.join(path)} is missing")
        try:
            return found.format(**values).strip()
        except (KeyError, IndexError, ValueError) as error:
            raise BrokenLesson(f"the sentence {'.'.join(path)}: {error}") from None


@functools.cache
def own(language: str) -> Words:
    """Return the runner's own sentences."""
    return Words(_read(_OWN / f"{language}.toml"), _read(_OWN / "en.toml"))


def of(lesson: Lesson, language: str) -> Words:
    """Return the sentences of a lesson: title, questions, hints, what its check says.

    Raises:
        BrokenLesson: there are none in English, or a file cannot be read.
    """
    english = _read(lesson.folder / "words.en.toml")
    file = lesson.folder / f"words.{language}.toml"
    return Words(_read(file) if file.is_file() else english, english)


def text_of(lesson: Lesson, language: str) -> Path:
    """Return the lesson's text in the language, in English where it is missing."""
    file = lesson.folder / f"lesson.{language}.md"
    return file if file.is_file() else lesson.folder / "lesson.en.md"


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenLesson(f"{file}: {error}") from None
