"""Questions and answers: ``answers.toml`` is written for the student, read and graded."""

import itertools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tracenova.lesson import language, reading
from tracenova.lesson.findings import Finding
from tracenova.lesson.spec import Lesson, Question

FILE: Final = "answers.toml"
_EMPTY: Final = {"set": "[]", "order": "[]"}
_NOTHING: Final = '""'


class AnswersError(Exception):
    """The answers cannot be read; the message is one clear line."""


def template(lesson: Lesson, words: language.Words, own: language.Words) -> str:
    """Return the answers file that a student starts from."""
    lines = _commented(own.say("answers", "head", title=words.say("title")))
    for question in lesson.questions:
        lines += ["", *_commented(words.say("questions", question.id, "ask"))]
        if question.options:
            shown = ", ".join(question.options)
            lines += _commented(own.say("answers", question.type, options=shown))
        lines.append(f"{question.id} = {_EMPTY.get(question.type, _NOTHING)}")
    return "\n".join(lines) + "\n"


def _commented(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.splitlines()]


def read(file: Path) -> dict[str, Any]:
    """Return the student's answers by question.

    Raises:
        AnswersError: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(reading.text(file))
    except FileNotFoundError:
        raise AnswersError(f"{file.name}: is missing") from None
    except reading.Unreadable as error:
        raise AnswersError(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise AnswersError(f"{file.name}: {error}") from None


def grade(
    lesson: Lesson,
    given: Mapping[str, Any],
    known: Mapping[str, Any],
    words: language.Words,
    own: language.Words,
) -> Iterator[Finding]:
    """Yield a finding for each question.

    ``known`` holds the right answers that the lesson's ``check.py`` worked out; the
    others stand in ``lesson.toml``.
    """
    for question in lesson.questions:
        right = known.get(question.id, question.answer)
        grader = _Grader(question, right, words, own)
        problem = grader.problem(given.get(question.id))
        yield Finding(question.id, problem is None, problem or "")


class _Grader:
    """Compares one answer with the right one."""

    def __init__(
        self, question: Question, right: Any, words: language.Words, own: language.Words
    ) -> None:
        self._question = question
        self._right = right
        self._words = words
        self._own = own

    def problem(self, given: Any) -> str | None:
        """Return what is wrong with the answer, None when it is right."""
        if given is None or given in ("", [], {}):
            return self._own.say("answers", "open")
        compare = getattr(self, f"_{self._question.type}")
        found: str | None = compare(given)
        return found

    def _choice(self, given: Any) -> str | None:
        if (unknown := self._unknown([given])) is not None:
            return unknown
        return None if _same(given, self._right) else self._wrong(given)

    def _word(self, given: Any) -> str | None:
        right = self._right if isinstance(self._right, list) else [self._right]
        return None if any(_same(given, one) for one in right) else self._wrong(given)

    def _number(self, given: Any) -> str | None:
        try:
            value = float(given)
        except (TypeError, ValueError):
            return self._own.say("answers", "not_a_number")
        near = abs(value - float(self._right)) <= self._question.tolerance
        return None if near else self._wrong(given)

    def _set(self, given: Any) -> str | None:
        listed = given if isinstance(given, list) else [given]
        if (unknown := self._unknown(listed)) is not None:
            return unknown
        said = {_plain(one) for one in listed}
        right = {_plain(one) for one in self._right}
        if said == right:
            return None
        extra, missing = bool(said - right), bool(right - said)
        how = "both" if extra and missing else "extra" if extra else "missing"
        return f"{self._own.say('answers', 'set_' + how)} {self._hint(given)}".strip()

    def _order(self, given: Any) -> str | None:
        listed = given if isinstance(given, list) else [given]
        if (unknown := self._unknown(listed)) is not None:
            return unknown
        said = [_plain(one) for one in listed]
        if len(set(said)) != len(said):
            return self._own.say("answers", "order_twice")
        needed = self._needed()
        for at, one in enumerate(said):
            if needed[one] - set(said[:at]):
                return self._out_of_order(at, len(said), given)
        if len(said) == len(self._question.options):
            return None
        return self._out_of_order(len(said), len(said), given)

    def _needed(self) -> dict[str, set[str]]:
        """Return what must come before each step."""
        in_a_row = tuple(itertools.combinations(self._right or (), 2))
        needed: dict[str, set[str]] = {
            _plain(one): set() for one in self._question.options
        }
        for first, second in self._question.before or in_a_row:
            needed[_plain(second)].add(_plain(first))
        return needed

    def _out_of_order(self, good: int, count: int, given: Any) -> str:
        key = "order_short" if good == count else "order_wrong"
        said = self._own.say("answers", key, good=good, next=good + 1)
        return f"{said} {self._hint(given)}".strip()

    def _unknown(self, listed: list[Any]) -> str | None:
        options = {_plain(one) for one in self._question.options}
        for one in listed:
            if isinstance(one, (list, dict)) or _plain(one) not in options:
                shown = ", ".join(self._question.options)
                return self._own.say("answers", "unknown", given=one, options=shown)
        return None

    def _wrong(self, given: Any) -> str:
        return self._hint(given) or self._own.say("answers", "wrong")

    def _hint(self, given: Any) -> str:
        """Return the lesson's own words about this wrong answer, or any wrong one."""
        at = ("questions", self._question.id)
        said = None
        if isinstance(given, (str, int, float)):
            table = self._words.get(*at, "when") or {}
            by_answer = {_plain(key): text for key, text in table.items()}
            said = by_answer.get(_plain(given))
        return str(said or self._words.get(*at, "wrong") or "").strip()


def _plain(value: Any) -> str:
    return " ".join(str(value).split()).casefold()


def _same(given: Any, right: Any) -> bool:
    return _plain(given) == _plain(right)
