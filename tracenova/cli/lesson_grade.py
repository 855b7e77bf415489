"""``tracenova lesson grade DIR``: for teachers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.cli.lesson_course import Options, course_options, told

if TYPE_CHECKING:
    from tracenova.lesson.findings import Result
    from tracenova.lesson.grading import Submission


@click.command("grade")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--lesson", "name", help="All submissions are of this lesson.")
@click.option("--json", "as_json", is_flag=True, help="Exercism's results.json, v3.")
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a table of the class.",
)
@course_options
def command(
    options: Options, folder: Path, name: str | None, as_json: bool, table: Path | None
) -> int:
    """Grade a folder of submissions.

    DIR is a lesson's folder (07-filters), or holds such folders, or holds one folder a
    student that does. One submission gives one results.json document, several give
    them in a list. Nobody's progress is changed.

    Exit code: 0 all pass, 1 some do not, 2 some cannot be graded.
    """
    from tracenova.lesson import grading, results
    from tracenova.lesson.bench import ChildBench

    with told():
        course = options.course()
        lesson = None if name is None else course.catalog.find(name)
        found = grading.submissions(course.catalog, folder, lesson)
        rows = []
        for submission, result in grading.graded(found, ChildBench(), course.lang):
            rows.append((submission, result))
            if not as_json:
                click.echo(_line(submission, result))
    if as_json:
        document = _document(rows)
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    if table is not None:
        _write(table, results.table((each.student, found) for each, found in rows))
    return max(results.EXIT_CODES[result.status] for _, result in rows)


def _document(rows: "list[tuple[Submission, Result]]") -> dict[str, Any]:
    """Return one document, or all of them with who handed them in."""
    from tracenova.lesson import results

    if len(rows) == 1:
        return results.document(rows[0][1])
    listed = [
        {
            "student": submission.student,
            "lesson": submission.lesson.slug,
            **results.document(result),
        }
        for submission, result in rows
    ]
    worst = max((result.status for _, result in rows), key=_badness)
    return {"version": results.VERSION, "status": worst, "submissions": listed}


def _badness(status: str) -> int:
    return ("pass", "fail", "error").index(status)


def _line(submission: "Submission", result: "Result") -> str:
    passed = len(result.findings) - len(result.failures)
    who = f"{submission.student} " if submission.student else ""
    said = f"{who}{submission.lesson.slug}: {result.status}"
    said += f" ({passed} of {len(result.findings)})"
    problem = result.error or "".join(f.message for f in result.failures[:1])
    return text.escaped(f"{said}  {problem}".rstrip())


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
