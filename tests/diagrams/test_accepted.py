"""Mermaid and PlantUML themselves accept what we write for them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.diagrams import tools
from tests.diagrams.support import LABS, drawn, messages, story
from tracenova_diagrams import KINDS
from tracenova_diagrams.sequence.model import Message

pytestmark = pytest.mark.timeout(tools.PATIENCE_S + 30)


def test_mermaid_accepts_every_kind(tmp_path: Path) -> None:
    """Mermaid's own parser reads every picture of a boot and of a failed one."""
    files: list[Path] = []
    for lab in LABS[1:]:
        for kind in KINDS:
            files += drawn(lab, kind=kind).save(tmp_path / f"{lab}-{kind}.mmd").paths
    tools.parse_mermaid(files)


def test_plantuml_accepts_every_sort(tmp_path: Path) -> None:
    """PlantUML reads a picture of each sort of a reschedule, and swallows no arrow.

    Each message of the sequence and each answer is a line from side to side.
    """
    files: list[Path] = []
    for kind in ("sequence", "filters", "states", "calls"):
        picture = drawn("reschedule", kind=kind, level="services")
        files += picture.save(tmp_path / f"{kind}.puml").paths
    tools.check_plantuml(files)
    told = [m for m in messages(story("reschedule", level="services")) if not _loops(m)]
    lines = len(told) + sum(message.returns is not None for message in told)
    assert _level_lines(tmp_path / "sequence.svg") >= lines


def _loops(message: Message) -> bool:
    return message.source == message.target


def _level_lines(svg: Path) -> int:
    """Return how many lines of a picture are level."""
    lines = re.findall(r"<line [^>]*>", svg.read_text("utf-8"))
    ends = [re.findall(r'y[12]="([^"]*)"', line) for line in lines]
    return sum(y1 == y2 for y1, y2 in ends)


def test_neato_paints_the_pinned_sequence(tmp_path: Path) -> None:
    """Without a single complaint: nothing is larger than its place."""
    if shutil.which("neato") is None:
        pytest.skip("graphviz is not installed: apt-get install graphviz")
    (path,) = drawn("reschedule", level="full").save(tmp_path / "s.dot").paths
    done = subprocess.run(
        ["neato", "-n2", "-Tsvg", str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=tools.PATIENCE_S,
    )
    assert done.stderr == ""
    assert "select_destinations" in done.stdout
