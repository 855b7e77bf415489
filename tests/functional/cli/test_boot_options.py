"""Each option of ``tracenova boot`` does what its help says."""

import contextlib
import io
import json
import sqlite3
import uuid

import pytest

from tests.functional.cli.runner import here
from tests.functional.collector import collecting, values
from tests.functional.messaging.conftest import RedisServer
from tracenova.trace.trace import Trace


@pytest.fixture
def boot(tmp_path):
    """Boot on fake hosts with the options; return the document and the trace."""

    def run(*options, succeeds=True):
        save = tmp_path / "boot.otlp.jsonl"
        options = ("--virt", "fake", "--json", "--save", str(save), *options)
        result = here("boot", *options)
        assert result.code == (0 if succeeds else 1), result.err
        return json.loads(result.out), Trace.load(save)

    return run


def hosts_of(document, trace):
    """Return the host of each server's last claim."""
    ids = [server["id"] for server in document["servers"]]
    return [trace.claims(instance=uuid)[-1].host for uuid in ids]


def test_count_and_name_make_numbered_servers(boot):
    """Nova names the servers of one request name-1, name-2."""
    document, _ = boot("--count", "2", "--name", "web")
    names = {server["name"] for server in document["servers"]}
    assert names == {"web-1", "web-2"}


def test_an_admin_may_force_the_host(boot):
    """zone:host skips every filter and takes that host."""
    document, trace = boot("--az", "nova:compute1")
    assert hosts_of(document, trace) == ["compute1"]
    assert not trace.verdicts()


def test_a_step_is_told_as_it_went(tmp_path):
    """The claim of the host that refuses does not pass, neither afterwards nor live."""
    save = str(tmp_path / "boot.otlp.jsonl")
    result = here("boot", "--lab", "reschedule", "--virt", "fake", "--save", save)
    told = [line for line in result.err.splitlines() if "_claim_test" in line]
    assert [line.split("_claim_test ")[1].split()[0] for line in told] == [
        "raises",
        "passes",
    ]


def test_a_zone_that_nova_does_not_know_is_refused(boot):
    """The API checks the zone: 400."""
    document, _ = boot("--az", "mars", succeeds=False)
    assert document["refused"]["code"] == 400


def test_no_network_makes_no_port(boot):
    """network none: neutron is not asked for a port."""
    _, trace = boot("--network", "none")
    assert not [hop for hop in trace.hops() if hop.method == "POST /v2.0/ports"]
    _, trace = boot("--network", "auto")
    assert [hop for hop in trace.hops() if hop.method == "POST /v2.0/ports"]


def test_a_hint_reaches_its_filter(boot, tmp_path):
    """JsonFilter, switched on in nova.conf by its later option name, reads ``query``."""
    conf = tmp_path / "nova.conf"
    conf.write_text(
        "[filter_scheduler]\nenabled_filters = ComputeFilter,JsonFilter\n",
        encoding="utf-8",
    )
    query = '["<", "$free_ram_mb", 40000]'
    options = ("--config-file", str(conf), "--hint", f"query={query}")
    document, trace = boot(*options)
    assert hosts_of(document, trace) == ["compute1"]
    assert {verdict.filter for verdict in trace.verdicts()} == {
        "ComputeFilter",
        "JsonFilter",
    }


@pytest.mark.parametrize(
    ("hint", "host"), [("same_host", None), ("different_host", "compute2")]
)
def test_a_hint_may_name_servers_that_are_nowhere(boot, tmp_path, hint, host):
    """Nobody has them: no host is the same, every host is another one."""
    conf = tmp_path / "nova.conf"
    conf.write_text(
        "[DEFAULT]\nscheduler_default_filters = SameHostFilter,DifferentHostFilter\n",
        encoding="utf-8",
    )
    others = [f"{hint}={uuid.uuid4()}", f"{hint}={uuid.uuid4()}"]  # given twice: a list
    options = ("--config-file", str(conf), "--hint", others[0], "--hint", others[1])
    document, trace = boot(*options, succeeds=host is not None)
    if host is None:
        (server,) = document["servers"]
        assert "No valid host was found" in server["fault"]["message"]
        assert {v.host for v in trace.verdicts() if not v.passed} == {
            f"compute{n}/compute{n}" for n in (1, 2, 3)
        }
    else:
        assert hosts_of(document, trace) == [host]


