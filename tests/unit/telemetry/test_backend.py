"""Spans as services record them."""

# ruff: noqa: SIM117 - nested blocks show the tree of spans

import random
import threading

import pytest

from tracenova import identity, profiler, utils
from tracenova.identity import ServiceIdentity
from tracenova.telemetry.clock import HEADER, KEY
from tracenova.testing import capture_trace
from tracenova.trace import names
from tracenova.trace.model import Span

API = ServiceIdentity("nova-api", "api-host")
CONDUCTOR = ServiceIdentity("nova-conductor", "cond-host")


def named(spans: list[Span], name: str) -> Span:
    """The one span of that name."""
    (found,) = [span for span in spans if span.name == name]
    return found


def test_spans_leave_the_dice_of_a_seeded_lab_alone() -> None:
    """Nova's own random choices are the same, watched or not."""
    random.seed(1)
    alone = random.random()
    random.seed(1)
    with capture_trace() as captured:
        with profiler.span("one"), profiler.span("two"):
            pass
    assert random.random() == alone
    assert len({span.span_id for span in captured.spans}) == 2


def test_a_span_is_recorded_as_the_acting_service() -> None:
    """One provider per service: its name and host are the resource."""
    with capture_trace() as captured:
        with (
            identity.acting_as(API),
            profiler.span("Instance.create", "client", {"a": None, "b": 1}),
        ):
            pass
        with profiler.span("outside"):
            pass
    span = named(captured.spans, "Instance.create")
    assert (span.service, span.host, span.kind) == ("nova-api", "api-host", "client")
    assert span.number("b") == 1
    assert "a" not in span.attributes
    assert span.duration_ns is not None
    assert named(captured.spans, "outside").service == "tracenova"


def test_trace_and_clock_travel_in_a_message() -> None:
    """The receiver continues the trace, and counts on from the sender's clock."""
    context: dict[str, str] = {"request_id": "req-1"}
    headers = {"Accept": "application/json"}
    with capture_trace() as captured:
        with identity.acting_as(API), profiler.span("conductor.build", "producer"):
            for _ in range(5):
                profiler.inject(context)
            profiler.inject(headers)
        with identity.acting_as(CONDUCTOR), profiler.extracted(context):
            with profiler.span("build receive", "consumer"):
                pass
    sent, received = (
        named(captured.spans, n) for n in ("conductor.build", "build receive")
    )
    assert (received.trace_id, received.parent_id) == (sent.trace_id, sent.span_id)
    assert received.lamport > int(context[KEY]) > sent.lamport
    assert HEADER in headers
    assert KEY not in headers


def test_an_answer_moves_the_callers_clock() -> None:
    """What comes after the reply comes after what the callee did."""
    with capture_trace() as captured, identity.acting_as(API):
        profiler.witnessed({KEY: "500"})
        with profiler.span("next"):
            pass
    assert captured.spans[0].lamport == 501


def test_a_bad_clock_does_no_harm() -> None:
    """A stranger may send anything."""
    with (
        capture_trace() as captured,
        profiler.extracted({"traceparent": "x", KEY: "soon"}),
    ):
        with profiler.span("a"):
            pass
    assert captured.spans[0].parent_id is None


def test_an_exception_marks_the_span_and_passes_on() -> None:
    """Class and text; the caller sees the exception itself."""
    with capture_trace() as captured:
        with pytest.raises(ValueError, match="no room"), profiler.span("a"):
            raise ValueError("no room")
        with profiler.span("b") as span:
            span.fail(KeyError("x"))
            span.rename("c")
    assert captured.spans[0].error == "no room"
    assert captured.spans[0].text(names.ERROR_TYPE) == "ValueError"
    assert (captured.spans[1].name, captured.spans[1].status) == ("c", "error")


def test_a_spawned_thread_notes_where_it_was_spawned() -> None:
    """Its spans come before the spawner's next one, whoever is quicker."""
    go = threading.Event()

    def late() -> None:
        go.wait(30)
        for name in ("t0", "t1"):
            with profiler.span(name):
                pass

    with capture_trace() as captured, profiler.span("parent"):
        with profiler.span("a"):
            pass
        thread = utils.spawn(late)
        with profiler.span("b"):
            pass
        go.set()
        thread.result(30)
    walked = [
        step.span.name for step in captured.trace.tree.story() if step.at == "enter"
    ]
    assert walked == ["parent", "a", "t0", "t1", "b"]


