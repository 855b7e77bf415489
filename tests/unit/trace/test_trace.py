"""Questions to a trace."""

# ruff: noqa: SIM117 - nested blocks show the tree of spans

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.trace.builder import MS, UUID, Builder
from tests.unit.trace.sample import HOSTS, small_boot
from tracenova.trace import names
from tracenova.trace.files import TraceFileError, TraceWriter
from tracenova.trace.model import Moment
from tracenova.trace.trace import Trace

OTHER = "99999999-2222-3333-4444-555555555555"


@pytest.fixture
def trace() -> Trace:
    """The small boot."""
    return Trace(small_boot())


def test_filters_tell_verdicts_and_shadow_verdicts(trace: Trace) -> None:
    """A shadow verdict is what a filter would have said of a host already refused."""
    ram, disk = trace.filter_runs()
    assert (ram.name, ram.hosts_in, ram.hosts_out, ram.attempt, ram.round) == (
        "RamFilter",
        3,
        2,
        1,
        1,
    )
    assert [v.passed for v in ram.verdicts] == [True, True, False]
    assert [v.shadow for v in disk.verdicts] == [False, False, True]
    assert len(trace.verdicts()) == 6


def test_weights_and_choice_are_read_from_columns(trace: Trace) -> None:
    """Columns of equal length become rows."""
    (choice,) = trace.choices()
    assert choice.order == ((HOSTS[0], 1.83), (HOSTS[1], 1.2))
    assert (choice.selected, choice.instance) == (HOSTS[0], UUID)
    first = trace.weights()[0]
    assert (first.weigher, first.host, first.raw) == ("RAMWeigher", HOSTS[0], 60416.0)


def test_several_instances_are_several_choices() -> None:
    """One request may ask for many servers; each is chosen for by itself."""
    b = Builder()
    columns = {
        names.HOSTS_TOTAL: 2,
        names.WEIGHED_HOSTS: ("a/a", "b/b", "b/b"),
        names.WEIGHED_WEIGHTS: (2.0, 1.0, 1.0),
        names.WEIGHED_INSTANCE: (0, 0, 1),
        names.SELECTED: ("a/a", "b/b"),
        names.SINGLE_SURVIVOR: (False, True),
    }
    with b.span("FilterScheduler._schedule", attributes=columns) as schedule:
        schedule.status = "error"
        schedule.attributes[names.ERROR_TYPE] = "NoValidHost"
    choices = Trace(b.spans).choices()
    assert [(c.round, c.selected, c.single_survivor) for c in choices] == [
        (1, "a/a", False),
        (2, "b/b", True),
        (3, None, False),
    ]
    assert choices[2].error == "NoValidHost"


def test_states_know_who_meant_the_save(trace: Trace) -> None:
    """Behind the conductor stands the compute host that asked."""
    created, saved = trace.state_changes()
    assert created.vm_state == (None, "building")
    assert (saved.vm_state, saved.task_state) == (
        ("building", "active"),
        ("scheduling", None),
    )
    assert saved.by == "nova-compute@compute2"
    assert saved.power_state == ("NOSTATE", "NOSTATE")


def test_claims_have_numbers_and_no_limit_is_none(trace: Trace) -> None:
    """A missing limit means unlimited, not minus one."""
    (claim,) = trace.claims()
    assert (claim.host, claim.instance, claim.passed) == ("compute2", UUID, True)
    assert (claim.tests[0].requested, claim.tests[0].limit) == (2048.0, None)


def test_messages_tell_envelope_and_waiting(trace: Trace) -> None:
    """One row a message, whoever took it."""
    build = trace.messages()[0]
    assert (build.operation, build.topic, build.version) == (
        "cast",
        "conductor",
        "1.10",
    )
    assert (build.delivered, build.queued_ns) == (1, MS)


def test_services_and_instances_come_in_order_of_appearance(trace: Trace) -> None:
    """A compute is told from its fellows by its host."""
    assert trace.services() == [
        "client",
        "nova-api",
        "nova-conductor",
        "nova-scheduler",
        "nova-compute@compute2",
    ]
    assert trace.instances() == [UUID]


