"""What a lesson's folder says, as plain data; ``lessons/AUTHORING.md`` tells the format."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

KINDS: Final = ("predict", "change", "code", "cause", "order", "name")
QUESTION_TYPES: Final = ("choice", "set", "order", "number", "word")


@dataclass(frozen=True, slots=True)
class Run:
    """One boot that a lesson looks at; its trace is ``NAME.otlp.jsonl``.

    Attributes:
        lab: a built-in lab's name, or a file of the lesson; a file that is not in
            ``exercise/`` is not given to the student: its trace is the riddle.
        config: nova.conf files of the lesson, in order.
        order: what to ask for: flavor, image, network, count, az, name, hints.
        timeout_s: how long the servers may take.
        after_check: booted when the answers are right, not before: the revelation.
    """

    name: str
    lab: str = "default"
    config: tuple[str, ...] = ()
    order: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = 60.0
    after_check: bool = False

    @property
    def trace_name(self) -> str:
        """The file of its trace in the student's folder."""
        return f"{self.name}.otlp.jsonl"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an answers file.

    Attributes:
        type: ``choice`` (one of ``options``), ``set`` (some of them, any order),
            ``order`` (all of them, in order), ``number``, ``word``.
        options: what may be answered.
        answer: the right answer; for a ``word`` a list of all right words; for an
            ``order`` one right order; None: the lesson's ``check.py`` knows.
        before: for an ``order`` in which some steps may change places: all pairs of
            which the first must come before the second.
        tolerance: how far a number may be off.
    """

    id: str
    type: str
    options: tuple[str, ...] = ()
    answer: Any = None
    before: tuple[tuple[str, str], ...] = ()
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        slug: the folder's name, ``07-filters``.
        kind: what is asked of the student, one of ``KINDS``.
        minutes: how long it takes, reading included.
        nova: Nova's files to read, at 14.1.0.
        glossary: the glossary's anchors that the text leads to.
        time_limit_s: how long a piece of the student's code may run.
    """

    number: int
    slug: str
    folder: Path
    kind: str
    minutes: int = 20
    nova: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    questions: tuple[Question, ...] = ()
    time_limit_s: float = 10.0

    @property
    def exercise(self) -> Path:
        """What the student starts from."""
        return self.folder / "exercise"

    @property
    def solution(self) -> Path:
        """The files of one right solution."""
        return self.folder / "solution"

    def run(self, name: str) -> Run:
        """Return the run of that name.

        Raises:
            KeyError: there is none.
        """
        return next(run for run in self.runs if run.name == name)

    def path(self, name: str) -> Path | None:
        """Return a file of the lesson, from ``exercise/`` or the folder itself."""
        found = (self.exercise / name, self.folder / name)
        return next((path for path in found if path.is_file()), None)
