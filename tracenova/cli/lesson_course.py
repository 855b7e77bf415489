"""What all commands of ``tracenova lesson`` share: options, the course, errors."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput

if TYPE_CHECKING:
    from tracenova.lesson.course import Course


@dataclass(frozen=True, slots=True)
class Options:
    """Which lessons, in which language."""

    lang: str | None
    folders: tuple[Path, ...]

    def course(self) -> "Course":
        """Return the course.

        Raises:
            LessonError: a folder of lessons cannot be used.
        """
        from tracenova.lesson import language
        from tracenova.lesson.bench import ChildBench
        from tracenova.lesson.catalog import Catalog
        from tracenova.lesson.course import Course

        catalog = Catalog(*self.folders)
        narrate = _narrate if sys.stderr.isatty() else None
        return Course(catalog, ChildBench(narrate), language.chosen(self.lang))


def _narrate(line: str) -> None:
    click.echo(line, err=True)


def course_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lang and --lessons, given to the command as ``options``."""

    @functools.wraps(function)
    def wrapped(lang: str | None, folders: tuple[Path, ...], **others: Any) -> Any:
        return function(options=Options(lang, folders), **others)

    for option in (
        click.option(
            "--lessons",
            "folders",
            multiple=True,
            type=click.Path(file_okay=False, path_type=Path),
            help="A folder with lessons of your own class.",
        ),
        click.option(
            "--lang", type=click.Choice(["en", "zh"]), help="Instead of the locale's."
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Give the block's errors their exit codes."""
    from tracenova.lesson.errors import LessonError

    try:
        yield
    except LessonError as error:
        raise BadInput(text.escaped(str(error))) from None
