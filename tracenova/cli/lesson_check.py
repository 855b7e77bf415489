"""``tracenova lesson check``: is it solved? Once, or at every save."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracenova.cli import text
from tracenova.cli.lesson_course import Options, course_options, told

if TYPE_CHECKING:
    from tracenova.lesson.course import Course
    from tracenova.lesson.findings import Result
    from tracenova.lesson.spec import Lesson


@click.command("check")
@click.argument("name", metavar="[LESSON]", required=False)
@click.option(
    "--dir",
    "given",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to check, if it is not the one of tracenova lesson start.",
)
@click.option("--watch", is_flag=True, help="Again at every save, until it is solved.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@course_options
def command(
    options: Options,
    name: str | None,
    given: Path | None,
    watch: bool,
    as_json: bool,
) -> int:
    """Check your work; it says what is not right yet, and not how to do it.

    Exit code: 0 solved, 1 not yet, 2 it cannot be checked.
    """
    with told():
        course = options.course()
        lesson = course.lesson(name)
        folder = course.folder(lesson, given)
        if watch:
            return _watched(course, lesson, folder)
        return _checked(course, lesson, folder, as_json=as_json)


def _watched(course: "Course", lesson: "Lesson", folder: Path) -> int:
    from tracenova.lesson import watching

    click.echo(text.escaped(course.own.say("runner", "watching", folder=folder)))
    while True:
        seen = watching.state(folder)
        code = _checked(course, lesson, folder, as_json=False)
        if code == 0:
            return code
        watching.wait_for_change(folder, seen)
        click.echo()


def _checked(course: "Course", lesson: "Lesson", folder: Path, *, as_json: bool) -> int:
    from tracenova.lesson import results

    result = course.check(lesson, folder)
    if as_json:
        click.echo(json.dumps(results.document(result), ensure_ascii=False, indent=1))
    else:
        for line in _lines(course, lesson, result):
            click.echo(line)
    if result.passed:
        _reveal(course, lesson, folder, quiet=as_json)
    return results.EXIT_CODES[result.status]


def _lines(course: "Course", lesson: "Lesson", result: "Result") -> list[str]:
    from tracenova.cli.render import lesson as render

    width = text.width()
    lines = [text.strong(text.escaped(course.title(lesson)))]
    for finding in result.findings:
        mark = "✓" if finding.passed else "✗"
        said = f": {finding.message}" if finding.message else ""
        first, *more = render.folded(f"{mark} {finding.name}{said}", width - 2)
        lines += [first, *(f"  {line}" for line in more)]
        if finding.output.strip():
            lines += [f"  | {text.escaped(line)}" for line in _tail(finding.output)]
    lines.append(text.escaped(course.verdict(lesson, result)))
    return lines


def _tail(output: str) -> list[str]:
    lines = output.strip().splitlines()
    return (
        lines if len(lines) <= 10 else [f"({len(lines) - 10} lines more)", *lines[-10:]]
    )


def _reveal(course: "Course", lesson: "Lesson", folder: Path, *, quiet: bool) -> None:
    """Give the student the traces that would have given the answer away before."""
    for run in course.reveal(lesson, folder):
        if not quiet:
            click.echo(course.own.say("runner", "reveal", name=run.name))
