"""The gallery shows what the labs do today."""

import subprocess
from pathlib import Path

import pytest

from tests.functional.boots import booted, run_boot
from tracenova.trace.trace import Trace
from tracenova_diagrams import gallery

_ROOT = Path(__file__).parents[2]
_GALLERY = _ROOT / "diagrams" / "gallery"
_LABS = sorted(path.stem for path in (_ROOT / "tracenova/lab/builtin").glob("*.toml"))
_DRAWN_WITH = "graphviz version 2.43.0"


def _dot_is_the_same() -> bool:
    try:
        done = subprocess.run(["dot", "-V"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return _DRAWN_WITH in done.stderr


@pytest.mark.parametrize("lab", _LABS)
def test_the_gallery_is_not_stale(lab: str) -> None:
    """A boot of today gives the same bytes; mend with: make gallery.

    A periodic task may take a step in a build's place on a machine that is very busy
    (``tracenova.trace.races``); so a difference counts when it is there three times.
    """
    stale = _stale(lab, booted(lab, "fake").trace)
    for _ in range(2):
        if stale:
            stale &= _stale(lab, run_boot(lab, virt="fake").trace)
    assert not stale, "stale; mend: make gallery"


def _stale(lab: str, trace: Trace) -> set[str]:
    same_dot = _dot_is_the_same()
    return {
        name
        for name, picture, content in gallery.pictures(lab, trace)
        # another dot lays out differently
        if (same_dot or not picture.needs_dot)
        and (_GALLERY / name).read_bytes() != content
    }


def test_the_picture_of_the_readme_is_not_stale() -> None:
    """It is the default lab on one page."""
    assert (_GALLERY / "boot.svg").read_bytes() == gallery.front(
        booted("default", "fake").trace
    )


def test_the_page_shows_every_built_in_lab() -> None:
    """Each has its set, and its Mermaid inline."""
    page = (_GALLERY / "README.md").read_text("utf-8")
    for lab in _LABS:
        assert f"## {lab}\n" in page
        for picture in gallery.SET:
            assert (_GALLERY / lab / f"{picture.name}.{picture.format}").is_file()
    assert page.count("```mermaid") == page.count("\n## ")
