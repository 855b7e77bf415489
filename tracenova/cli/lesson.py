"""``tracenova lesson``: the course, lesson by lesson."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import lesson_check, lesson_grade, lesson_words, text
from tracenova.cli.lesson_course import Options, course_options, told

if TYPE_CHECKING:
    from tracenova.lesson.course import Course
    from tracenova.lesson.spec import Lesson

_MARKS = {"solved": "✓", "skipped": "↷", "started": "…", "open": "·"}


@click.group("lesson")
def command() -> None:
    """The course: lessons that run the real thing and grade themselves.

    Start with: tracenova lesson start 1
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@course_options
def list_lessons(options: Options, as_json: bool) -> None:
    """List the lessons and how far you are."""
    with told():
        course = options.course()
        rows = course.rows()
    if as_json:
        known = [
            {
                "number": row.lesson.number,
                "slug": row.lesson.slug,
                "title": row.title.partition(" · ")[2],
                "kind": row.lesson.kind,
                "minutes": row.lesson.minutes,
                "state": row.state,
                "current": row.is_current,
                "hints": row.done.hints,
                "attempts": row.done.attempts,
            }
            for row in rows
        ]
        click.echo(json.dumps(known, ensure_ascii=False, indent=1))
        return
    for row in rows:
        arrow = "▸" if row.is_current else " "
        click.echo(text.escaped(f"{arrow} {_MARKS[row.state]} {row.title}"))
    solved, count = course.solved()
    bar = "█" * solved + "░" * (count - solved)
    click.echo(
        f"{bar}  {course.own.say('runner', 'progress', done=solved, count=count)}"
    )


@command.command("start")
@click.argument("name", metavar="LESSON")
@click.option(
    "--dir",
    "into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to make the lesson's folder; without it: here.",
)
@course_options
def start(options: Options, name: str, into: Path | None) -> None:
    """Begin a lesson: its files are put into a folder of yours.

    LESSON is a number or a name of tracenova lesson list.
    """
    with told():
        course = options.course()
        _start(course, name, into)


def _start(course: "Course", name: str, into: Path | None) -> None:
    lesson, folder, kept = course.start(name, into or Path.cwd())
    _show(course, lesson)
    click.echo()
    _say(course, "started", title=course.title(lesson), folder=folder)
    for file in kept:
        _say(course, "kept", file=file)
    _say(course, "start_next", folder=folder.name)


@command.command("read")
@click.argument("name", metavar="[LESSON]", required=False)
@course_options
def read(options: Options, name: str | None) -> None:
    """Show a lesson's text again."""
    with told():
        course = options.course()
        _show(course, course.lesson(name))


def _show(course: "Course", lesson: "Lesson") -> None:
    from tracenova.cli.render import lesson as render

    for line in render.lines(course.text(lesson), text.width()):
        click.echo(line)
    if lesson.glossary:
        words = " ".join(lesson.glossary)
        said = course.own.say("runner", "words", words=words)
        for line in render.folded(said, text.width()):
            click.echo(line)


@command.command("run")
@click.argument("names", metavar="[RUN...]", nargs=-1)
@course_options
def run(options: Options, names: tuple[str, ...]) -> int:
    """Boot what the current lesson looks at; traces are saved in your folder.

    RUN is the name of one of the lesson's runs; without it, all of them.
    """
    with told():
        course = options.course()
        lesson = course.lesson(None)
        folder = course.folder(lesson)
        wanted = _runs(course, lesson, names)
        for at, one in enumerate(wanted):
            if at:
                click.echo()
            code = course.run(lesson, one, folder)
            if code not in (0, 1):  # 1: the server is in ERROR, perhaps as it should be
                return code
    return 0


def _runs(course: "Course", lesson: "Lesson", names: tuple[str, ...]) -> list[Any]:
    from tracenova.lesson.errors import LessonError

    known = {one.name: one for one in lesson.runs}
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise LessonError(f"{lesson.slug} has no run {name!r} (runs: {listed})")
    wanted = [known[name] for name in names or known]
    ready = [one for one in wanted if course.may_run(lesson, one)]
    for one in wanted:
        if one not in ready:
            _say(course, "after_check", name=one.name)
    if not wanted:
        _say(course, "no_runs")
    return ready


@command.command("hint")
@click.argument("name", metavar="[LESSON]", required=False)
@click.option("--all", "show_all", is_flag=True, help="All that you have seen.")
@course_options
def hint(options: Options, name: str | None, show_all: bool) -> None:
    """Show the next hint; each says a little more."""
    from tracenova.cli.render import lesson as render

    with told():
        course = options.course()
        at, hints = course.hints(course.lesson(name))
    first = 0 if show_all else at - 1
    for number in range(max(0, first), at):
        said = course.own.say(
            "runner", "hint", at=number + 1, count=len(hints), hint=hints[number]
        )
        for line in render.folded(said, text.width()):
            click.echo(line)
    if at == len(hints):
        _say(course, "no_more_hints")


@command.command("reset")
@click.argument("name", metavar="[LESSON]", required=False)
@course_options
def reset(options: Options, name: str | None) -> None:
    """Begin a lesson anew; what you wrote is kept in a folder beside it."""
    with told():
        course = options.course()
        lesson = course.lesson(name)
        kept = course.reset(lesson, course.folder(lesson))
    _say(course, "reset", title=course.title(lesson), kept=kept)


@command.command("next")
@click.option("--skip", is_flag=True, help="Although this one is not solved.")
@click.option(
    "--dir", "into", type=click.Path(file_okay=False, path_type=Path), help="As start."
)
@course_options
def next_lesson(options: Options, skip: bool, into: Path | None) -> int:
    """Go on to the next lesson.

    Exit code: 1 when this lesson is not solved (--skip goes on all the same).
    """
    with told():
        course = options.course()
        rows = {row.lesson.slug: row for row in course.rows() if row.is_current}
        for row in rows.values():
            if row.state not in ("solved", "skipped"):
                if not skip:
                    _say(course, "not_solved", title=row.title)
                    return 1
                course.skip(row.lesson)
        upcoming = course.upcoming()
        if upcoming is None:
            _say(course, "no_next")
            return 0
        _start(course, upcoming.slug, into or course.place())
    return 0


def _say(course: "Course", key: str, **values: object) -> None:
    click.echo(text.escaped(course.own.say("runner", key, **values)))


command.add_command(lesson_check.command)
command.add_command(lesson_words.command)
command.add_command(lesson_grade.command)
