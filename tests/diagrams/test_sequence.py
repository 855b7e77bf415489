"""The sequence tells the boot, at three levels."""

import dataclasses
from collections.abc import Iterator

import pytest

from tests.diagrams.support import LABS, drawn, messages, notes, story, trace
from tracenova.trace import names
from tracenova.trace.trace import Trace
from tracenova_diagrams import draw
from tracenova_diagrams.scene import Begin, Block, Rect, Scene
from tracenova_diagrams.sequence.draw import pages

_A4 = (1123.0, 794.0)
_SMALLEST_READABLE = 5.4  # points


@pytest.mark.parametrize("lab", LABS)
def test_level_services_is_a_page(lab: str) -> None:
    """At most 25 arrows, and on A4 its labels keep a size that can be read."""
    assert story(lab, level="services").arrows <= 25
    scene = drawn(lab, level="services").scene()
    long, short = max(scene.width, scene.height), min(scene.width, scene.height)
    scale = min(_A4[0] / long, _A4[1] / short)
    assert 12 * scale * 0.75 >= _SMALLEST_READABLE


@pytest.mark.parametrize("lab", LABS)
def test_nothing_is_lost_between_levels(lab: str) -> None:
    """Arrows and the words about what is left out add up to all hops."""
    hops = len(trace(lab).hops())
    assert sum(m.stands_for for m in messages(story(lab, level="full"))) == hops
    for level in ("services", "rpc"):
        told = story(lab, level=level)
        left_out = sum(int(words.split()[0]) for words in told.omitted)
        assert sum(m.stands_for for m in messages(told)) + left_out == hops


def test_level_rpc_has_every_rpc_and_http_hop() -> None:
    """Condensed or not, each of them is in some arrow."""
    told = messages(story(level="rpc", expand=True))
    wanted = {
        hop.seq
        for hop in trace().hops()
        if hop.kind in ("http", "call", "cast", "fanout") and "bus" not in hop.to
    }
    assert wanted <= {message.seq for message in told}


def test_repeats_are_condensed_and_can_be_expanded() -> None:
    """“14 × object_action” stands for 14 arrows."""
    short = messages(story(level="services"))
    assert any(m.label.startswith("14 × object_action") for m in short)
    assert all(
        m.stands_for == 1 for m in messages(story(level="services", expand=True))
    )


def test_groups_tell_the_chapters() -> None:
    """Request, schedule, build; and after a refused claim a second attempt."""
    told = story("reschedule", level="services")
    titles = list(dict.fromkeys(told.groups.get(item.group, "") for item in told.items))
    assert titles == [
        "request",
        "schedule · attempt 1",
        "build on compute2",
        "reschedule · attempt 2",
        "build on compute1",
        "",
    ]
    assert any(m.label == "↻ build_instances 1.10" for m in messages(told))


def test_notes_tell_verdicts_weights_claims_and_states() -> None:
    """What happens without a message stands where it happens."""
    said = [
        line for note in notes(story("reschedule", level="rpc")) for line in note.lines
    ]
    assert "filters: 3 hosts → 2" in said
    assert any("✗ compute3 by DiskFilter: requested 20480 MB" in line for line in said)
    assert "weights: compute2 2.00 ✓, compute1 1.00" in said
    assert any(line.startswith("claim ✗ Free memory") for line in said)
    assert "vm_state: building → active" in said


def test_failures_are_marked_by_shape_and_word() -> None:
    """The reply that carries NoValidHost is crossed and says so."""
    failed = [m for m in messages(story("no-valid-host", level="rpc")) if m.failed]
    assert [m.label for m in failed] == ["reply: NoValidHost"]
    text = drawn("no-valid-host", level="rpc").render("svg")[0].decode()
    assert "✗ No valid host was" in text
    assert 'class="tn-failreply"' in text


def test_only_what_was_asked_for_is_drawn() -> None:
    """--focus, --hide, --from and --to choose by service and by hop."""
    focus = messages(story(level="rpc", focus=("placement",)))
    assert {"placement"} <= {name for m in focus for name in (m.source, m.target)}
    assert all("placement" in (m.source, m.target) for m in focus)
    hidden = story(level="full", hide=("db", "keystone"))
    assert not {"api-db", "cell-db", "keystone"} & {p.name for p in hidden.participants}
    part = messages(story(level="full", first=18, last=29, expand=True))
    assert (part[0].seq, part[-1].seq) == (18, 29)


def test_what_failed_is_drawn_at_every_level() -> None:
    """A database that refuses is part of the page-size story too."""
    spans = [
        dataclasses.replace(span, status="error", status_message="Quota exceeded")
        if span.name == "Quotas.reserve"
        else span
        for span in trace().spans
    ]
    told = draw(Trace(spans), level="services").render("txt")[0].decode()
    assert "✗ Quota exceeded" in told


@pytest.mark.parametrize("level", ["services", "rpc", "full"])
@pytest.mark.parametrize("lab", LABS)
def test_no_words_lie_on_a_bar(lab: str, level: str) -> None:
    """An arrow's words stand where nobody is at work; their ground cuts no bar."""
    scene = drawn(lab, level=level).scene()
    bars = [s for s in scene.shapes if isinstance(s, Rect) and s.look == "bar"]
    for mask in _masks(scene):
        for bar in bars:
            apart_x = mask.x + mask.width <= bar.x or bar.x + bar.width <= mask.x
            apart_y = mask.y + mask.height <= bar.y or bar.y + bar.height <= mask.y
            assert apart_x or apart_y, (mask, bar)


def _masks(scene: Scene) -> Iterator[Rect]:
    """Yield the grounds of words and marks, where they stand on the paper."""
    down = 0.0
    for shape in scene.shapes:
        if isinstance(shape, Begin):
            down = shape.down
        elif isinstance(shape, Block):
            for each in shape.shapes:
                if isinstance(each, Rect) and each.look.startswith("mask"):
                    yield each._replace(y=each.y + down)


def test_a_message_that_waited_is_slanted() -> None:
    """A millisecond in the queue shows as a slope, an hourglass and a number."""
    spans = [
        dataclasses.replace(
            span, attributes={**span.attributes, names.RPC_QUEUED_NS: 12_000_000}
        )
        if span.kind == "consumer"
        else span
        for span in trace().spans
    ]
    waited = draw(Trace(spans), level="services")
    assert "waited\u00a012\u00a0ms" in waited.render("svg")[0].decode()
    assert waited.scene().height > drawn(level="services").scene().height
    assert "⧖ 12 ms" in waited.render("txt")[0].decode()


def test_a_picture_that_is_too_high_is_split_and_says_so() -> None:
    """Every hop is on exactly one page, and every page has the heads."""
    told = story(level="full", expand=True)
    scenes = pages(told, "full", 900)
    assert len(scenes) > 2
    assert all(scene.height <= 900 for scene in scenes)
    assert scenes[0].title.endswith(f"(part 1 of {len(scenes)})")


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lab", LABS)
def test_text_keeps_its_width(lab: str, width: int) -> None:
    """80 or 120 columns, never one more, and every head is there."""
    text = drawn(lab, level="rpc", width=width).render("txt")[0].decode()
    assert max(map(len, text.splitlines())) <= width
    assert "nova-conductor" in text
