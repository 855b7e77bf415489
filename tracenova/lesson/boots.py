"""Boots for lessons: a lab, the lesson's or the student's, to a trace and an outcome."""

import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracenova import __version__
from tracenova.lesson.bench import Bench
from tracenova.lesson.spec import Lesson, Run
from tracenova.trace.files import TraceFileError
from tracenova.trace.trace import Trace

_STUCK = "has not come back from"  # as ``tracenova.lab.boot`` says it
_ENDED = (0, 1)  # ACTIVE; ERROR or refused: both are boots to look at


@dataclass(frozen=True, slots=True)
class Booted:
    """How a boot for a lesson ended.

    Attributes:
        trace: what was recorded; empty when the lab did not run.
        outcome: what ``tracenova boot --json`` said.
        error: why the lab did not run, one line; "" when it did.
        file: where the trace is, as long as nobody tidies up.
    """

    trace: Trace
    outcome: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    file: Path | None = None

    @property
    def succeeded(self) -> bool:
        """Whether every server is ACTIVE."""
        return bool(self.outcome.get("succeeded"))

    @property
    def refusal(self) -> str:
        """What the API said when it refused; "" when it accepted."""
        refused = self.outcome.get("refused") or {}
        return str(refused.get("message", ""))

    @property
    def fault(self) -> str:
        """The first server's fault message; "" when there is none."""
        for server in self.outcome.get("servers", ()):
            if message := (server.get("fault") or {}).get("message"):
                return str(message)
        return ""


def arguments(run: Run, folder: Path) -> list[str]:
    """Return the command line that boots a run, its files taken from the folder."""
    lab = folder / run.lab
    given = ["boot", "--lab", str(lab) if lab.is_file() else run.lab, "--virt", "fake"]
    given += ["--timeout", f"{run.timeout_s:g}"]
    for name in run.config:
        given += ["--config-file", str(folder / name)]
    for name, value in run.order.items():
        if name == "hints":
            given += [part for k, v in value.items() for part in ("--hint", f"{k}={v}")]
        else:
            given += [f"--{name}", str(value)]
    return given


def boot(bench: Bench, run: Run, folder: Path, work: Path) -> Booted:
    """Boot a run with the files of a folder; the trace stays in ``work``."""
    file = work / f"{run.name}-{os.getpid()}-{len(list(work.iterdir()))}.otlp.jsonl"
    ended = bench.tracenova(
        [*arguments(run, folder), "--json", "--save", str(file)], folder
    )
    if ended.late:
        return Booted(Trace(), error="it did not end in time")
    try:
        outcome = json.loads(ended.output)
    except ValueError:  # it came to no end
        outcome = None
    if ended.code not in _ENDED or outcome is None or not file.is_file():
        lines = ended.errors.strip().splitlines()
        error = lines[-1] if lines else f"exit code {ended.code}"
        return Booted(Trace(), error=error.removeprefix("Error: "))
    for line in ended.errors.splitlines():
        if _STUCK in line:  # a filter or weigher of the student's
            return Booted(Trace(), error=line.strip())
    return Booted(Trace.load(file), outcome, file=file)


def is_whole(file: Path) -> bool:
    """Say whether a boot was recorded to its end: the client's story is in the file."""
    try:
        spans = Trace.load(file).spans
    except (OSError, TraceFileError):
        return False
    return any(span.service == "client" and span.parent_id is None for span in spans)


def known(
    bench: Bench, lesson: Lesson, run: Run, *, with_outcome: bool = True
) -> Booted:
    """Return a boot of the lesson's own files; a second time it comes from the cache.

    A run that the student watched has left its trace there, but no outcome.
    """
    cached = _cached(lesson, run)
    trace, outcome = cached / run.trace_name, cached / "outcome.json"
    try:
        said = json.loads(outcome.read_text()) if with_outcome else {}
        return Booted(Trace.load(trace), said, file=trace)
    except Exception:  # noqa: BLE001 - whatever is wrong with the cache: boot anew
        shutil.rmtree(cached, ignore_errors=True)
    with own_files(lesson) as folder, tempfile.TemporaryDirectory() as work:
        booted = boot(bench, run, Path(folder), Path(work))
        if booted.error or booted.file is None:
            return booted
        keep(lesson, run, booted.file, booted.outcome)
    kept = trace if trace.is_file() else None
    return Booted(booted.trace, booted.outcome, file=kept)


def keep(
    lesson: Lesson, run: Run, file: Path, outcome: dict[str, Any] | None = None
) -> None:
    """Put a boot of the lesson's own files into the cache; no cache is no harm."""
    cached = _cached(lesson, run)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached.parent) as made:
            new = Path(made, "new")
            new.mkdir()
            shutil.copyfile(file, new / run.trace_name)
            if outcome is not None:
                (new / "outcome.json").write_text(json.dumps(outcome))
            new.rename(cached)  # whole or not at all
    except OSError:
        return


def _cached(lesson: Lesson, run: Run) -> Path:
    return _cache() / f"{lesson.slug}-{run.name}-{_mark(lesson, run)}"


def own_files(lesson: Lesson) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder with the lesson's own labs and configuration, as it gives them."""
    made = tempfile.TemporaryDirectory(prefix="tracenova-own-")
    for source in (lesson.folder, lesson.exercise):
        for file in sorted(source.glob("*")) if source.is_dir() else ():
            if file.is_file():
                shutil.copyfile(file, Path(made.name, file.name))
    return made


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tracenova" / "lessons"


def _mark(lesson: Lesson, run: Run) -> str:
    """Return what changes when the run's outcome may."""
    parts = [_build(), run, *_texts(lesson, (run.lab, *run.config))]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@functools.cache
def _build() -> tuple[str, float]:
    """Return what tells this tracenova from another one."""
    code = (Path(__file__).parents[1]).rglob("*.py")
    labs = (Path(__file__).parents[1] / "lab").rglob("*.toml")
    newest = max(path.stat().st_mtime for path in (*code, *labs))
    return __version__, newest


def _texts(lesson: Lesson, names: Sequence[str]) -> list[str]:
    paths = [lesson.path(name) for name in names]
    return [path.read_text(encoding="utf-8") for path in paths if path is not None]
