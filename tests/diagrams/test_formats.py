"""Every kind in every format; what is missing or too large is said."""

import re
from pathlib import Path
from xml.etree import ElementTree

import graphviz
import pytest

from tests.diagrams.support import LABS, drawn, messages, story, trace
from tracenova.trace.trace import Trace
from tracenova_diagrams import FORMATS, KINDS, DiagramError, GraphvizMissing, draw
from tracenova_diagrams.graph import texts as graph_texts
from tracenova_diagrams.metrics import wrapped
from tracenova_diagrams.palette import DARK, LIGHT, STYLES
from tracenova_diagrams.sequence import mermaid

_SVG = "{http://www.w3.org/2000/svg}"
_NEEDS_DOT = ("topology", "states", "calls")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lab", LABS)
def test_svg_is_xml_with_title_description_and_text(lab: str, kind: str) -> None:
    """Text stays text, and a reader who cannot see the picture is told."""
    root = ElementTree.fromstring(drawn(lab, kind=kind).render("svg")[0])
    assert root.findtext(f"{_SVG}title")
    assert root.findtext(f"{_SVG}desc")
    assert root.findall(f".//{_SVG}text")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_", [f for f in FORMATS if f not in ("png", "pdf")])
def test_the_same_trace_gives_the_same_bytes(kind: str, format_: str) -> None:
    """Nothing in a picture depends on the run of the program."""
    one = draw(trace(), kind=kind, stable=True).render(format_)  # type: ignore[arg-type]
    other = draw(trace(), kind=kind, stable=True).render(format_)  # type: ignore[arg-type]
    assert one == other
    assert one[0]


@pytest.mark.parametrize(("format_", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("kind", ["sequence", "filters", "topology"])
def test_graphviz_paints_what_we_laid_out(
    kind: str, format_: str, magic: bytes
) -> None:
    """A png or pdf of any kind."""
    assert drawn(kind=kind, level="services").render(format_)[0].startswith(magic)  # type: ignore[arg-type]


def test_without_graphviz_the_others_still_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One clear line for what needs it; no trouble for what does not."""

    def missing(*_: object, **__: object) -> bytes:
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(graphviz, "pipe", missing)
    for kind in KINDS:
        for format_ in ("mmd", "puml", "txt", "dot"):
            assert drawn(kind=kind).render(format_)
        if kind in _NEEDS_DOT:
            with pytest.raises(GraphvizMissing, match="apt-get install graphviz"):
                drawn(kind=kind).render("svg")
        else:
            assert drawn(kind=kind).render("html")
    with pytest.raises(GraphvizMissing):
        drawn().render("png")


def test_an_ending_that_is_no_format_is_refused(tmp_path: Path) -> None:
    """The message lists the endings that are."""
    with pytest.raises(DiagramError, match="svg, png"):
        drawn().save(tmp_path / "boot.gif")


def test_mermaid_parts_keep_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mermaid refuses long texts: several files, and a line that says so."""
    monkeypatch.setattr(mermaid, "MOST_CHARACTERS", 3_000)
    saved = drawn(level="full", expand=True).save(tmp_path / "boot.mmd")
    assert len(saved.paths) > 1
    assert f"split into {len(saved.paths)} files" in saved.remark
    assert all(path.stat().st_size < 4_500 for path in saved.paths)
    told = messages(story(level="full", expand=True))
    answers = [message for message in told if message.returns]
    arrows = sum(
        len(re.findall(r"^  p\d+\S*p\d+: \d", path.read_text(), re.MULTILINE))
        for path in saved.paths
    )
    assert arrows == len(told) + len(answers)


def test_a_graph_in_parts_keeps_every_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part names the ends of its edges again."""
    (whole,) = drawn("reschedule", kind="calls").render("mmd")
    monkeypatch.setattr(graph_texts, "MOST_CHARACTERS", 900)
    parts = drawn("reschedule", kind="calls").render("mmd")
    assert len(parts) > 2
    edges = re.compile(rb"^  n\d+ [-=].*$", re.MULTILINE)
    found = [edge for part in parts for edge in edges.findall(part)]
    assert found == edges.findall(whole)


def test_a_picture_that_is_too_wide_says_so(tmp_path: Path) -> None:
    """A png of many lifelines is drawn smaller, and a line says by how much."""
    title = "wide " * 2_500
    saved = drawn(level="services", title=title).save(tmp_path / "wide.png")
    assert re.search(r"larger than a png can be: drawn at \d\d % of", saved.remark)


def test_an_empty_trace_is_drawn_as_empty() -> None:
    """No kind falls over a trace without anything in it."""
    for kind in KINDS:
        for format_ in FORMATS:
            assert draw(Trace(), kind=kind).render(format_)


def test_jupyter_shows_the_svg() -> None:
    """The object displays itself, and shares a page with others."""
    assert drawn(level="services")._repr_svg_().startswith("<svg")
    pages = [drawn(kind=kind)._repr_html_() for kind in ("filters", "weights")]
    ids = [re.findall(r'\bid="([^"]+)"', page) for page in pages]
    assert all(ids)
    assert not set(ids[0]) & set(ids[1])


def test_mermaid_and_plantuml_say_what_a_level_leaves_out() -> None:
    """As the svg does; and the title says what it is."""
    for format_ in ("mmd", "puml"):
        text = drawn(level="services", title="A boot").render(format_)[0].decode()
        assert "Not drawn at this level: " in text
        assert "A boot" in text


def test_a_step_inside_a_service_is_no_call_of_a_driver() -> None:
    """Mermaid and PlantUML write the means on an arrow, but not on a loop."""
    for format_ in ("mmd", "puml"):
        text = drawn(level="full").render(format_)[0].decode()
        assert "driver spawn" in text
        assert "driver populate_retry" not in text
        assert "db Instance.create" in text


def test_tables_are_tables_everywhere() -> None:
    """Rows with cells, and bars as colours, in dot, Mermaid and PlantUML."""
    dot, mmd, puml = (
        drawn("reschedule", kind="filters").render(format_)[0].decode()
        for format_ in ("dot", "mmd", "puml")
    )
    assert f'BGCOLOR="{LIGHT["fail"]}"' in dot
    assert "<td align='left'>RamFilter</td>" in mmd
    assert "<b>✗ compute3</b>" in mmd
    assert re.search(rf"DiskFilter.*<color:{LIGHT['fail']}>█+</color>", puml)


def test_names_break_where_they_are_joined() -> None:
    """A path breaks after its slashes and marks, a name only when it must."""
    said = "GET /v2.0/networks?id={net_id}"
    assert wrapped(said, 150) == ("GET /v2.0/networks?id=", "{net_id}")
    assert "".join(wrapped("a_name_without_any_end" * 3, 100)) == (
        "a_name_without_any_end" * 3
    )


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_contrast(palette: dict[str, str]) -> None:
    """WCAG AA, 4.5 to 1, on everything that text may stand on."""
    inks = {style.fill for style in STYLES.values() if style.size}
    grounds = ("paper", "band", "head", "bar", "note", "failnote", "goodnote")
    for ink in inks:
        for ground in grounds:
            if ink == "good" and ground in ("failnote", "bar", "note"):
                continue  # never written there
            if ink in ("accent", "fail") and ground == "bar":
                continue
            assert _contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_have_contrast(palette: dict[str, str]) -> None:
    """WCAG AA for shapes, 3 to 1 on paper."""
    for line in ("ink", "muted", "accent", "fail"):
        assert _contrast(palette[line], palette["paper"]) >= 3
