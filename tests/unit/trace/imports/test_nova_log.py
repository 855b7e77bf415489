"""nova-scheduler's own log becomes a trace that every view shows."""

from pathlib import Path

import pytest

from tracenova.trace import imports
from tracenova.trace.story import decisions, verdict_sentence
from tracenova.trace.trace import Trace

LOGS = Path(__file__).parents[3] / "data" / "nova-logs"


def _trace(name: str) -> Trace:
    return Trace(imports.read("nova-log", LOGS / name).spans)


def test_newtons_debug_lines_tell_the_chain_and_the_refusal() -> None:
    """Counts come from nova.filters, the reason from the filter's own line."""
    first, _ = decisions(_trace("newton.log"))
    counts = [(run.name, run.hosts_in, run.hosts_out) for run in first.filters]
    assert counts == [("RetryFilter", 3, 3), ("RamFilter", 3, 2)]
    assert first.choice.selected == "compute2/compute2"
    assert first.choice.order == (
        ("compute2/compute2", 2.0),
        ("compute1/compute1", 0.99606),
    )
    assert "only has 1536 MB" in verdict_sentence(first, "compute3/compute3")


def test_info_alone_tells_the_counts_of_a_request_that_nobody_could_take() -> None:
    """The summary of INFO names each filter with the hosts before and after."""
    _, second = decisions(_trace("newton.log"))
    counts = [(run.name, run.hosts_in, run.hosts_out) for run in second.filters]
    assert counts == [
        ("RetryFilter", 3, 3),
        ("AvailabilityZoneFilter", 3, 2),
        ("RamFilter", 2, 0),
    ]
    assert second.choice.selected is None
    assert second.choice.instance == "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"


def test_todays_lines_tell_raw_and_normalized_weights() -> None:
    """Nova logs them since 2022; the multiplier stands in the score."""
    (decision,) = decisions(_trace("today.log"))
    (run,) = decision.weighers
    assert (run.name, run.multiplier, run.minval, run.maxval) == (
        "RAMWeigher",
        2.0,
        5374.0,
        7374.0,
    )
    assert [(w.host, w.raw, w.weighted) for w in run.weights] == [
        ("cmp01/cmp01", 5374.0, 0.0),
        ("cmp02/cmp02", 7374.0, 2.0),
    ]
    assert decision.choice.selected == "cmp02/cmp02"


def test_debug_history_tells_whom_each_filter_left(tmp_path: Path) -> None:
    """The full summary lists the hosts; who is missing was refused."""
    log = tmp_path / "scheduler.log"
    log.write_text(
        "2016-10-06 12:00:00.100 1 DEBUG nova.filters [req-12345678 a b - - -] "
        "Filtering removed all hosts for the request with instance ID 'u'. Filter "
        "results: [('RetryFilter', [(u'c1', u'n1'), (u'c2', u'n2')]), "
        "('RamFilter', [(u'c2', u'n2')]), ('DiskFilter', None)]\n"
    )
    (decision,) = decisions(Trace(imports.read("nova-log", log).spans))
    refusals = {
        host: refusal.filter
        for host in decision.hosts
        if (refusal := decision.refusal(host))
    }
    assert refusals == {"c1/n1": "RamFilter", "c2/n2": "DiskFilter"}


def test_a_broken_line_costs_nothing_but_itself(tmp_path: Path) -> None:
    """It becomes a warning that names the line."""
    log = tmp_path / "scheduler.log"
    text = (LOGS / "today.log").read_text().replace("{('cmp01', 'cmp01'): 5374,", "{(")
    log.write_text(text)
    imported = imports.read("nova-log", log)
    assert [warning[:7] for warning in imported.warnings] == ["line 4:"]
    assert decisions(Trace(imported.spans))[0].choice.selected == "cmp02/cmp02"


def test_a_log_of_something_else_is_refused(tmp_path: Path) -> None:
    """There is nothing to import, and that is said."""
    log = tmp_path / "other.log"
    log.write_text("hello\n")
    with pytest.raises(imports.ImportProblem, match="no line of nova-scheduler"):
        imports.read("nova-log", log)


def test_the_log_of_a_container_tells_counts_survivors_and_reason() -> None:
    """DEBUG and INFO say the same twice; it is told once."""
    (decision,) = decisions(_trace("queens-kolla.log"))
    counts = [(run.name, run.hosts_in, run.hosts_out) for run in decision.filters]
    assert counts == [("RetryFilter", 2, 2), ("AvailabilityZoneFilter", 2, 0)]
    refusals = {
        host: refusal.filter
        for host in decision.hosts
        if (refusal := decision.refusal(host))
    }
    assert refusals == {
        "node-1.example.org/node-1.example.org": "AvailabilityZoneFilter",
        "node-2/node-2": "AvailabilityZoneFilter",
    }
    assert decision.choice.instance == "323dcae3-0000-4c19-a4ab-5413d9dfd304"
    told = decision.refusal("node-1.example.org/node-1.example.org")
    assert told is not None
    assert told.reason == "Availability Zone 'gold' requested. has AZs: nova"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(c1, n1) ram: 1MB disk: 2MB io_ops: 0 instances: 1 is disabled, reason: x",
         "is disabled, reason: x"),
        ("(c1, n1) ram:1MB disk:2MB io_ops:0 instances:1 has not been heard from in a "
         "while", "has not been heard from in a while"),
        ("c1, n1 fails NUMA topology requirements. The instance does not fit on this "
         "host.", "fails NUMA topology requirements. The instance does not fit on this "
         "host"),
        ("Host [u'c1', u'n1'] fails.  Previously tried hosts: [[u'c1', u'n1']]",
         "fails. Previously tried hosts: [[u'c1', u'n1']]"),
    ],
)  # fmt: skip
def test_every_way_in_which_a_filter_names_a_host(
    tmp_path: Path, text: str, reason: str
) -> None:
    """Newton's filters write it in four ways."""
    log = tmp_path / "scheduler.log"
    head = "2016-10-06 12:00:00.100 1"
    who = "[req-12345678 a b - - -]"
    log.write_text(
        f"{head} DEBUG nova.filters {who} Starting with 1 host(s)\n"
        f"{head} WARNING nova.scheduler.filters.some_filter {who} {text}\n"
        f"{head} INFO nova.filters {who} Filter SomeFilter returned 0 hosts\n"
    )
    (decision,) = decisions(Trace(imports.read("nova-log", log).spans))
    refusal = decision.refusal("c1/n1")
    assert refusal is not None
    assert (refusal.filter, refusal.reason) == ("SomeFilter", reason)


def test_todays_info_lines_alone_tell_where_the_last_host_went() -> None:
    """The context has a global request id and domains today."""
    (decision,) = decisions(_trace("caracal-info.log"))
    counts = [(run.name, run.hosts_in, run.hosts_out) for run in decision.filters]
    assert counts == [
        ("ComputeFilter", 4, 3),
        ("ImagePropertiesFilter", 3, 3),
        ("PciPassthroughFilter", 3, 0),
    ]
    assert decision.choice.selected is None


def test_colours_of_devstack_s_journal_are_no_hindrance() -> None:
    """Every part of a line has a colour of its own."""
    (decision,) = decisions(_trace("pike-devstack.log"))
    assert [(run.name, run.hosts_out) for run in decision.filters] == [
        ("RetryFilter", 2)
    ]
    assert decision.choice.order == (("leg-1/leg-1", 2.0), ("leg-2/leg-2", 1.7142857))
    assert decision.choice.selected == "leg-1/leg-1"
