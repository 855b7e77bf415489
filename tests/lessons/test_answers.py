"""Answers are graded by what they say, not by how they are written."""

import os
from pathlib import Path
from typing import Any

import pytest

from tracenova.lesson import answers, language
from tracenova.lesson.spec import Lesson, Question

WORDS = language.Words(
    {
        "title": "T",
        "questions": {
            "q": {"ask": "What?", "wrong": "Look again.", "when": {"b": "Not b."}}
        },
    },
    {},
)
OWN = language.own("en")


def problem(question: Question, given: Any) -> str | None:
    """Return what is said to an answer; None: it is right."""
    lesson = Lesson(1, "01-x", Path(), "order", questions=(question,))
    [finding] = answers.grade(lesson, {"q": given}, {}, WORDS, OWN)
    return None if finding.passed else finding.message


def asked(type_: str, **more: Any) -> Question:
    """Return a question with options a, b, c."""
    options = () if type_ in ("number", "word") else ("a", "b", "c")
    return Question("q", type_, options=options, **more)


@pytest.mark.parametrize(
    ("question", "given"),
    [
        (asked("choice", answer="a"), "a"),
        (asked("choice", answer="a"), " A "),
        (asked("set", answer=["a", "b"]), ["b", "a"]),
        (asked("set", answer=["a"]), "a"),
        (asked("order", answer=["a", "b", "c"]), ["a", "B", "c"]),
        (asked("order", before=(("a", "c"),)), ["b", "a", "c"]),
        (asked("order", before=(("a", "c"),)), ["a", "c", "b"]),
        (asked("number", answer=4), 4),
        (asked("number", answer=4), "4.0"),
        (asked("number", answer=4, tolerance=0.5), 4.4),
        (asked("number", answer=0), 0),
        (asked("word", answer=["x", "y z"]), "Y  z"),
    ],
)
def test_every_right_answer_passes(question: Question, given: Any) -> None:
    """Case, blanks, order where there is none, numbers as text."""
    assert problem(question, given) is None


@pytest.mark.parametrize(
    ("question", "given", "said"),
    [
        (asked("choice", answer="a"), "", "not answered yet"),
        (asked("choice", answer="a"), "b", "Not b."),
        (asked("choice", answer="a"), "c", "Look again."),
        (asked("choice", answer="a"), "d", "'d' is none of: a, b, c"),
        (asked("choice", answer="a"), ["a"], "none of"),
        (asked("set", answer=["a", "b"]), ["a"], "at least one is missing"),
        (asked("set", answer=["a"]), ["a", "b"], "does not belong"),
        (asked("set", answer=["a"]), ["b"], "does not belong, and at least one is"),
        (asked("order", answer=["a", "b", "c"]), ["a", "c", "b"], "first 1 are right"),
        (asked("order", answer=["a", "b", "c"]), ["a", "b"], "right as far as it goes"),
        (asked("order", answer=["a", "b", "c"]), ["a", "a", "c"], "twice"),
        (asked("order", before=(("a", "c"),)), ["c", "a", "b"], "first 0 are right"),
        (asked("number", answer=4), "many", "write a number"),
        (asked("number", answer=4), 5, "Look again."),
        (asked("word", answer="x"), "y", "Look again."),
    ],
)
def test_a_wrong_answer_is_told_why(question: Question, given: Any, said: str) -> None:
    """What to look at, without the answer."""
    found = problem(question, given)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "content", ["x = ", "\xff", "a" * 1_100_000, "x = " + "[" * 5000]
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    """Bad TOML, bad text, too much."""
    (tmp_path / "answers.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(answers.AnswersError, match=r"answers\.toml: "):
        answers.read(tmp_path / "answers.toml")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """It can be brought back by a reset."""
    with pytest.raises(answers.AnswersError, match="is missing"):
        answers.read(tmp_path / "answers.toml")


def test_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    """Nor does a link to a device: only plain files are read."""
    os.mkfifo(tmp_path / "answers.toml")
    with pytest.raises(answers.AnswersError, match="is not a plain file"):
        answers.read(tmp_path / "answers.toml")
    (tmp_path / "link.toml").symlink_to("/dev/zero")
    with pytest.raises(answers.AnswersError, match="is not a plain file"):
        answers.read(tmp_path / "link.toml")
