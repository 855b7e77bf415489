"""What a lesson's ``check.py`` works with: the student's files, labs, code, words."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracenova.lesson import answers, boots, language, limits, reading
from tracenova.lesson.bench import Bench, Called
from tracenova.lesson.boots import Booted
from tracenova.lesson.errors import CannotRun
from tracenova.lesson.findings import Finding
from tracenova.lesson.spec import Lesson, Run
from tracenova.trace import expectations
from tracenova.trace.trace import Trace


class Stop(Exception):
    """The check cannot go on: the message tells the student why."""

    def __init__(self, name: str, message: str, output: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(name, passed=False, message=message, output=output)


class Attempt:
    """One student's folder, to be checked.

    Args:
        lesson: what was to be done.
        folder: the student's files.
        bench: where labs and code run.
        work: a folder for traces, thrown away after the check.
        lang: the language of what is said.

    Attributes:
        words: the lesson's sentences.
        own: the runner's sentences.
    """

    def __init__(
        self, lesson: Lesson, folder: Path, bench: Bench, work: Path, lang: str
    ) -> None:
        self.lesson = lesson
        self.folder = folder
        self.words = language.of(lesson, lang)
        self.own = language.own(lang)
        self._bench = bench
        self._work = work

    # --- words ----------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the lesson's ``[says]``."""
        return self.words.say("says", key, **values)

    def holds(self, key: str, condition: object, **values: object) -> Finding:
        """Return a finding that passes when the condition does.

        The key is that of ``[checks]``, the name of what is checked, and of ``[says]``,
        what to say when it does not hold.
        """
        name = str(self.words.get("checks", key) or key)
        message = "" if condition else self.say(key, **values)
        return Finding(name, bool(condition), message)

    # --- files ----------------------------------------------------------------

    def text(self, name: str) -> str:
        """Return a file of the student's.

        Raises:
            Stop: it is missing, or is no text.
        """
        try:
            return reading.text(self.folder / name)
        except FileNotFoundError:
            message = self.own.say("check", "file_missing", file=name)
        except reading.Unreadable as error:
            message = str(error)
        raise Stop(name, message)

    def toml(self, name: str) -> dict[str, Any]:
        """Return a TOML file of the student's as plain data.

        Raises:
            Stop: it is missing, or is not TOML.
        """
        try:
            return tomllib.loads(self.text(name))
        except tomllib.TOMLDecodeError as error:
            raise Stop(name, f"{name}: {error}") from None

    def original(self, name: str) -> dict[str, Any]:
        """Return a TOML file as the lesson gave it, to see what was changed."""
        path = self.lesson.path(name)
        assert path is not None, name
        return tomllib.loads(path.read_text(encoding="utf-8"))

    @property
    def answers(self) -> dict[str, Any]:
        """The student's ``answers.toml``.

        Raises:
            Stop: it cannot be read.
        """
        try:
            return answers.read(self.folder / answers.FILE)
        except answers.AnswersError as error:
            raise Stop(answers.FILE, str(error)) from None

    # --- labs -----------------------------------------------------------------

    def trace(self, run: str) -> Trace:
        """Return the trace of one of the lesson's own runs.

        Raises:
            CannotRun: the lab does not run here.
        """
        return self._known(run, with_outcome=False).trace

    def booted(self, run: str) -> Booted:
        """Return the boot of one of the lesson's own runs.

        Raises:
            CannotRun: the lab does not run here.
        """
        return self._known(run, with_outcome=True)

    def _known(self, name: str, *, with_outcome: bool) -> Booted:
        run = self.lesson.run(name)
        booted = boots.known(self._bench, self.lesson, run, with_outcome=with_outcome)
        if booted.error:  # nothing of the student's is in it
            raise CannotRun(f"{name}: {booted.error}")
        return booted

    def boot(
        self,
        lab: str,
        config: Sequence[str] = (),
        timeout_s: float = 60.0,
        **order: Any,
    ) -> Booted:
        """Boot a lab with the student's files; a built-in lab's name will do, too.

        ``order`` is what to ask for: flavor, image, network, count, az, name, hints.

        Raises:
            Stop: the lab does not run as the student wrote it.
        """
        for name in (lab, *config):
            if name.endswith((".toml", ".conf")):
                self.text(name)  # missing: say so
        run = Run(Path(lab).stem, lab, tuple(config), order, timeout_s)
        booted = boots.boot(self._bench, run, self.folder, self._work)
        if booted.error:
            raise Stop(lab, self.own.say("check", "boot_failed", error=booted.error))
        return booted

    def expect(self, trace: Trace, file: str) -> Iterator[Finding]:
        """Yield what a file of expectations (``tracenova check``) finds in a trace."""
        path = self.lesson.folder / file
        for found in expectations.check(trace, expectations.load(path)):
            key = "not_goal_found" if found.found else "not_goal"
            message = self.own.say(
                "check", key, expected=found.expected, found=found.found
            )
            yield Finding(found.expected, found.holds, "" if found.holds else message)

    # --- code -----------------------------------------------------------------

    def calls(
        self, file: str, function: str, arguments: Sequence[Sequence[Any]]
    ) -> list[Any]:
        """Call a function of the student's, once for each list of arguments.

        Returns:
            What it returned, in order; tuples are lists, sets sorted lists.

        Raises:
            Stop: it is missing, or a call fails, hangs or returns no plain data.
        """
        self.text(file)
        allowed = limits.Limits(self.lesson.time_limit_s, processes=False)
        found = self._bench.call(
            self.folder / file, function, arguments, self.folder, allowed
        )
        for called in found:
            if called.problem:
                raise Stop(file, self._complaint(file, function, called), called.output)
        return [called.value for called in found]

    def call(self, file: str, function: str, *arguments: Any) -> Any:
        """Call a function of the student's once; see :meth:`calls`."""
        return self.calls(file, function, [arguments])[0]

    def helper(self, file: str, function: str, *arguments: Any) -> Any:
        """Call a function of the lesson's own file, in a process that may run a lab.

        It works in a copy of the student's folder.

        Raises:
            Stop: it fails.
        """
        at = self.lesson.folder / file
        called = self._bench.call(at, function, [arguments], self.folder, limits.LAB)[0]
        if called.problem:
            raise Stop(file, self._complaint(file, function, called), called.output)
        return called.value

    def tracenova(self, *arguments: str) -> limits.Ended:
        """Run any command of tracenova in the student's folder."""
        return self._bench.tracenova(arguments, self.folder)

    def _complaint(self, file: str, function: str, called: Called) -> str:
        values: dict[str, object] = {"file": file}
        if called.problem == "error":
            values["error"] = called.detail
            return self.own.say("check", "code_failed", **values)
        if called.problem == "missing":
            return self.own.say("check", "no_function", name=function, **values)
        if called.problem == "not_plain":
            values["error"] = called.detail
            return self.own.say("check", "not_plain", name=function, **values)
        if called.problem == "slow":
            seconds = self.lesson.time_limit_s
            return self.own.say("check", "code_slow", seconds=seconds, **values)
        if called.problem == "big":
            megabytes = limits.CODE.memory_mb
            return self.own.say("check", "code_big", megabytes=megabytes, **values)
        return self.own.say("check", "code_killed", signal=called.detail, **values)
