"""The runner as its users meet it: start, hint, check, reset, next, grade."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.lessons.local_bench import command_line
from tests.lessons.material import LESSONS
from tracenova.cli import text
from tracenova.cli.render import lesson as render
from tracenova.lesson import bench, catalog, folder, progress
from tracenova.lesson.course import Course
from tracenova.lesson.limits import Ended

pytestmark = pytest.mark.usefixtures("bench")
FIRST, CODE = "01-end-to-end", "05-versions"


def lesson(tmp_path: Path, *arguments: str) -> Ended:
    """Run ``tracenova lesson …`` in the folder."""
    return command_line(["lesson", *arguments], tmp_path)


def solve(tmp_path: Path, slug: str) -> None:
    """Put the solution into the student's folder."""
    folder.fill_solution(catalog.Catalog().find(slug), tmp_path / slug, "en")


def test_a_student_walks_from_one_lesson_to_the_next(tmp_path: Path) -> None:
    """List, start, hint, check, next: progress is visible."""
    assert "▸" not in lesson(tmp_path, "list").output
    started = lesson(tmp_path, "start", "1")
    assert started.code == 0
    assert "One request, from end to end" in started.output
    assert (tmp_path / FIRST / "answers.toml").is_file()
    assert lesson(tmp_path, "check").code == 1
    assert "Hint 1 of" in lesson(tmp_path, "hint").output
    assert "Hint 2 of" in lesson(tmp_path, "hint").output
    assert lesson(tmp_path, "hint", "--all").output.count("Hint ") == 3
    assert lesson(tmp_path, "next").code == 1
    solve(tmp_path, FIRST)
    checked = lesson(tmp_path, "check")
    assert checked.code == 0
    assert "Solved" in checked.output
    listed = lesson(tmp_path, "list").output
    assert "▸ ✓ 1 ·" in listed
    assert f"1 of {len(LESSONS)} solved" in listed
    assert lesson(tmp_path, "next").code == 0
    assert "▸ … 2 ·" in lesson(tmp_path, "list").output


def test_a_lesson_may_be_skipped_and_solved_later(tmp_path: Path) -> None:
    """`next --skip` marks it; a check that passes takes the mark away."""
    lesson(tmp_path, "start", "1")
    assert lesson(tmp_path, "next", "--skip").code == 0
    assert "↷ 1 ·" in lesson(tmp_path, "list").output
    solve(tmp_path, FIRST)
    assert lesson(tmp_path, "check", "1").code == 0
    assert "✓ 1 ·" in lesson(tmp_path, "list").output


def test_starting_again_keeps_what_was_written(tmp_path: Path) -> None:
    """Only a reset begins anew, and it keeps the student's files aside."""
    lesson(tmp_path, "start", "1")
    answers = tmp_path / FIRST / "answers.toml"
    given = answers.read_text()
    answers.write_text("mine = 1\n")
    lesson(tmp_path, "start", "1")
    assert answers.read_text() == "mine = 1\n"
    assert lesson(tmp_path, "reset").code == 0
    assert answers.read_text() == given
    [aside] = (tmp_path / FIRST).glob("before-reset-*/answers.toml")
    assert aside.read_text() == "mine = 1\n"


def test_a_check_as_a_document(tmp_path: Path) -> None:
    """Exercism's results.json, version 3."""
    lesson(tmp_path, "start", "5")
    checked = lesson(tmp_path, "check", "--json")
    said = json.loads(checked.output)
    assert (said["version"], said["status"], checked.code) == (3, "fail", 1)
    assert {test["status"] for test in said["tests"]} == {"pass", "fail"}
    assert all("name" in test for test in said["tests"])


def test_a_folder_may_be_named_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labs run in the student's folder, so its name must not depend on where one is."""
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    course = Course(catalog.Catalog(), bench.ChildBench(), "en")
    given = course.folder(course.catalog.find("3"), Path("mine"))
    assert given == (tmp_path / "mine").resolve()


def test_progress_is_as_before_whatever_the_code_did(tmp_path: Path) -> None:
    """A check writes back what it knew."""
    lesson(tmp_path, "start", "1")
    lesson(tmp_path, "start", "5")
    state = progress.file()
    spoil = f"import pathlib\npathlib.Path({str(state)!r}).unlink()\n"
    exercise = tmp_path / CODE / "exercise.py"
    exercise.write_text(spoil + exercise.read_text())
    assert lesson(tmp_path, "check").code == 1
    assert progress.load().current == CODE
    assert progress.load().of(FIRST).folder


