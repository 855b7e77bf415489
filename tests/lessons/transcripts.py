"""Commands and output as a lesson shows them, compared with what really happens.

    python -m tests.lessons.transcripts lessons/07-filters

runs a lesson's commands and prints what they say, for authors.
"""

import re
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lessons.local_bench import LocalBench, command_line
from tracenova.lesson import bench as bench_module

ANY = "…"
_CHANGES = (
    (
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        "UUID",
    ),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?"), "TIME"),
    (re.compile(r"⧖?(?<![\w.])\d+(\.\d+)? ?(ns|µs|ms|s)\b"), ""),
    (re.compile(r"⧖"), ""),
    (re.compile(r"[█▏▎▍▌▋▊▉]+"), ""),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command that a text shows, and the output beneath it."""

    command: str
    output: tuple[str, ...]


def of(page: Path) -> list[Shown]:
    """Return the commands of a text's ``console`` fences, in order."""
    found: list[Shown] = []
    text = page.read_text(encoding="utf-8")
    for fence in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
            command, *output = part.splitlines()
            found.append(Shown(command, tuple(output)))
    return found


def loose(page: Path) -> list[str]:
    """Return the commands that stand outside of ``console`` fences, in order.

    Indented ones, and whole ones within sentences: with a file or an option, not a mere
    name.
    """
    text = re.sub(
        r"^```.*?^```",
        "",
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    found = re.findall(
        r"^ {4}(tracenova .*)$|`(tracenova \w+ [^`\n]+)`", text, re.MULTILINE
    )
    whole = [indented or within for indented, within in found]
    return [command for command in whole if re.search(r" --\w|\w\.\w", command)]


def run(shown: Shown, folder: Path) -> str:
    """Run a command in the folder; return what it wrote to standard output.

    Raises:
        AssertionError: it is no command of tracenova, or ends with an error.
    """
    words = shlex.split(shown.command)
    assert words[0] == "tracenova", f"not run by the tests: {shown.command}"
    ended = command_line(words[1:], folder)
    assert ended.code in (0, 1), f"{shown.command}: {ended.errors}"
    return ended.output


def differences(shown: Shown, really: str, folder: Path) -> str | None:
    """Return the first line that is not as shown; None: all is."""
    actual = _normal(really.replace(str(folder), "FOLDER").splitlines())
    expected = _normal(shown.output)
    if not expected:
        return None
    at = 0
    for number, segment in enumerate(_segments(expected)):
        if not segment:
            continue
        anchored = number == 0
        found = _find(segment, actual, at, anchored=anchored)
        if found is None:
            return f"after line {at}: not there: {segment[0]!r} …"
        at = found + len(segment)
    if expected[-1] != ANY and at != len(actual):
        return f"more is written than shown: {actual[at]!r}"
    return None


def _find(
    segment: Sequence[str], actual: Sequence[str], start: int, *, anchored: bool
) -> int | None:
    places = [start] if anchored else range(start, len(actual))
    for place in places:
        if list(actual[place : place + len(segment)]) == list(segment):
            return place
    return None


def _segments(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line == ANY:
            found.append([])
        else:
            found[-1].append(line)
    return found


def _normal(lines: Sequence[str]) -> list[str]:
    found = []
    for line in lines:
        for pattern, instead in _CHANGES:
            line = pattern.sub(instead, line)  # noqa: PLW2901 - step by step
        if short := " ".join(line.split()):
            found.append(short)
    return found


def main() -> None:
    """Print what a lesson's commands really say."""
    lesson = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as place:
        local = LocalBench(Path(place, "boots"))
        setattr(bench_module, "ChildBench", lambda *_: local)  # noqa: B010 - for the CLI
        number = lesson.name.partition("-")[0].lstrip("0")
        command_line(["lesson", "start", number, "--dir", place], Path(place))
        command_line(["lesson", "run"], Path(place))
        folder = Path(place, lesson.name)
        for shown in of(lesson / "lesson.en.md"):
            really = run(shown, folder)
            problem = differences(shown, really, folder)
            sys.stdout.write(f"$ {shown.command}\n{really}")
            sys.stdout.write(f"==> {problem or 'as shown'}\n\n")


if __name__ == "__main__":
    main()
