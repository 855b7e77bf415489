"""Rows of the story."""

# ruff: noqa: SIM117 - nested blocks show the tree of spans

from dataclasses import replace

from tests.unit.trace.builder import Builder
from tests.unit.trace.sample import small_boot
from tracenova.trace import names
from tracenova.trace.trace import Trace


def methods(builder: Builder) -> list[str]:
    """What the story calls its hops."""
    return [hop.method for hop in Trace(builder.spans).hops()]


def test_the_small_boot_tells_its_story() -> None:
    """The answer to the client comes before what the cast sets going."""
    assert [(h.from_, h.to, h.kind) for h in Trace(small_boot()).hops()] == [
        ("client", "nova-api", "http"),
        ("nova-api", "cell-db", "db"),
        ("nova-api", "nova-conductor", "cast"),
        ("nova-api", "client", "http"),
        ("nova-conductor", "nova-scheduler", "call"),
        ("nova-scheduler", "nova-scheduler", "driver"),
        ("nova-scheduler", "nova-conductor", "call"),
        ("nova-conductor", "nova-compute", "cast"),
        ("nova-compute", "nova-compute", "driver"),
        ("nova-compute", "nova-conductor", "call"),
        ("client", "nova-api", "http"),
    ]


def test_level_full_leaves_nothing_out() -> None:
    """Replies of object calls, the database behind them, filters: all there."""
    full = [hop.method for hop in Trace(small_boot()).hops("full")]
    assert "reply: object_action" in full
    assert "Instance.save" in full
    assert "filter RamFilter" in full


def test_a_row_has_the_shape_that_all_views_share() -> None:
    """The keys of hops.json, and where and when."""
    row = Trace(small_boot()).hops()[4].to_dict()
    assert list(row) == [
        "seq",
        "from",
        "to",
        "kind",
        "method",
        "topic",
        "version",
        "namespace",
        "source",
        "note",
        "span_id",
        "start_ns",
        "duration_ns",
        "queued_ns",
        "status",
    ]
    assert (row["topic"], row["version"], row["seq"]) == ("scheduler", "4.3", 5)
    assert row["source"] == "nova/scheduler/rpcapi.py:126"


def test_a_host_is_named_when_there_are_several() -> None:
    """As in the reference list of a reschedule."""
    b = Builder()
    for host in ("host1", "host2"):
        with b.send("cast", "compute", "build_and_run_instance"):
            with b.receive("nova-compute", host, "build_and_run_instance"):
                pass
    assert [h.to for h in Trace(b.spans).hops()] == [
        "nova-compute@host1",
        "nova-compute@host2",
    ]
    assert [h.to for h in Trace(b.spans[:2]).hops()] == ["nova-compute"]


def test_a_refused_request_replies_with_its_error() -> None:
    """The scheduler's NoValidHost is the reply."""
    b = Builder()
    with b.send("call", "scheduler", "select_destinations") as call:
        call.status = "error"
        with b.receive("nova-scheduler", "s", "select_destinations") as work:
            work.status, work.message = "error", "No valid host was found."
            work.attributes[names.ERROR_TYPE] = "NoValidHost"
    reply = Trace(b.spans).hops()[1]
    assert (reply.method, reply.status) == ("reply: NoValidHost", "error")
    assert reply.source == "nova/scheduler/manager.py:88"


def test_an_error_that_is_business_as_usual_is_no_failure() -> None:
    """Hardly any server is in a group: not found is the normal answer."""
    b = Builder()
    with b.span(
        "InstanceGroup.get_by_instance_uuid",
        "client",
        "nova-conductor",
        attributes={names.DB_SYSTEM: "sqlite"},
    ) as group:
        group.status = "error"
        group.attributes[names.ERROR_TYPE] = "InstanceGroupNotFound"
    trace = Trace(b.spans)
    assert trace.hops()[0].status == "ok"
    assert trace.errors() == []


def test_neighbours_keep_their_insides_to_themselves() -> None:
    """What neutron does behind its API is no hop of this story."""
    b = Builder()
    with b.span("request", "server", "nova-api", "api"):
        with b.http("neutron", "GET", "/v2.0/networks?id={id}"):
            with b.span("GET /v2.0/networks", "server", "neutron", "net"):
                b.db("Network.get")
    assert methods(b) == ["GET /v2.0/networks?id={id}"]


def test_of_all_looks_only_the_last_is_told() -> None:
    """How often a client polls says nothing about Nova."""
    b = Builder()
    with b.http("nova-api", "POST", "/v2.1/{project_id}/servers"):
        pass
    for _ in range(3):
        with b.http("nova-api", "GET", "/v2.1/{project_id}/servers/{id}"):
            with b.span("GET", "server", "nova-api", "api"):
                b.db("Instance.get_by_uuid")
    assert methods(b) == [
        "POST /v2.1/{project_id}/servers",
        "GET /v2.1/{project_id}/servers/{id}",
    ]


def test_start_up_and_periodic_tasks_are_other_stories() -> None:
    """They have traces of their own."""
    other = Builder(trace_id="b" * 32, start_ns=1)
    other.db("ComputeNode.save")
    spans = [*other.spans, *small_boot()]
    assert Trace(spans).hops() == Trace(small_boot()).hops()
    assert len(Trace(spans).hops("full")) == len(Trace(small_boot()).hops("full")) + 1


def test_a_request_from_outside_enters_as_the_clients() -> None:
    """A real client records nothing; the API's span stands for its request."""
    b = Builder()
    with b.span(
        "POST /v2.1/{project_id}/servers",
        "server",
        "nova-api",
        "api",
        attributes={
            names.HTTP_METHOD: "POST",
            names.HTTP_ROUTE: "/v2.1/{project_id}/servers",
            names.HTTP_STATUS: 400,
        },
    ):
        pass
    request, response = Trace(b.spans).hops()
    assert (request.from_, request.method) == (
        "client",
        "POST /v2.1/{project_id}/servers",
    )
    assert (response.to, response.method, response.status) == (
        "client",
        "400 Bad Request",
        "error",
    )


def test_a_running_span_is_shown_as_running() -> None:
    """A live view shows what has begun."""
    trace = Trace()
    spans = small_boot()
    trace.add(replace(spans[-1], end_ns=None))
    assert trace.hops()[0].status == "running"
    trace.add(spans[-1])
    assert trace.hops()[0].status == "ok"
    trace.add(replace(spans[-1], end_ns=None))
    assert trace.hops()[0].status == "ok"


def test_a_trace_of_another_tool_is_shown_plainly() -> None:
    """Unknown spans are plain rows, since no story of Nova's is in it."""
    b = Builder()
    with b.span("checkout", service="shop"), b.span("charge", "client", service="shop"):
        pass
    assert methods(b) == ["checkout", "charge"]