def test_chinese_by_option_and_by_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner's own sentences, at least."""
    assert "已完成 0/" in lesson(tmp_path, "list", "--lang", "zh").output
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "已完成 0/" in lesson(tmp_path, "list").output
    assert "0 of" in lesson(tmp_path, "list", "--lang", "en").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "no lesson is started yet"),
        (["start", "99"], "there is no lesson '99'"),
        (["start", "e"], "several lessons are called 'e'"),
        (["check", "1"], "there is no such folder"),
        (["grade", "nowhere"], "there is no such folder"),
        (["grade", "."], "holds no lesson's folder"),
        (["list", "--lessons", "nowhere"], "there is no such folder of lessons"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Exit code 2."""
    ended = lesson(tmp_path, *arguments)
    assert ended.code == 2
    assert said in ended.errors
    assert ended.errors.count("\n") == 1


def test_a_class_s_own_lessons_join(tmp_path: Path) -> None:
    """A folder beside the built-in ones; a number that is taken is refused."""
    own = tmp_path / "own"
    shutil.copytree(catalog.home() / FIRST, own / "90-ours")
    listed = lesson(tmp_path, "list", "--lessons", str(own), "--json")
    assert json.loads(listed.output)[-1]["slug"] == "90-ours"
    assert lesson(tmp_path, "start", "90", "--lessons", str(own)).code == 0
    shutil.copytree(catalog.home() / FIRST, own / "01-ours")
    refused = lesson(tmp_path, "list", "--lessons", str(own))
    assert refused.code == 2
    assert "number 1 is taken by 01-end-to-end" in refused.errors


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('kind = "order"\nkindd = 1', "unknown key 'kindd'"),
        ('kind = "sing"', "kind 'sing' is none of"),
        ("kind = ", "lesson.toml: "),
    ],
)
def test_a_broken_lesson_is_told_to_its_author(
    tmp_path: Path, change: str, said: str
) -> None:
    """With the file's name."""
    own = tmp_path / "own"
    shutil.copytree(catalog.home() / FIRST, own / "90-ours")
    (own / "90-ours" / "lesson.toml").write_text(change)
    ended = lesson(tmp_path, "list", "--lessons", str(own))
    assert ended.code == 2
    assert said in ended.errors


def test_a_class_is_graded(tmp_path: Path) -> None:
    """One folder a student; a document, a table, the worst exit code."""
    for student, solved in (("ann", True), ("=bob", False)):
        with_lesson = tmp_path / "class" / student / CODE
        chosen = catalog.Catalog().find(CODE)
        (folder.fill_solution if solved else folder.fill)(chosen, with_lesson, "en")
    table = tmp_path / "class.csv"
    ended = lesson(tmp_path, "grade", "class", "--json", "--csv", str(table))
    said = json.loads(ended.output)
    assert ended.code == 1
    assert [(s["student"], s["status"]) for s in said["submissions"]] == [
        ("=bob", "fail"),
        ("ann", "pass"),
    ]
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["student"] for row in rows] == ["'=bob", "ann"]
    assert rows[0]["first problem"]
    assert rows[1]["passed"] == rows[1]["checks"]
    assert progress.load() == progress.Progress()


@pytest.mark.parametrize(("solved", "code"), [(True, 0), (False, 1)])
def test_one_submission_is_one_document(
    tmp_path: Path, solved: bool, code: int
) -> None:
    """By any folder's name, if the lesson is named."""
    chosen = catalog.Catalog().find(CODE)
    (folder.fill_solution if solved else folder.fill)(chosen, tmp_path / "x", "en")
    ended = lesson(tmp_path, "grade", "x", "--lesson", "5", "--json")
    assert ended.code == code
    assert json.loads(ended.output)["status"] == ("pass" if solved else "fail")


def test_a_submission_that_cannot_be_checked_costs_no_other(tmp_path: Path) -> None:
    """It is an error (2), the others keep their results."""
    own = tmp_path / "own"
    shutil.copytree(catalog.home() / FIRST, own / "90-ours")
    (own / "90-ours" / "words.en.toml").unlink()
    (tmp_path / "class" / "90-ours").mkdir(parents=True)
    folder.fill_solution(catalog.Catalog().find(CODE), tmp_path / "class" / CODE, "en")
    ended = lesson(tmp_path, "grade", "class", "--json", "--lessons", str(own))
    assert ended.code == 2
    said = json.loads(ended.output)["submissions"]
    assert [each["status"] for each in said] == ["pass", "error"]
    assert "words.en.toml" in said[1]["message"]


def test_the_glossary_explains(tmp_path: Path) -> None:
    """A paragraph a word; an unknown word is told the known ones."""
    assert "a message that tells" in lesson(tmp_path, "glossary", "cast").output
    assert "availability-zone" in lesson(tmp_path, "glossary").output
    unknown = lesson(tmp_path, "glossary", "cats")
    assert unknown.code == 2
    assert "no 'cats'; it has:" in unknown.errors


def test_a_text_is_shown_for_a_terminal(tmp_path: Path) -> None:
    """No marks of Markdown but backquotes; tables aligned; commands indented."""
    shown = lesson(tmp_path, "read", "1").output
    assert "\narrow   what" in shown
    assert "| ---" not in shown
    assert "](" not in shown
    assert "    $ tracenova lesson run\n" in shown
    assert "tracenova lesson glossary server service hop cast call" in shown


def test_chinese_lines_fit_and_begin_with_no_comma() -> None:
    """A character takes two columns; a line may end after any of them."""
    said = "调度器选了一台主机，conductor 把消息发给它。" * 9
    lines = list(render.wrapped(said, 40))
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert max(map(text.cells, lines)) <= 42
    assert not [line for line in lines if line[0] in "，。"]
    assert render.folded("第一行\n第二行 and\nmore\n", 80) == ["第一行第二行 and more"]
