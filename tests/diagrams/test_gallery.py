"""The gallery shows what the labs do today."""

import subprocess
from pathlib import Path

import pytest

from tests.functional.boots import booted
from tracenova_diagrams import gallery

_GALLERY = Path(__file__).parents[2] / "diagrams" / "gallery"
_DRAWN_WITH = "graphviz version 2.43.0"


def _dot_is_the_same() -> bool:
    try:
        done = subprocess.run(["dot", "-V"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return _DRAWN_WITH in done.stderr


@pytest.mark.parametrize(
    "lab",
    ["default", "no-valid-host", "reschedule", "quota-exceeded", "dead-compute"],
)
def test_the_gallery_is_not_stale(lab: str) -> None:
    """A boot of today gives the same bytes; mend with: make gallery."""
    same_dot = _dot_is_the_same()
    for name, picture, content in gallery.pictures(lab, booted(lab, "fake").trace):
        if picture.needs_dot and not same_dot:
            continue  # another dot lays out differently
        known = (_GALLERY / name).read_bytes()
        assert known == content, f"{name} is stale; mend: make gallery"


def test_the_picture_of_the_readme_is_not_stale() -> None:
    """It is the default lab on one page."""
    assert (_GALLERY / "boot.svg").read_bytes() == gallery.front(
        booted("default", "fake").trace
    )


def test_the_page_shows_every_built_in_lab() -> None:
    """Each has its set, and its Mermaid inline."""
    root = Path(__file__).parents[2] / "tracenova" / "lab" / "builtin"
    page = (_GALLERY / "README.md").read_text("utf-8")
    for path in root.glob("*.toml"):
        assert f"## {path.stem}\n" in page
        for picture in gallery.SET:
            assert (_GALLERY / path.stem / f"{picture.name}.{picture.format}").is_file()
    assert page.count("```mermaid") == page.count("\n## ")
