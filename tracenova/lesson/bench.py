"""Where a check works: labs and the student's code, each in a process of its own."""

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tracenova.lesson import limits
from tracenova.lesson.limits import Ended, Limits

_LARGEST = 32 * 1024 * 1024  # bytes of a student's folder that are copied


@dataclass(frozen=True, slots=True)
class Called:
    """What came of one call of a student's function.

    Attributes:
        problem: ``error``, ``missing``, ``not_plain``, ``slow``, ``big`` or ``killed``;
            "" when it returned.
        detail: more about the problem: the error and its line, the signal.
    """

    value: Any = None
    problem: str = ""
    detail: str = ""
    output: str = ""


class Bench(Protocol):
    """What a check needs done."""

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Run the command line in the folder."""

    def call(
        self,
        file: Path,
        function: str,
        calls: Sequence[Sequence[Any]],
        folder: Path,
        allowed: Limits,
    ) -> list[Called]:
        """Call a function of the file once for each list of arguments."""


class ChildBench:
    """The bench of the runner: a limited process for each piece of work.

    Args:
        narrate: told one line before each lab, so that nobody wonders what takes so long.
        stop: set by who waits no longer: what is under way is stopped, ``GivenUp``.
    """

    def __init__(
        self,
        narrate: Callable[[str], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._narrate = narrate
        self._stop = stop

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Run the command line in the folder."""
        if self._narrate is not None and not show:
            self._narrate(f"… tracenova {arguments[0]}")
        return limits.run(
            ["tracenova", *arguments], folder, limits.LAB, show=show, stop=self._stop
        )

    def call(
        self,
        file: Path,
        function: str,
        calls: Sequence[Sequence[Any]],
        folder: Path,
        allowed: Limits,
    ) -> list[Called]:
        """Call a function of the file; it sees a copy of the student's folder."""
        with copied(folder) as copy, tempfile.TemporaryDirectory() as desk:
            job, result = Path(desk, "job.json"), Path(desk, "result.json")
            at = copy / file.name if file.parent == folder else file
            document = {"file": str(at), "function": function, "calls": list(calls)}
            job.write_text(json.dumps(document), encoding="utf-8")
            given = ["call", str(job), str(result)]
            ended = limits.run(given, copy, allowed, stop=self._stop)
            answers = _read(result)
        if answers is None:
            return [_ended(ended)] * len(calls)
        found = [_called(answer, ended.output) for answer in answers]
        return found * len(calls) if len(found) < len(calls) else found


def _read(result: Path) -> list[dict[str, Any]] | None:
    try:
        answers = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answers if isinstance(answers, list) else None


def _called(answer: dict[str, Any], output: str) -> Called:
    if "value" in answer:
        return Called(answer["value"], output=output)
    if "error" in answer:
        line = f" (line {answer['line']})" if answer.get("line") else ""
        return Called(problem="error", detail=answer["error"] + line, output=output)
    problem, detail = next(iter(answer.items()))
    return Called(problem=problem, detail=str(detail), output=output)


def _ended(ended: Ended) -> Called:
    if ended.late or ended.code == -24:  # SIGXCPU
        return Called(problem="slow", output=ended.output)
    if "MemoryError" in ended.errors:
        return Called(problem="big", output=ended.output)
    if ended.code < 0:
        return Called(problem="killed", detail=str(-ended.code), output=ended.output)
    last = (ended.errors.strip().splitlines() or [f"exit code {ended.code}"])[-1]
    return Called(problem="error", detail=last, output=ended.output)


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Give a copy of the student's files within the block; links are not followed."""
    with tempfile.TemporaryDirectory(prefix="tracenova-copy-") as place:
        copy = Path(place, folder.name)
        copy.mkdir()
        room = _LARGEST
        for file in sorted(folder.iterdir()):
            if file.is_symlink() or not file.is_file():
                continue
            room -= file.stat().st_size
            if room >= 0:
                shutil.copyfile(file, copy / file.name)
        yield copy
