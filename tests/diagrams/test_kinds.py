"""What the pictures besides the sequence show, each of the story alone."""

from collections.abc import Iterable, Iterator

import pytest

from tests.diagrams.support import LABS, drawn, trace
from tracenova_diagrams import KINDS
from tracenova_diagrams.graph.model import Graph
from tracenova_diagrams.metrics import width
from tracenova_diagrams.palette import STYLES
from tracenova_diagrams.scene import Block, Shape, Text
from tracenova_diagrams.table.model import Bar, Sheet, Words


def test_a_topology_has_one_box_for_each_compute() -> None:
    """Who sends to a queue and who is sent to are the same box, named by its host."""
    graph = drawn("reschedule", kind="topology").content
    assert isinstance(graph, Graph)
    boxes = [node for node in graph.nodes if node.lines[0] == "nova-compute"]
    hosts = sorted(node.lines[1] for node in boxes)
    assert hosts == ["host compute1", "host compute2", "host compute3"]
    ways = {(edge.source, edge.target): edge.lines for edge in graph.edges}
    assert ("nova-compute@compute2", "queue conductor") in ways
    assert ways["queue compute.compute2", "nova-compute@compute2"] == ("1",)


def test_a_timeline_begins_with_the_request() -> None:
    """Start-up and periodic tasks are no part of the story; level full shows them."""
    sheets = [drawn(kind="timeline", level=level).content for level in ("rpc", "full")]
    shown = []
    for sheet in sheets:
        assert isinstance(sheet, Sheet)
        shown.append([row[0] for row in sheet.tables[0].rows])
    first = shown[0][0]
    assert isinstance(first, Words)
    assert first.text == "boot demo"
    assert len(shown[0]) < len(shown[1]) <= len(trace().timeline())


def test_a_timeline_is_a_gantt_chart_in_mermaid() -> None:
    """One bar a step, with where it begins and ends."""
    text = drawn(kind="timeline", level="services").render("mmd")[0].decode()
    assert text.startswith("gantt\n")
    assert "select_destinations receive · nova-scheduler" in text


def test_the_weights_of_a_forced_choice_draw_no_empty_table() -> None:
    """The second attempt had one host left: words, and no line that heads nothing."""
    svg = drawn("reschedule", kind="weights").render("svg")[0].decode()
    assert "the only host left; no weigher ran" in svg
    assert svg.count('class="tn-edge"') == 1


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_word_runs_off_the_sheet(kind: str, lab: str) -> None:
    """Every text ends within the picture, titles of tables too."""
    picture = drawn(lab, kind=kind, level="full").scene()
    for shape in _flat(picture.shapes):
        if isinstance(shape, Text) and shape.anchor == "start":
            style = STYLES[shape.look]
            wide = width(shape.text, style.size, bold=style.bold)
            assert shape.x + wide <= picture.width, shape.text


def _flat(shapes: Iterable[Shape]) -> Iterator[Shape]:
    for shape in shapes:
        if isinstance(shape, Block):
            yield from _flat(shape.shapes)
        else:
            yield shape


def test_the_critical_path_leads_through_the_build() -> None:
    """Nobody waits for what is told to everybody, nor for the client's looks."""
    path = drawn("default", kind="calls").scene().about
    assert "build_and_run_instance" in path
    assert "update_instance_info" not in path
    assert "GET /v2.1" not in path


def test_a_weigher_keeps_its_colour() -> None:
    """Its place among all weighers picks it, not which of them gave something."""
    sheet = drawn("default", kind="weights").content
    assert isinstance(sheet, Sheet)
    looks = {
        segment.label.split()[0]: segment.part
        for table in sheet.tables
        for row in table.rows
        for cell in row
        if isinstance(cell, Bar)
        for segment in cell.segments
    }
    runs = [run.name for run in trace("default").weigher_runs_of(trace().choices()[0])]
    assert looks
    for name, part in looks.items():
        assert runs[part - 1] == f"{name}Weigher"
