"""Documentation boots a lab while it is built, and shows what happened."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.diagrams import tools
from tests.diagrams.support import trace
from tracenova_diagrams import DiagramError, booting

pytestmark = pytest.mark.timeout(tools.PATIENCE_S + 30)

_CONF = "extensions = ['tracenova_diagrams.sphinx_ext']\nproject = 'demo'\n"
_RST = """\
A boot
======

.. tracenova:: default
   :level: services
   :table:
"""
_MKDOCS = "site_name: demo\nmarkdown_extensions: [tracenova_diagrams.markdown_ext]\n"
_MARKDOWN = "# A boot\n\n```tracenova\ndefault level=services table\n```\n"


def _need(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed here: pip install {module}")


def test_the_words_of_a_fence_are_checked() -> None:
    """An unknown option is a mistake of the author's, and is said."""
    wanted = booting.parsed("reschedule kind=states title='Two tries' table")
    assert (wanted.lab, wanted.options.kind, wanted.table) == (
        "reschedule",
        "states",
        True,
    )
    assert wanted.options.title == "Two tries"
    for words in ("default kind=pie", "default colour=red"):
        with pytest.raises(DiagramError):
            booting.parsed(words)


def test_the_picture_comes_with_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure with the SVG inside, and a row for every hop."""
    monkeypatch.setattr(booting, "booted", trace)
    html = booting.embedded(booting.parsed("default table"))
    assert html.count("<tr><td>") == len(trace().hops())
    assert "<svg" in html


def test_two_pictures_of_a_page_have_ids_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the second would be read out as the first; and both fit a narrow page."""
    monkeypatch.setattr(booting, "booted", trace)
    page = "".join(
        booting.embedded(booting.parsed(f"{lab} level=services"))
        for lab in ("default", "reschedule")
    )
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4
    assert page.count("max-width:100%") == 2


def test_sphinx_builds_a_page(tmp_path: Path) -> None:
    """The directive draws a boot of its own."""
    _need("sphinx")
    import sys

    (tmp_path / "conf.py").write_text(_CONF)
    (tmp_path / "index.rst").write_text(_RST)
    out = tmp_path / "out"
    tools.run(
        [sys.executable, "-m", "sphinx", "-qW", "-b", "html", str(tmp_path), str(out)]
    )
    page = (out / "index.html").read_text("utf-8")
    assert "build_instances 1.10" in page
    assert "<td>nova-conductor</td>" in page


def test_mkdocs_builds_a_page(tmp_path: Path) -> None:
    """The fence draws a boot of its own."""
    _need("mkdocs")
    import sys

    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(_MKDOCS)
    (tmp_path / "docs" / "index.md").write_text(_MARKDOWN)
    config = str(tmp_path / "mkdocs.yml")
    tools.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", config])
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "build_instances 1.10" in page
    assert "<td>nova-conductor</td>" in page
