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
    # a step of nova-compute that is named after neutron, and asks it nothing
    assert ("nova-compute@compute2", "neutron") not in ways


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


def _calls(lab: str) -> Graph:
    graph = drawn(lab, kind="calls").content
    assert isinstance(graph, Graph)
    return graph


def _edge_tones(graph: Graph) -> dict[str, str]:
    said = {node.key: " ".join(node.lines) for node in graph.nodes}
    return {said[edge.target]: edge.tone for edge in graph.edges}


def test_the_critical_path_ends_with_the_state() -> None:
    """The server is active with the last save; the fanout after it holds nobody up."""
    tones = _edge_tones(_calls("default"))
    assert tones["nova-conductor call · object_action"] == "critical"
    assert tones["nova-scheduler fanout · update_instance_info"] == "dashed"
    assert tones["nova-scheduler call · select_destinations"] == "plain"
    events = [said for said in tones if said.endswith("/os-server-external-events")]
    assert all("HTTP by neutron" in said for said in events)
    assert events


def test_a_call_that_was_answered_with_an_error_has_failed() -> None:
    """The error comes with the reply."""
    tones = _edge_tones(_calls("no-valid-host"))
    assert tones["nova-scheduler call · select_destinations"] == "fail"


def test_filters_after_the_last_host_were_not_asked() -> None:
    """Nova's loop ends as soon as no host is left."""
    sheet = drawn("no-valid-host", kind="filters").content
    assert isinstance(sheet, Sheet)
    rows = [
        [c.text for c in row if isinstance(c, Words)] for row in sheet.tables[0].rows
    ]
    asked = [row for row in rows if "not asked any more" not in row]
    assert asked[-1][2:4] == ["1", "0"]
    assert len(asked) < len(rows)
    assert all(row[2:4] == ["–", "–"] for row in rows[len(asked) :])


def _failed_steps(lab: str) -> set[str]:
    sheet = drawn(lab, kind="timeline").content
    assert isinstance(sheet, Sheet)
    return {
        row[0].text.strip()
        for row in sheet.tables[0].rows
        if isinstance(row[0], Words)
        and isinstance(row[3], Bar)
        and row[3].segments[0].failed
    }


def test_to_find_nothing_is_no_failure() -> None:
    """Few servers are in a group: Nova looks, finds none, and goes on."""
    assert _failed_steps("default") == set()
    failed = _failed_steps("no-valid-host")
    assert "select_destinations receive" in failed
    assert "InstanceGroup.get_by_instance_uuid" not in failed


def test_a_step_is_below_what_began_it() -> None:
    """Steps that are not drawn do not move the others to the right."""
    sheet = drawn("default", kind="timeline").content
    assert isinstance(sheet, Sheet)
    names = [row[0].text for row in sheet.tables[0].rows if isinstance(row[0], Words)]
    depths = {name.strip(): len(name) - len(name.lstrip()) for name in names}
    assert depths["scheduler.select_destinations"] == depths["Instance.refresh"]
    assert (
        depths["select_destinations receive"]
        == depths["scheduler.select_destinations"] + 2
    )


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
