"""The lessons as test material."""

from pathlib import Path
from typing import Final

from tracenova.lesson.catalog import Catalog
from tracenova.lesson.spec import Lesson

ROOT: Final = Path(__file__).parents[2]
LESSONS: Final = list(Catalog())
SLUGS: Final = [lesson.slug for lesson in LESSONS]


def texts(lesson: Lesson) -> list[Path]:
    """Return the lesson's texts in all languages."""
    return sorted(lesson.folder.glob("lesson.*.md"))
