"""The same boot, the same bytes."""

from dataclasses import replace

import pytest

from tests.unit.trace.builder import UUID, Builder
from tests.unit.trace.sample import small_boot
from tracenova.trace import names, otlp_json
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace

OTHER = "99999999-8888-7777-6666-555555555555"


def again(spans: list[Span]) -> list[Span]:
    """The same boot at another time: other ids, other clocks, other order of arrival."""

    def renamed(text: str) -> str:
        return text.replace(UUID, OTHER)

    return [
        replace(
            span,
            trace_id="c" * 32,
            span_id=f"{int(span.span_id, 16) * 7:016x}"[-16:],
            parent_id=span.parent_id and f"{int(span.parent_id, 16) * 7:016x}"[-16:],
            start_ns=span.start_ns * 3,
            end_ns=(span.end_ns or 0) * 3,
            attributes={
                key: renamed(value) if isinstance(value, str) else value
                for key, value in span.attributes.items()
                if key != names.LAMPORT
            },
        )
        for span in reversed(spans)
    ]


def test_ids_and_times_make_no_difference() -> None:
    """Golden files and diagrams can be compared byte by byte."""
    first = otlp_json.encode_line(Trace(small_boot()).stabilised().spans)
    spans = [
        replace(
            s, attributes={k: v for k, v in s.attributes.items() if k != names.LAMPORT}
        )
        for s in small_boot()
    ]
    one = otlp_json.encode_line(Trace(spans).stabilised().spans)
    other = otlp_json.encode_line(Trace(again(small_boot())).stabilised().spans)
    assert one == other
    assert UUID not in first


def test_a_stable_trace_answers_as_the_original() -> None:
    """Only ids and times are replaced; it even stays a valid trace file."""
    trace = Trace(small_boot())
    stable = trace.stabilised()
    assert [h.method for h in stable.hops()] == [h.method for h in trace.hops()]
    assert stable.instances() == ["00000000-0000-0000-0000-000000000001"]
    assert stable.stabilised().spans == stable.spans
    assert all(not hop.duration_ns and not hop.queued_ns for hop in stable.hops())


def test_texts_lose_their_ids_too() -> None:
    """Ids hide in arguments, errors and addresses."""
    b = Builder()
    told = f"server {UUID} of req-{OTHER}, r-ab12cd34, fa:16:3e:aa:bb:cc at 2016-10-06T12:00:00.5"
    with b.span("x", attributes={"note": told}):
        pass
    (span,) = Trace(b.spans).stabilised().spans
    assert span.text("note") == (
        "server 00000000-0000-0000-0000-000000000001 of "
        "req-00000000-0000-0000-0000-000000000002, r-00000001, 00:00:00:00:00:01 "
        "at 1970-01-01T00:00:00"
    )


def test_polling_and_other_traces_are_left_out() -> None:
    """Their number depends on the machine."""
    noise = Builder(trace_id="d" * 32, start_ns=1)
    with noise.span("periodic", service="nova-compute", host="compute1"):
        noise.db("Service.save")
    with noise.http("nova-api", "GET", "/v2.1/{project_id}/servers/{id}"):
        pass
    assert (
        Trace([*noise.spans, *small_boot()]).stabilised().spans
        == Trace(small_boot()).stabilised().spans
    )


def test_how_long_ago_makes_no_difference() -> None:
    """A refusal says since when a host is silent: on a slow machine a second longer."""
    reasons = ("last heard from 121 s ago, at most 60 s", "")
    spans = [Span("a", "b", None, "filter X", attributes={"reasons": reasons})]
    (span,) = Trace(spans).stabilised().spans
    assert span.attributes["reasons"] == ("last heard from N s ago, at most 60 s", "")


def test_how_often_a_service_looks_makes_no_difference() -> None:
    """A volume is there when cinder has made it; the last look is told."""

    def boot(looks: int) -> list[Span]:
        b = Builder()
        with b.span("build", service="nova-compute", host="compute1"):
            for _ in range(looks):
                with b.http("cinder", "GET", "/volumes/{id}") as look:
                    look.attributes[names.CODE_VIA] = "_await"
                    b.db("Volume.get")
            with b.http("cinder", "GET", "/volumes/{id}"):
                pass
            b.db("after")
        return Trace(b.spans).stabilised().spans

    assert boot(1) == boot(4)
    assert len(boot(1)) == 5


def test_how_many_hosts_have_told_the_scheduler_makes_no_difference() -> None:
    """It asks the database for the servers of the others."""

    def boot(silent: int) -> list[Span]:
        b = Builder()
        with b.span("receive", "consumer", "nova-scheduler"):
            for _ in range(silent):
                b.db("InstanceList.get_by_host", function="Info._get_instance_info")
        return Trace(b.spans).stabilised().spans

    assert boot(1) == boot(3)


@pytest.mark.parametrize(
    ("neighbour", "path", "by"),
    [
        ("neutron", "/v2.0/extensions", "Base._refresh_neutron_extensions_cache"),
        ("glance", "/v2/images/{image_id}/file", "_call"),
    ],
)
def test_who_reads_for_all_makes_no_difference(
    neighbour: str, path: str, by: str
) -> None:
    """Where builds compete the reading is left out; where there is one it is told."""

    def boot(*readers: bool) -> list[Span]:
        b = Builder()
        for reads in readers:
            with b.span(
                "receive",
                "consumer",
                "nova-compute",
                "compute1",
                attributes={names.RPC_METHOD: "build_and_run_instance"},
            ):
                if reads:
                    with b.http(neighbour, "GET", path, by):
                        pass
                b.db("after")
        return Trace(b.spans).stabilised().spans

    assert boot(True, False) == boot(False, True) == boot(True, True)
    assert len(boot(True)) == 3
