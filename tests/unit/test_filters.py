"""The filter engine: order, short circuit, what a trace keeps."""

import logging
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scheduler.recording import RecordedSpan, recording
from tracenova import filters, telemetry
from tracenova.refusal import Refusal, Verdict, refuse
from tracenova.trace import names

REQUEST = SimpleNamespace(instance_uuid="the-uuid")


class Handler(filters.BaseFilterHandler):
    """An engine without a folder of its own."""

    def __init__(self) -> None:
        pass


class AtLeast(filters.BaseFilter):
    """Refuses hosts below a number; remembers whom it was asked about."""

    def __init__(self, least: int) -> None:
        self.least = least
        self.asked: list[str] = []

    def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
        self.asked.append(obj.host)
        if obj.size >= self.least:
            return True
        return refuse("%(size)d < %(least)d", size=obj.size, least=self.least)


class OncePerRequest(AtLeast):
    """Its answer holds for all instances."""

    run_filter_once_per_request = True


def _hosts(*sizes: int) -> list[Any]:
    return [
        SimpleNamespace(host=f"host{size}", nodename="node", size=size)
        for size in sizes
    ]


def _run(chain: Sequence[filters.BaseFilter], hosts: list[Any], index: int = 0) -> Any:
    found = Handler().get_filtered_objects(chain, hosts, REQUEST, index)
    return None if found is None else [host.size for host in found]


def test_each_filter_sees_only_what_the_ones_before_left() -> None:
    """Filters run in the configured order."""
    chain = [AtLeast(2), AtLeast(3)]
    assert _run(chain, _hosts(1, 2, 3)) == [3]
    assert chain[1].asked == ["host2", "host3"]


def test_nobody_left_ends_the_chain() -> None:
    """After a filter that returns 0 hosts, Nova breaks."""
    chain = [AtLeast(9), AtLeast(1)]
    assert _run(chain, _hosts(1, 2)) == []
    assert chain[1].asked == []


def test_a_once_per_request_filter_rests_from_the_second_instance_on() -> None:
    """run_filter_once_per_request: index > 0 skips it."""
    assert _run([OncePerRequest(9)], _hosts(1), index=1) == [1]


def test_none_from_a_filter_stops_everything() -> None:
    """A filter_all that returns None makes the engine return None."""

    class Stop(filters.BaseFilter):
        def filter_all(
            self, filter_obj_list: Sequence[Any], spec_obj: Any
        ) -> Iterable[Any] | None:
            return None

    assert _run([Stop()], _hosts(1)) is None


def test_a_filter_may_look_at_all_hosts_at_once() -> None:
    """An overridden filter_all decides, and its verdicts are recorded too."""

    class Largest(filters.BaseFilter):
        def filter_all(
            self, filter_obj_list: Sequence[Any], spec_obj: Any
        ) -> Iterable[Any]:
            return [max(filter_obj_list, key=lambda host: host.size)]

    with recording() as backend:
        assert _run([Largest()], _hosts(1, 3, 2)) == [3]
    (span,) = backend.named("filter Largest")
    assert _column(span, names.FILTER_PASSED) == [False, True, False]


def test_the_log_tells_how_the_hosts_went(caplog: pytest.LogCaptureFixture) -> None:
    """INFO: counts of every filter, under Nova's own text."""
    with caplog.at_level(logging.INFO):
        _run([AtLeast(2), AtLeast(9)], _hosts(1, 2))
    assert "Filter AtLeast returned 0 hosts" in caplog.text
    assert "instance ID 'the-uuid'" in caplog.text
    assert "AtLeast: (start: 2, end: 1)', 'AtLeast: (start: 1, end: 0)" in caplog.text


