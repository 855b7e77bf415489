"""A bench that runs labs in this process, each distinct boot once; code runs as ever."""

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tracenova.cli import group
from tracenova.lesson import bench, limits
from tracenova.lesson.bench import Called, ChildBench
from tracenova.lesson.limits import Ended, Limits


class LocalBench:
    """As ``ChildBench``, quicker: trusted things run here, boots come from a cache.

    Args:
        cache: a folder that all workers of the test run share.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._child = _CHILD()

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Run the command line in the folder, or remember how it went."""
        if arguments[0] != "boot":
            return _shown(command_line(arguments, folder), show)
        kept = self._cache / _mark(arguments, folder)
        save = Path(arguments[list(arguments).index("--save") + 1])
        if not (kept / "ended.json").is_file():
            ended = command_line(arguments, folder)
            _keep(kept, ended, save)
            return _shown(ended, show)
        said = json.loads((kept / "ended.json").read_text())
        if (kept / "trace").is_file():
            shutil.copyfile(kept / "trace", save)
        return _shown(Ended(said["code"], said["output"], said["errors"]), show)

    def call(
        self,
        file: Path,
        function: str,
        calls: Sequence[Sequence[Any]],
        folder: Path,
        allowed: Limits,
    ) -> list[Called]:
        """Call the student's code in a process of its own, the lesson's own code here."""
        if allowed != limits.LAB:
            return self._child.call(file, function, calls, folder, allowed)
        with bench.copied(folder) as copy, contextlib.chdir(copy):
            spec = importlib.util.spec_from_file_location(f"helper_{file.stem}", file)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            called = getattr(module, function)
            return [
                Called(json.loads(json.dumps(called(*arguments))))
                for arguments in calls
            ]


_CHILD = ChildBench


def command_line(arguments: Sequence[str], folder: Path) -> Ended:
    """Run the command line in this process as a shell would in the folder."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        _columns("100"),
    ):
        code = _code(arguments)
    return Ended(code, output.getvalue(), errors.getvalue())


def _code(arguments: Sequence[str]) -> int:
    try:
        result = group.tracenova(
            list(arguments), standalone_mode=False, prog_name="tracenova"
        )
    except click.ClickException as error:
        sys.stderr.write(f"Error: {error.format_message()}\n")
        return error.exit_code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    return result if isinstance(result, int) else 0


@contextlib.contextmanager
def _columns(count: str) -> Iterator[None]:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = count
    try:
        yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def _shown(ended: Ended, show: bool) -> Ended:
    if show:
        sys.stdout.write(ended.output)
        sys.stderr.write(ended.errors)
    return ended


def _mark(arguments: Sequence[str], folder: Path) -> str:
    """Return what is the same for the same boot: contents instead of files' names.

    nova.conf may name Python files of the folder: they count, too.
    """
    plug_ins = sorted(folder.glob("*.py")) if "--config-file" in arguments else []
    parts = [plug_in.read_text() for plug_in in plug_ins]
    for before, one in zip(("", *arguments), arguments, strict=False):
        if before != "--save":
            parts.append(Path(one).read_text() if Path(one).is_file() else one)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _keep(kept: Path, ended: Ended, save: Path) -> None:
    """Keep a boot for all workers: whole or not at all."""
    made = kept.with_suffix(f".{os.getpid()}")
    made.mkdir(parents=True)
    if save.is_file():
        shutil.copyfile(save, made / "trace")
    said = {"code": ended.code, "output": ended.output, "errors": ended.errors}
    (made / "ended.json").write_text(json.dumps(said))
    with contextlib.suppress(OSError):  # another worker was quicker
        made.rename(kept)
