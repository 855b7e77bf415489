"""Mermaid and PlantUML themselves accept what we write for them."""

from pathlib import Path

import pytest

from tests.diagrams import tools
from tests.diagrams.support import LABS, drawn
from tracenova_diagrams import KINDS

pytestmark = pytest.mark.timeout(tools.PATIENCE_S + 30)


def test_mermaid_accepts_every_kind(tmp_path: Path) -> None:
    """Mermaid's own parser reads every picture of a boot and of a failed one."""
    files: list[Path] = []
    for lab in LABS[1:]:
        for kind in KINDS:
            files += drawn(lab, kind=kind).save(tmp_path / f"{lab}-{kind}.mmd").paths
    tools.parse_mermaid(files)


def test_plantuml_accepts_every_sort(tmp_path: Path) -> None:
    """PlantUML reads a picture of each sort of a reschedule."""
    files: list[Path] = []
    for kind in ("sequence", "filters", "states", "calls"):
        picture = drawn("reschedule", kind=kind, level="services")
        files += picture.save(tmp_path / f"{kind}.puml").paths
    tools.check_plantuml(files)
