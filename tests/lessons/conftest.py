"""What the tests of the course share: one cache of boots, a state folder each."""

from pathlib import Path

import pytest

from tests.lessons.local_bench import LocalBench
from tracenova.lesson import bench as bench_module
from tracenova.lesson.bench import Bench


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this test run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "lessons"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def _own_homes(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real progress is touched; boots of the lessons' own files are shared."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared / "cache"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("TRACENOVA_LESSONS", raising=False)


@pytest.fixture
def bench(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return the bench that runs labs here; the command line uses it, too."""
    local = LocalBench(shared / "boots")
    monkeypatch.setattr(bench_module, "ChildBench", lambda *_: local)
    return local