def test_continuing_another_trace_leaves_this_ones_count_alone() -> None:
    """A thread that looks after a message in between goes on counting its own."""
    carrier: dict[str, str] = {}
    with capture_trace() as captured:
        with profiler.span("other", "producer"):
            profiler.inject(carrier)
        with profiler.span("parent"):
            with profiler.span("a"):
                pass
            with profiler.extracted(carrier), profiler.span("elsewhere", "consumer"):
                pass
            with profiler.span("b"):
                pass
    assert named(captured.spans, "b").text(names.ORDER) == "1.1"
    assert (
        named(captured.spans, "elsewhere").parent_id
        == named(captured.spans, "other").span_id
    )


def test_a_traced_method_knows_its_twin_in_nova() -> None:
    """The name Class.method, and the line where Nova defines it."""

    def build_and_run_instance(self: object) -> None:
        """Stands for the real one."""

    build_and_run_instance.__module__ = "tracenova.compute.manager"
    build_and_run_instance.__qualname__ = "ComputeManager.build_and_run_instance"
    manager = type("ComputeManager", (), {})()
    with capture_trace() as captured:
        profiler.trace(build_and_run_instance)(manager)
    (span,) = captured.spans
    assert span.name == "ComputeManager.build_and_run_instance"
    assert span.text(names.NOVA_SOURCE) == "nova/compute/manager.py:1704"


def test_a_message_knows_which_service_function_sent_it() -> None:
    """Seams are looked through: the story wants the function that meant it."""
    scope = {"__name__": "tracenova.compute.api_provision", "profiler": profiler}
    code = """
class API:
    def _provision_instances(self):
        with profiler.span("RequestSpec.create", "client"):
            pass
"""
    exec(compile(code, "/x/api_provision.py", "exec"), scope)  # a stand-in service
    with capture_trace() as captured:
        scope["API"]()._provision_instances()  # type: ignore[operator]  # built above
    (span,) = captured.spans
    assert span.text(names.CODE_FUNCTION) == (
        "tracenova.compute.api_provision.API._provision_instances"
    )
    assert span.number(names.CODE_LINE) == 4
    assert span.text(names.NOVA_SOURCE) == "nova/compute/api.py:932"


def test_without_a_recording_nothing_happens() -> None:
    """Tracing off is the normal state; carriers stay as they are."""
    carrier: dict[str, str] = {}
    with profiler.span("a") as span:
        span.set({"x": 1})
        profiler.inject(carrier)
    assert carrier == {}
    assert not profiler.is_recording()


def test_recordings_nest() -> None:
    """The inner one takes the spans of its block; the outer one goes on after it."""
    with capture_trace() as outer:
        with capture_trace() as inner, profiler.span("in"):
            pass
        with profiler.span("out"):
            pass
    assert [span.name for span in inner.spans] == ["in"]
    assert [span.name for span in outer.spans] == ["out"]


def test_columns_of_many_hosts_survive() -> None:
    """A filter's verdicts on ten thousand hosts are one span."""
    hosts = [f"host{n}/node{n}" for n in range(10_000)]
    with capture_trace() as captured, profiler.span("filter X") as span:
        span.set({names.FILTER_HOSTS: hosts, names.FILTER_PASSED: [True] * len(hosts)})
    assert captured.spans[0].column(names.FILTER_HOSTS) == tuple(hosts)


def test_what_comes_later_is_made_when_somebody_looks() -> None:
    """A sentence that nobody reads is never put together; once made, it stays."""
    made: list[str] = []

    def make() -> dict[str, profiler.Attribute | profiler.Column | None]:
        made.append("once")
        return {"reasons": ("why",), "none": None}

    with capture_trace() as captured:
        with profiler.span("filter", attributes={"name": "RamFilter"}) as span:
            span.set_later(make)
    found = named(captured.spans, "filter")
    assert found.text("name") == "RamFilter"
    assert not made
    assert found.column("reasons") == ("why",)
    assert found.attributes == {**found.attributes, "reasons": ("why",)}
    assert "none" not in found.attributes
    assert made == ["once"]


def test_what_cannot_be_made_later_costs_only_itself() -> None:
    """A plug-in's odd answer must not cost the span."""
    with capture_trace() as captured:
        with profiler.span("filter", attributes={"name": "Odd"}) as span:
            span.set_later(lambda: {"n": 1 // 0})
    found = named(captured.spans, "filter")
    assert found.number("n") is None
    assert found.text("name") == "Odd"
