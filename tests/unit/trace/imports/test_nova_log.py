"""nova-scheduler's own log becomes a trace that every view shows."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tracenova.trace import imports
from tracenova.trace.imports.nova_lines import parsed
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


def _as_json(line: str) -> str:
    """What oslo.log's JSONFormatter writes."""
    told = parsed(line)
    assert told is not None
    return json.dumps(
        {
            "message": told.text,
            "asctime": line[:19],
            "msecs": 123.0,
            "name": told.logger,
            "levelname": told.level,
            "context": {"request_id": told.request},
        }
    )


def _as_journal(line: str) -> str:
    """What ``journalctl -o json`` prints of a service that logs to stderr."""
    return json.dumps({"MESSAGE": line, "__REALTIME_TIMESTAMP": "1475755200000000"})


def _as_journal_fields(line: str) -> str:
    """What ``journalctl -o json`` prints with oslo.log's use_journal."""
    told = parsed(line)
    assert told is not None
    return json.dumps(
        {
            "MESSAGE": told.text,
            "LOGGER_NAME": told.logger,
            "LOGGER_LEVEL": told.level,
            "REQUEST_ID": told.request,
            "__REALTIME_TIMESTAMP": "1475755200000000",
        }
    )


def _wrapped(line: str) -> str:
    """What a mail of 100 columns makes of it."""
    return "\n".join(
        textwrap.wrap(line, 100, break_long_words=False, break_on_hyphens=False)
    )


@pytest.mark.parametrize(
    "form", [_as_json, _as_journal, _as_journal_fields, _wrapped, "  {}\r".format]
)
@pytest.mark.parametrize("name", ["newton.log", "today.log", "queens-kolla.log"])
def test_the_same_lines_in_another_form_tell_the_same(
    tmp_path: Path, name: str, form: Callable[[str], str]
) -> None:
    """However the log was kept, or passed on."""
    log = tmp_path / "scheduler.log"
    lines = (LOGS / name).read_text().splitlines()
    log.write_text("\n".join(form(line) for line in lines if parsed(line)))
    told, meant = (
        decisions(Trace(imports.read("nova-log", log).spans)),
        decisions(_trace(name)),
    )
    assert [each.hosts for each in told] == [each.hosts for each in meant]
    for one, other in zip(told, meant, strict=True):
        assert one.choice.order == other.choice.order
        assert [verdict_sentence(one, host) for host in one.hosts] == [
            verdict_sentence(other, host) for host in other.hosts
        ]


def test_requests_whose_lines_are_mixed_are_told_apart(tmp_path: Path) -> None:
    """Several workers write one log; the request id says who is meant."""
    log = tmp_path / "scheduler.log"
    lines = (LOGS / "today.log").read_text().splitlines()
    told = [parsed(line) for line in lines]
    request = next(line.request for line in told if line)
    other = "req-00000000-1111-2222-3333-444444444444"
    log.write_text(
        "\n".join(f"{line}\n{line.replace(request, other)}" for line in lines)
    )
    one, two = decisions(Trace(imports.read("nova-log", log).spans))
    assert one.choice.selected == two.choice.selected == "cmp02/cmp02"
    assert [w.raw for w in one.weighers[0].weights] == [5374.0, 7374.0]
    assert [w.raw for w in two.weighers[0].weights] == [5374.0, 7374.0]


_VIEWER = """\
what the log viewer says:
nova.filters        Starting with 3 host(s) get_filtered_objects /lib/nova/filters.py:70
nova.filters        Filter RetryFilter returned 3 host(s) get_filtered_objects /x.py:104
nova.scheduler.filters.ram_filter    (c3, c3) ram: 9MB disk: 9MB io_ops: 0 instances: 0 \
lacks memory, set([u'small']) is all host_passes /x/ram_filter.py:59
nova.filters        Filter RamFilter returned 2 host(s) get_filtered_objects /x.py:104
"""
_MESSAGES = """\
Starting with 3 host(s)
12:03:01.281 nova-scheduler [None req-2b6f… …] Filter RetryFilter returned 3 host(s)
| Filter RamFilter returned 2 host(s)
"""
_BY_HAND = """\
2018-04-08 10:01:17.390 25 DEBUG nova.filters [req-12345678 - - - - -]
Starting with 3 host(s) get_filtered_objects /x/filters.py:70
10:01:17.398 25 DEBUG nova.filters [req-12345678 - - - - -]

Filter RetryFilter returned 3 host(s) get_filtered_objects /x/filters.py:104
2018-04-08 10:01:17.398 25 DEBUG nova.scheduler.filters.ram_filter
 [req-12345678 - - - - -] (c3, c3) ram: 9MB
disk: 9MB io_ops: 0 instances: 0 lacks memory, set([u'small'])
is all host_passes /x/ram_filter.py:59
2018-04-08 10:01:17.402 25 DEBUG nova.filters [req-12345678 - - - - -]
 Filter RamFilter returned 2 host(s) get_filtered_objects /x/filters.py:104
```
# and what I think of it
"""


@pytest.mark.parametrize(
    ("pasted", "reasons"),
    [
        (_VIEWER, ["lacks memory, set([u'small']) is all"]),
        (_MESSAGES, []),
        (_BY_HAND, ["lacks memory, set([u'small']) is all"]),
    ],
)
def test_what_people_leave_of_the_lines_is_enough(
    tmp_path: Path, pasted: str, reasons: list[str]
) -> None:
    """Bug reports lose the level, the context, or break lines wherever they like."""
    log = tmp_path / "pasted.log"
    log.write_text(pasted)
    (decision,) = decisions(Trace(imports.read("nova-log", log).spans))
    counts = [(run.name, run.hosts_in, run.hosts_out) for run in decision.filters]
    assert counts == [("RetryFilter", 3, 3), ("RamFilter", 3, 2)]
    told = [verdict.reason for verdict in decision.filters[1].verdicts]
    assert told == reasons


def test_a_message_alone_tells_where_the_last_host_went(tmp_path: Path) -> None:
    """Often it is all that somebody has kept; other filters' names are no hindrance."""
    log = tmp_path / "pasted.log"
    log.write_text(
        "Filtering removed all hosts for the request with instance ID 'u-1'. Filter "
        "results: ['ComputeFilter: (start: 2, end: 2)', 'OurFilter: (start: 2, end: 0)']"
    )
    (decision,) = decisions(Trace(imports.read("nova-log", log).spans))
    assert [run.hosts_out for run in decision.filters] == [2, 0]
    assert decision.choice.instance == "u-1"


def test_an_instance_that_found_nobody_after_others_did_is_told(tmp_path: Path) -> None:
    """Asked for two at once: the second one's filters are what the reader wants."""
    log = tmp_path / "scheduler.log"
    head = "2018-02-21 09:16:53.100 DEBUG nova"
    who = "[req-12345678 a b]"
    log.write_text(
        f"{head}.filters {who} Starting with 1 host(s)\n"
        f"{head}.filters {who} Filter RamFilter returned 1 host(s)\n"
        f"{head}.scheduler.filter_scheduler {who} Selected host: WeighedHost [host: "
        "(c1, c1) ram: 1MB disk: 2MB io_ops: 0 instances: 1, weight: 2.0]\n"
        f"{head}.filters {who} Starting with 1 host(s)\n"
        f"{head}.filters {who} Filter RamFilter returned 0 hosts\n"
    )
    told = decisions(Trace(imports.read("nova-log", log).spans))
    assert [each.choice.selected for each in told] == ["c1/c1", None]
    assert [run.hosts_out for each in told for run in each.filters] == [1, 0]