def test_a_refusal_is_logged_as_loudly_as_nova_does(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The refusal's own level decides; shadows never reach the log."""
    with caplog.at_level(logging.DEBUG), recording():
        _run([AtLeast(2), AtLeast(3)], _hosts(1, 3))
    refusals = [r.getMessage() for r in caplog.records if "refuses" in r.getMessage()]
    assert len(refusals) == 1
    assert refusals[0].endswith("1 < 2")


def _column(span: RecordedSpan, name: str) -> list[Any]:
    return list(span.attributes[name])


def test_a_run_is_one_span_with_a_row_for_each_host() -> None:
    """Columns of equal length: host, verdict, reason with the numbers, shadow."""
    with recording() as backend:
        _run([AtLeast(2)], _hosts(1, 2))
    (span,) = backend.seen
    assert span.name == "filter AtLeast"
    assert _column(span, names.FILTER_HOSTS) == ["host1/node", "host2/node"]
    assert _column(span, names.FILTER_PASSED) == [False, True]
    assert _column(span, names.FILTER_REASONS) == ["1 < 2", ""]
    assert _column(span, names.FILTER_NUMBERS) == ['{"size": 1, "least": 2}', ""]
    assert _column(span, names.FILTER_SHADOW) == [False, False]
    assert (
        span.attributes[names.FILTER_HOSTS_IN],
        span.attributes[names.FILTER_HOSTS_OUT],
    ) == (2, 1)


def test_spared_filters_are_asked_in_the_shadow() -> None:
    """Ours: the short circuit hides nothing from a student."""
    with recording() as backend:
        assert _run([AtLeast(2), AtLeast(9), AtLeast(1)], _hosts(1, 2)) == []
    _, second, third = backend.seen
    assert _column(second, names.FILTER_HOSTS) == ["host2/node", "host1/node"]
    assert _column(second, names.FILTER_SHADOW) == [False, True]
    assert _column(second, names.FILTER_REASONS) == ["2 < 9", "1 < 9"]
    assert third.attributes[names.FILTER_HOSTS_IN] == 0
    assert _column(third, names.FILTER_SHADOW) == [True, True]
    assert _column(third, names.FILTER_PASSED) == [True, True]


def test_rows_follow_a_filter_that_brings_hosts_into_another_order() -> None:
    """Nova hands on what a filter returns, in its order: so do the columns."""

    class Turned(filters.BaseFilter):
        def filter_all(self, filter_obj_list: Sequence[Any], spec_obj: Any) -> Any:
            return list(reversed(filter_obj_list))

    with recording() as backend:
        assert _run([Turned(), AtLeast(2)], _hosts(1, 3)) == [3]
    second = backend.seen[1]
    assert _column(second, names.FILTER_HOSTS) == ["host3/node", "host1/node"]
    assert _column(second, names.FILTER_PASSED) == [True, False]


def test_an_error_in_the_shadow_harms_nobody() -> None:
    """Ours: it becomes a reason; the decision stands."""

    class Fragile(filters.BaseFilter):
        def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
            if obj.size == 1:
                msg = "no such number"
                raise ValueError(msg)
            return True

    with recording() as backend:
        assert _run([AtLeast(2), Fragile()], _hosts(1, 2)) == [2]
    reasons = _column(backend.seen[1], names.FILTER_REASONS)
    assert reasons == ["", "raised ValueError: no such number"]


def test_plain_false_is_a_verdict_too() -> None:
    """Nova's own contract: True or False; the reason column says that none was given."""

    class Never(filters.BaseFilter):
        def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
            return False

    with recording() as backend:
        _run([Never()], _hosts(1))
    assert _column(backend.seen[0], names.FILTER_REASONS) == ["no reason given"]


def test_a_refusal_becomes_text_only_when_it_is_read() -> None:
    """Ours: a refusal costs nothing as long as nobody records or logs it."""

    class Costly:
        read = 0

        def __str__(self) -> str:
            Costly.read += 1
            return "costly"

    verdict = refuse("because %(why)s", why=Costly())
    assert not verdict
    assert Costly.read == 0
    assert str(verdict) == "because costly"
    assert isinstance(verdict, Refusal)


@given(
    sizes=st.lists(st.integers(0, 9), unique=True),
    leasts=st.lists(st.integers(0, 9), max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_filters_without_memory_commute(
    sizes: list[int], leasts: list[int], order: Any
) -> None:
    """Who survives does not depend on the order of stateless filters."""
    shuffled = list(leasts)
    order.shuffle(shuffled)
    one = _run([AtLeast(least) for least in leasts], _hosts(*sizes))
    other = _run([AtLeast(least) for least in shuffled], _hosts(*sizes))
    assert one == other


@given(
    sizes=st.lists(st.integers(0, 9), unique=True), leasts=st.lists(st.integers(0, 9))
)
def test_recording_changes_no_decision(sizes: list[int], leasts: list[int]) -> None:
    """The same hosts survive with and without a trace."""
    plain = _run([AtLeast(least) for least in leasts], _hosts(*sizes))
    with recording():
        recorded = _run([AtLeast(least) for least in leasts], _hosts(*sizes))
    assert plain == recorded


def test_a_student_s_reason_is_read_at_once() -> None:
    """Later its values may have changed; ours are read after the request."""
    values = [1]

    class Fickle(filters.BaseFilter):
        def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
            return refuse("saw %(values)s", values=values)

    with telemetry.recording() as session:
        _run([Fickle()], _hosts(1))
        values.append(2)
        session.flush()
        (span,) = (s for s in session.spans if s.name == "filter Fickle")
    assert span.attributes[names.FILTER_REASONS] == ("saw [1]",)
    assert span.attributes[names.FILTER_NUMBERS] == ('{"values": [1]}',)


def test_numbers_that_are_none_are_told_as_text() -> None:
    """The column is JSON, which knows no NaN."""

    class Odd(filters.BaseFilter):
        def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
            return refuse("%(free)s", free=float("nan"))

    with recording() as backend:
        _run([Odd()], _hosts(1))
    assert _column(backend.seen[0], names.FILTER_NUMBERS) == ['{"free": "nan"}']