def test_a_seed_chooses_the_same_host_again(boot, tmp_path):
    """Where Nova takes one of the best at random, the seed says which."""
    conf = tmp_path / "nova.conf"
    conf.write_text("[DEFAULT]\nscheduler_host_subset_size = 3\n", encoding="utf-8")
    options = ("--config-file", str(conf), "--flavor", "m1.tiny", "--seed")
    chosen = [hosts_of(*boot(*options, seed))[0] for seed in ("0", "0", "2")]
    assert chosen == ["compute1", "compute1", "compute3"]


def test_newton_names_of_nova_conf_work_and_unknown_ones_are_told(tmp_path):
    """A multiplier below zero turns the choice around; what has no effect is said."""
    conf = tmp_path / "nova.conf"
    conf.write_text(
        "[DEFAULT]\nram_weight_multiplier = -1\ndisk_weight_multiplier = 0\n"
        "[vnc]\nnovncproxy_colour = red\n",
        encoding="utf-8",
    )
    save = tmp_path / "conf.otlp.jsonl"
    options = ("--virt", "fake", "--save", str(save), "--config-file", str(conf))
    result = here("boot", *options)
    assert result.code == 0
    assert f"{conf}: no effect here: [vnc] novncproxy_colour" in result.err
    assert "demo is ACTIVE on compute1" in result.out


def test_step_delivers_a_message_per_enter(tmp_path, monkeypatch):
    """Every message is held until Enter; when stdin ends the rest goes by itself."""
    save = str(tmp_path / "step.otlp.jsonl")
    options = ("--virt", "fake", "--save", save, "--step")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n\n"))
    result = here("boot", *options)
    assert result.code == 0, result.err[-500:]
    assert "held: cast build_instances on conductor" in result.err
    assert "held: call select_destinations on scheduler" in result.err


def test_time_that_runs_out_is_an_answer(tmp_path):
    """Neither ACTIVE nor ERROR in time: exit 1, and the way to wait longer."""
    lab = tmp_path / "lost.toml"
    lab.write_text(
        '[[hosts]]\nname = "a"\nmemory_mb = 32768\n'
        '[[faults]]\nkind = "message"\nmethod = "build_instances"\n',
        encoding="utf-8",
    )
    save = str(tmp_path / "lost.otlp.jsonl")
    options = ("--virt", "fake", "--lab", str(lab), "--save", save)
    result = here("boot", *options, "--timeout", "0.5")
    assert result.code == 1
    assert "time ran out (--timeout waits longer)" in result.error_line


def test_a_database_url_is_used(boot, tmp_path):
    """The cell's tables are in the file that --db names."""
    path = tmp_path / "cell.db"
    boot("--db", f"sqlite:///{path}")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        hosts = connection.execute("SELECT host FROM compute_nodes").fetchall()
    assert len(hosts) == 3


@pytest.mark.redis
def test_a_real_redis_carries_the_messages(boot, tmp_path):
    """The same boot over redis-server."""
    redis = RedisServer(tmp_path)
    try:
        document, _ = boot("--transport-url", redis.url)
    finally:
        redis.kill()
    assert document["succeeded"]


def test_spans_go_to_a_collector_too(boot):
    """As many spans arrive as are in the file, each with all that it has there."""
    with collecting() as collector:
        _, trace = boot("--otlp", collector.url)
    assert collector.problems == []
    assert set(collector.spans) == {span.span_id for span in trace.spans}
    for span in trace.spans:
        service, sent = collector.spans[span.span_id]
        assert (service, sent.name) == (span.service, span.name)
        assert values(sent.attributes) == dict(span.attributes)


def test_a_protocol_that_is_not_spoken_is_a_usage_error(monkeypatch):
    """OpenTelemetry's own variable names it; the line says which are."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    result = here("boot", "--otlp", "http://127.0.0.1:4318")
    assert result.code == 2
    assert "spoken here are http/protobuf and http/json" in result.err


def test_a_dead_collector_is_told_once_and_the_boot_goes_on(tmp_path):
    """Exit 0: the trace is in the file all the same."""
    save = str(tmp_path / "otlp.otlp.jsonl")
    options = ("--virt", "fake", "--save", save, "--otlp", "http://127.0.0.1:1")
    result = here("boot", *options)
    assert result.code == 0
    assert "spans do not reach http://127.0.0.1:1/v1/traces" in result.error_line
