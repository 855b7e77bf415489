"""Whatever a student's code does, the check ends with one clear line, and soon."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tracenova.lesson import progress
from tracenova.lesson.bench import Called, ChildBench
from tracenova.lesson.limits import Limits

QUICK = Limits(seconds=20, memory_mb=512)


def called(
    folder: Path, code: str, *calls: list[Any], limits: Limits = QUICK
) -> list[Called]:
    """Call ``f`` of the code once for each list of arguments."""
    file = folder / "exercise.py"
    file.write_text(code)
    return ChildBench().call(file, "f", list(calls) or [[]], folder, limits)


def test_values_come_back_as_plain_data(tmp_path: Path) -> None:
    """Tuples as lists, sets sorted; each call has its own answer; prints are kept."""
    code = "def f(x):\n    print('seen', x)\n    return {'a': (x, {3, 1})}\n"
    first, second = called(tmp_path, code, [1], [2])
    assert first.value == {"a": [1, [1, 3]]}
    assert second.value == {"a": [2, [1, 3]]}
    assert "seen 1\nseen 2" in first.output


@pytest.mark.parametrize(
    ("code", "problem", "detail"),
    [
        (
            "def f():\n    return 1 / 0\n",
            "error",
            "ZeroDivisionError: division by zero (line 2)",
        ),
        ("def f(:\n", "error", "SyntaxError: invalid syntax (line 1)"),
        ("import no_such_thing\n", "error", "ModuleNotFoundError"),
        ("raise SystemExit(0)\n", "error", "SystemExit: 0 (line 1)"),
        ("def g(): pass\n", "missing", ""),
        ("def f():\n    return object()\n", "not_plain", "object"),
        ("def f():\n    return f()\n", "error", "RecursionError"),
        ("def f():\n    raise KeyboardInterrupt\n", "error", "KeyboardInterrupt"),
        ("def f():\n    return bytearray(2**40)\n", "big", ""),
        ("import os\ndef f():\n    os._exit(7)\n", "error", "exit code 7"),
        ("import os\ndef f():\n    os.kill(os.getpid(), 11)\n", "killed", "11"),
    ],
)
def test_failures_are_told(
    tmp_path: Path, code: str, problem: str, detail: str
) -> None:
    """What went wrong and in which line, not a traceback."""
    [found] = called(tmp_path, code)
    assert found.problem == problem, found
    assert detail in found.detail


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    while True: pass\n",
        "while True: pass\n",
        "import time\ndef f():\n    time.sleep(60)\n",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def f():\n    time.sleep(60)\n",
    ],
)
def test_what_never_ends_is_stopped(tmp_path: Path, code: str) -> None:
    """Busy or asleep, deaf to SIGTERM or not."""
    [found] = called(tmp_path, code, limits=Limits(seconds=1))
    assert found.problem == "slow"


def test_a_child_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    """A process that the code leaves behind is killed with its group, or at least not waited for."""
    code = (
        "import subprocess, sys\n"
        "def f():\n"
        "    try:\n"
        "        subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)'])\n"
        "    except OSError:\n"
        "        pass\n"
        "    return 1\n"
    )
    [found] = called(tmp_path, code, limits=QUICK)
    assert found.value == 1


def test_the_code_starts_no_process(tmp_path: Path) -> None:
    """Nor a thread: not even as root, for whom the limit of processes does not hold."""
    code = (
        "import os, threading\n"
        "def f(how):\n"
        "    return os.fork() if how == 'fork' else threading.Thread(target=f).start()\n"
    )
    forked, threaded = called(tmp_path, code, ["fork"], ["thread"])
    assert "BlockingIOError" in forked.detail
    assert "can't start new thread" in threaded.detail


def test_a_lab_may_start_threads_only() -> None:
    """A filter of the student's runs within a lab, which cannot do without them."""
    code = (
        "import os, threading\n"
        "from tracenova.lesson import seccomp\n"
        "seccomp.start_nothing(threads=True)\n"
        "thread = threading.Thread(target=print, args=['a thread'])\n"
        "thread.start(), thread.join()\n"
        "os.fork()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "a thread\n"
    assert ended.stderr.rstrip().endswith("Resource temporarily unavailable")


def test_endless_output_is_cut(tmp_path: Path) -> None:
    """A file of the child's has a largest size; what is shown is short."""
    code = "def f():\n    while True: print('x' * 1000)\n"
    [found] = called(tmp_path, code, limits=Limits(seconds=5))
    assert found.problem
    assert len(found.output) <= 20_000


def test_the_code_sees_a_copy_of_the_folder(tmp_path: Path) -> None:
    """It may read its neighbours; what it writes is gone."""
    (tmp_path / "data.txt").write_text("here")
    code = (
        "from pathlib import Path\n"
        "def f():\n"
        "    said = Path('data.txt').read_text()\n"
        "    Path('data.txt').write_text('spoilt')\n"
        "    return said\n"
    )
    [found] = called(tmp_path, code)
    assert found.value == "here"
    assert (tmp_path / "data.txt").read_text() == "here"


def test_the_code_does_not_find_progress(tmp_path: Path) -> None:
    """Home and state folders are elsewhere in its environment."""
    progress.save(progress.Progress(current="x"))
    code = (
        "import os\n"
        "from pathlib import Path\n"
        "def f():\n"
        "    state = os.environ['XDG_STATE_HOME']\n"
        "    return [state, str(Path.home()), list(map(str, Path(state).rglob('*.json')))]\n"
    )
    [found] = called(tmp_path, code)
    state, home, files = found.value
    assert not progress.file().is_relative_to(state)
    assert state == home
    assert files == []


def test_a_forged_result_is_no_result(tmp_path: Path) -> None:
    """What is no list of answers is taken for a failure."""
    code = (
        "import sys\nfrom pathlib import Path\n"
        f"Path(sys.argv[-1]).write_text({json.dumps('nonsense')!r})\n"
        "import os\nos._exit(0)\n"
    )
    [found] = called(tmp_path, code)
    assert found.problem == "error"


def test_the_code_cannot_write_elsewhere(tmp_path: Path) -> None:
    """Where Linux can (Landlock): not even by an absolute path."""
    target = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    target.write_text("progress")
    code = (
        "from pathlib import Path\n"
        "def f(path):\n"
        "    Path('mine.txt').write_text('x')\n"
        "    Path(path).unlink()\n"
    )
    [found] = called(tmp_path, code, [str(target)])
    if target.exists():
        assert found.problem == "error"
        assert "PermissionError" in found.detail
    else:  # an older kernel: then only what the runner remembers protects progress
        assert found.problem == ""
