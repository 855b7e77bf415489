"""Every exercise fails as it is given, says why, and is solved by its solution."""

from pathlib import Path

import pytest

from tests.lessons.material import LESSONS, SLUGS
from tracenova.lesson import checking, folder
from tracenova.lesson.bench import Bench
from tracenova.lesson.spec import Lesson

pytestmark = pytest.mark.timeout(240)  # several labs, perhaps on a busy machine
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)


@every_lesson
def test_the_unsolved_exercise_fails_with_a_line_that_helps(
    lesson: Lesson, bench: Bench, tmp_path: Path
) -> None:
    """What `start` gives is not solved, and each finding says what to do about it."""
    folder.fill(lesson, tmp_path / lesson.slug, "en")
    result = checking.check(lesson, tmp_path / lesson.slug, bench, "en")
    assert result.status == "fail", result
    for finding in result.failures:
        assert len(finding.message) >= 10, finding
        assert "Traceback" not in finding.message
        assert "unexpected" not in finding.message


@every_lesson
def test_the_solution_passes(lesson: Lesson, bench: Bench, tmp_path: Path) -> None:
    """So an exercise can be solved, by what the lesson says."""
    folder.fill_solution(lesson, tmp_path / lesson.slug, "en")
    result = checking.check(lesson, tmp_path / lesson.slug, bench, "en")
    assert result.status == "pass", list(result.failures) or result.error


@every_lesson
def test_the_folder_holds_what_the_runs_name(lesson: Lesson) -> None:
    """Labs and nova.conf files of a run are built in or lie in the lesson's folder."""
    for run in lesson.runs:
        if run.lab.endswith(".toml"):
            assert lesson.path(run.lab), run.lab
        for name in run.config:
            assert lesson.path(name), name


@every_lesson
def test_nothing_of_the_solution_is_given_away(lesson: Lesson) -> None:
    """The exercise's files are there to be changed, and the solution changes one."""
    given = {file.name: file.read_bytes() for file in lesson.exercise.glob("*")}
    solved = {file.name: file.read_bytes() for file in lesson.solution.glob("*")}
    assert solved
    assert any(given.get(name) != content for name, content in solved.items())
