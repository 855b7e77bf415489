"""What runs in the process of its own: limits first, then the student's code.

    python -m tracenova.lesson.child SECONDS MEMORY_MB PROCESSES call JOB RESULT
    python -m tracenova.lesson.child SECONDS MEMORY_MB PROCESSES tracenova ARGUMENT…

``call`` reads a JSON document ``{file, function, calls}`` and writes a list with the value
or the error of each call.
"""

import contextlib
import importlib.util
import json
import math
import resource
import runpy
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tracenova.lesson import landlock, seccomp

_LARGEST_FILE = 64 * 1024 * 1024


def limit(seconds: float, memory_mb: int, *, processes: bool) -> None:
    """Give up for good what this process must not use."""
    megabytes = memory_mb * 1024 * 1024
    wanted = {
        resource.RLIMIT_CPU: max(1, math.ceil(seconds)),
        resource.RLIMIT_AS: megabytes,
        resource.RLIMIT_FSIZE: _LARGEST_FILE,
        resource.RLIMIT_CORE: 0,
    }
    if not processes:
        wanted[resource.RLIMIT_NPROC] = 0
    for what, soft in wanted.items():
        # one second of processor time between the signal that says so and the end
        hard = soft + 1 if what == resource.RLIMIT_CPU else soft
        _, most = resource.getrlimit(what)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)  # noqa: PLW2901 - no more
        resource.setrlimit(what, (soft, hard))


def main() -> None:
    """Limit this process, then do what the arguments say."""
    seconds, memory_mb, processes, mode, *rest = sys.argv[1:]
    limit(float(seconds), int(memory_mb), processes=processes == "1")
    if mode == "call":
        job, result = Path(rest[0]), Path(rest[1])
        with contextlib.suppress(OSError, AttributeError):  # not on this system
            own = (Path.cwd(), result.parent, Path(tempfile.gettempdir()))
            landlock.only_write_below(own)
        if processes != "1":
            with contextlib.suppress(OSError, AttributeError):
                seccomp.start_nothing()
        _answer(job, result)
    else:
        if _is_of_fakes(rest):  # a filter or weigher of the student's may be in it
            with contextlib.suppress(OSError, AttributeError):
                seccomp.start_nothing(threads=True)
        sys.argv = ["tracenova", *rest]
        runpy.run_module("tracenova", run_name="__main__", alter_sys=True)


def _is_of_fakes(arguments: Sequence[str]) -> bool:
    """Say whether it is a boot that needs no other process."""
    return list(arguments[:1]) == ["boot"] and "fake" in arguments


def _answer(job_file: Path, result_file: Path) -> None:
    job = json.loads(job_file.read_text(encoding="utf-8"))
    file = Path(job["file"])
    sys.path.insert(0, str(Path.cwd()))
    try:
        function = _function(file, job["function"])
    except BaseException as error:  # noqa: BLE001 - SystemExit, too, is the student's
        answers = [_failure(error, file)]
    else:
        answers = [_called(function, arguments, file) for arguments in job["calls"]]
    result_file.write_text(json.dumps(answers), encoding="utf-8")


def _function(file: Path, name: str) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, name)
    return found


def _called(
    function: Callable[..., Any], arguments: list[Any], file: Path
) -> dict[str, Any]:
    try:
        value = function(*arguments)
    except BaseException as error:  # noqa: BLE001 - SystemExit, too, is the student's
        return _failure(error, file)
    try:
        return {"value": json.loads(json.dumps(value, default=_plain))}
    except (TypeError, ValueError, RecursionError) as error:
        return {"not_plain": str(error)}


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not text, number, list or dict")


def _failure(error: BaseException, file: Path) -> dict[str, Any]:
    if isinstance(error, MemoryError):
        return {"big": True}
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return {"error": f"SyntaxError: {error.msg}", "line": error.lineno}
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file)]
    if isinstance(error, AttributeError) and not lines:
        return {"missing": True}
    said = " ".join(str(error).split())[:300]
    kind = type(error).__name__
    return {
        "error": f"{kind}: {said}" if said else kind,
        "line": lines[-1] if lines else None,
    }


if __name__ == "__main__":
    main()
