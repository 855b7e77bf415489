"""A boot whose temporary folder has no room: one line, and exit code 3."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracenova.cli.group import tracenova


@pytest.fixture(name="small")
def fixture_small(tmp_path: Path) -> Iterator[Path]:
    """A file system that a lab's databases do not fit."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder))
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("mount is not installed")
    if done.returncode:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_boot_on_a_full_disk_says_so(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where, how full, and how to mend it; nothing is left there."""
    monkeypatch.setattr(tempfile, "tempdir", str(small))
    save = str(tmp_path / "boot.otlp.jsonl")
    result = CliRunner().invoke(
        tracenova, ["boot", "--virt", "fake", "--save", save, "--json"]
    )
    assert result.exit_code == 3, result.output
    (line,) = (each for each in result.stderr.splitlines() if "Error" in each)
    assert f"the disk of {small} is full" in line
    assert "mend: make room, or set TMPDIR" in line
    assert list(small.iterdir()) == []
