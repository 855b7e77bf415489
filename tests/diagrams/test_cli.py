"""``tracenova diagram``: the ending is the format, the exit code says how it went."""

import json
from pathlib import Path

import graphviz
import pytest
from click.testing import CliRunner, Result

from tests.diagrams.support import TRACES
from tracenova.cli.diagram import command

_BOOT = str(TRACES / "default.otlp.jsonl")


def _run(*words: str) -> Result:
    return CliRunner().invoke(command, words)


def test_a_picture_is_written(tmp_path: Path) -> None:
    """The answer is the path, on stdout."""
    target = tmp_path / "boot.svg"
    done = _run(_BOOT, "--stable", "--level", "services", "-o", str(target), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"files": [str(target)]}
    assert target.read_text().startswith("<svg")


def test_without_a_file_the_picture_is_text() -> None:
    """A look in the terminal needs no file."""
    done = _run(_BOOT, "--focus", "placement,glance", "--width", "80")
    assert done.exit_code == 0
    assert "GET /allocations" in done.stdout
    assert "keystone" not in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        (),
        (_BOOT, "--lab", "default"),
        (_BOOT, "-o", "x.gif"),
        ("missing.jsonl",),
        ("--lab", "nope"),
    ],
)
def test_what_cannot_be_used_is_exit_2(words: tuple[str, ...]) -> None:
    """Usage: no trace, two traces, an ending that is no format, no such file or lab."""
    assert _run(*words).exit_code == 2


def test_an_unwritable_target_is_exit_2(tmp_path: Path) -> None:
    """One line says why."""
    done = _run(_BOOT, "-o", str(tmp_path / "no" / "boot.svg"))
    assert done.exit_code == 2
    assert "No such file" in done.stderr


def test_missing_graphviz_is_exit_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the one line that mends it."""

    def missing(*_: object, **__: object) -> bytes:
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(graphviz, "pipe", missing)
    done = _run(_BOOT, "--kind", "topology", "-o", str(tmp_path / "t.svg"))
    assert done.exit_code == 3
    assert "apt-get install graphviz" in done.stderr