def test_own_time_is_what_no_child_covers(trace: Trace) -> None:
    """Bars nest; waiting for others is not work."""
    first = trace.timeline()[0]
    assert (first.depth, first.offset_ns) == (0, 0)
    assert first.self_ns == 2 * MS
    assert sum(share.spans for share in trace.shares()) == len(trace.spans)


def test_errors_are_told_where_they_began() -> None:
    """A caller that fails because its callee failed is not a second error."""
    b = Builder()
    with b.span("outer") as outer:
        outer.status = "error"
        with b.span("inner") as inner:
            inner.status, inner.message = "error", "disk full"
    assert [(e.name, e.message) for e in Trace(b.spans).errors()] == [
        ("inner", "disk full")
    ]


def test_one_server_of_several_can_be_singled_out() -> None:
    """What names another server is left out; what names none belongs to all."""
    b = Builder()
    with b.span("request", "server", "nova-api", "api"):
        b.db("Flavor.get")
        for uuid in (UUID, OTHER):
            with b.span(
                "Instance.create",
                "client",
                attributes={names.INSTANCE_UUID: uuid, names.DB_SYSTEM: "x"},
            ):
                pass
            args = f'{{"instance": {{"Instance": {{"uuid": "{uuid}"}}}}}}'
            with b.send("cast", "compute", "build", args=args):
                with b.receive("nova-compute", uuid[:4], "build"):
                    b.db("Thing.of")
    trace = Trace(b.spans)
    assert len(trace.hops(instance=UUID)) == 4
    assert trace.hops(instance=UUID)[2].to == "nova-compute"
    assert len(trace.hops()) == 7
    assert [m.from_ for m in trace.messages(instance=OTHER)] == ["nova-api"]


def test_a_live_trace_grows_by_moments(trace: Trace) -> None:
    """Answers are kept, and forgotten when something new has come."""
    live = Trace()
    for span in small_boot():
        live.feed(Moment("started", span.start_ns, span=replace(span, end_ns=None)))
    assert {hop.status for hop in live.hops() if not hop.is_reply} == {"running"}
    for span in small_boot():
        live.feed(Moment("ended", span.end_ns or 0, span=span))
    live.feed(Moment("published", 1, message={"id": "x"}))
    assert live.hops() == trace.hops()
    assert live.hops() is live.hops()


def test_a_span_is_found_by_its_id(trace: Trace) -> None:
    """Rows carry the id; views ask for the rest."""
    hop = trace.hops()[0]
    found = trace.span(hop.span_id)
    assert found is not None
    assert found.name == "POST /v2.1/{project_id}/servers"
    assert trace.span("nobody") is None


def test_loading_passes_the_reason_on(tmp_path: Path) -> None:
    """One error class for whatever is wrong with a file."""
    with pytest.raises(TraceFileError):
        Trace.load(tmp_path / "nowhere")


def test_a_trace_says_when_what_caused_a_step_is_missing(tmp_path: Path) -> None:
    """A service that was killed has not written the steps that it was at."""
    spans = small_boot()
    (killed,) = (s for s in spans if s.name == "select_destinations receive")
    path = tmp_path / "killed.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write(span for span in spans if span is not killed)
    writer.close()
    told = Trace.load(path)
    orphaned = {s.span_id for s in spans if s.parent_id == killed.span_id}
    assert {span.span_id for span in told.uncaused()} == orphaned
    (warning,) = told.warnings
    assert f"what caused {len(orphaned)} step" in warning
    assert "nova-scheduler" in warning
    assert Trace(spans).uncaused() == []


def test_a_client_outside_of_the_cloud_is_not_missed(tmp_path: Path) -> None:
    """One that sends traceparent: what it asked for is a server's span."""
    asked = replace(small_boot()[-1], parent_id="00f067aa0ba902b7", kind="server")
    path = tmp_path / "asked.otlp.jsonl"
    writer = TraceWriter(path)
    writer.write([asked])
    writer.close()
    assert Trace.load(path).warnings == []
