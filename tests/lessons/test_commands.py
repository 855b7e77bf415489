"""Every command that a lesson shows is run, and says what the lesson shows."""

import shlex
from pathlib import Path

import pytest

from tests.lessons import transcripts
from tests.lessons.local_bench import command_line
from tests.lessons.material import LESSONS, SLUGS, texts
from tracenova.lesson.bench import Bench
from tracenova.lesson.spec import Lesson

_NOT_YET = "the scheduler was not asked in this trace"  # it is not solved here
_LACKING = (3,)  # libvirt-python is not everywhere; the command says so in one line
pytestmark = pytest.mark.timeout(240)  # several labs, perhaps on a busy machine


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
@pytest.mark.usefixtures("bench")
def test_commands_say_what_the_text_shows(lesson: Lesson, tmp_path: Path) -> None:
    """In the student's folder, after `start` and `run`; ids, times and blanks may differ."""
    number = str(lesson.number)
    begun = command_line(["lesson", "start", number, "--dir", str(tmp_path)], tmp_path)
    assert begun.code == 0, begun.errors
    ran = command_line(["lesson", "run"], tmp_path)
    assert ran.code in (0, 1), ran.errors
    folder = tmp_path / lesson.slug
    said: dict[str, str] = {}
    for page in texts(lesson):
        for shown in transcripts.of(page):
            if shown.command not in said:
                said[shown.command] = transcripts.run(shown, folder)
            problem = transcripts.differences(shown, said[shown.command], folder)
            assert problem is None, f"{page.name}: $ {shown.command}: {problem}"
        for command in transcripts.loose(page):
            if command not in said and not _is_for_people(lesson, command):
                ended = command_line(shlex.split(command)[1:], folder)
                fine = ended.code in (0, 1, *_LACKING) or _NOT_YET in ended.errors
                assert fine, f"{command}: {ended.errors}"
                said[command] = ended.output


def _is_for_people(lesson: Lesson, command: str) -> bool:
    """Say whether a command waits for somebody, or needs what only a solution brings."""
    later = {run.trace_name for run in lesson.runs if run.after_check}
    words = set(command.split())
    waits = {"tui", "--watch", "--step", "--keep"} & words
    return bool(waits or later & words or words <= {"tracenova", "lesson", "start"})


@pytest.mark.usefixtures("bench")
def test_a_lesson_shows_at_least_one_run() -> None:
    """Each has something to watch."""
    silent = [
        lesson.slug
        for lesson in LESSONS
        if not any(
            shown.command.startswith("tracenova lesson run")
            for shown in transcripts.of(lesson.folder / "lesson.en.md")
        )
    ]
    assert silent == []


def test_what_is_shown_is_compared(bench: Bench, tmp_path: Path) -> None:
    """A line that is not there, or is missing at the end, is noticed."""
    shown = transcripts.Shown("tracenova x", ("a 1", "…", "c 12 ms"))
    assert transcripts.differences(shown, "a 1\nb\nc 13 ms\n", tmp_path) is None
    assert transcripts.differences(shown, "a 2\nc 1 ms\n", tmp_path) is not None
    assert transcripts.differences(shown, "a 1\nc 1 ms\nd\n", tmp_path) is not None
