"""Each service a process of its own, over a real Redis, one story in several files."""

import contextlib
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli import database_servers
from tests.functional.cli.runner import command, here
from tests.functional.collector import Collector, collecting, values
from tests.functional.messaging.conftest import RedisServer, eventually
from tests.functional.served.audited import audited
from tests.functional.served.changes import Changes
from tests.functional.served.clients import LAB, UpCloud, start
from tests.functional.served.rabbit import RabbitServer
from tests.functional.served.test_openstacksdk import create, delete, wait
from tracenova.lab import audit_host, exercise
from tracenova.trace import names
from tracenova.trace.trace import Trace

pytestmark = [
    pytest.mark.redis,
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(400),  # seven interpreters start, perhaps on a busy machine
]

# One host is enough: what is tried is between processes.
SMALL = (
    LAB.split('[[hosts]]\nname = "compute2"', maxsplit=1)[0]
    + (LAB[LAB.index("[[flavors]]") :])
)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A redis-server for the cloud."""
    server = RedisServer(tmp_path_factory.mktemp("redis"), dead_after_s=10)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """A collector that every process of the cloud sends its spans to."""
    with collecting() as running:
        yield running


@pytest.fixture(scope="module")
def fleet(
    redis: RedisServer, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UpCloud]:
    """A cloud of six processes."""
    folder = tmp_path_factory.mktemp("fleet")
    options = ["--transport-url", redis.url, "--conductors", "2"]
    options += ["--log-file", str(folder / "fleet.log")]
    cloud = start(folder, *options, "--otlp", collector.url, lab_text=SMALL)
    yield cloud
    cloud.close()


@pytest.fixture(scope="module")
def apart(fleet: UpCloud) -> Iterator[Any]:
    """The administrator's connection to it."""
    connection = fleet.connect()
    yield connection
    connection.close()


def processes(fleet: UpCloud) -> dict[str, int]:
    """Return the services' processes, as they were when the cloud was ready."""
    lines = [line.split() for line in fleet.process.err]
    return {words[2]: int(words[1]) for words in lines if words[:1] == ["process"]}


def trace_of(fleet: UpCloud, server: str, into: Path) -> Trace:
    """Return the trace of a server's create, gathered from all files."""
    traces = fleet.folder / "up"
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        here("find", server, str(traces), "-o", str(into))
        trace = Trace.load(into) if into.exists() else Trace()
        seen = {hop.method for hop in trace.hops()}
        if {"build_and_run_instance", "update_device_up"} <= seen:
            return trace
        time.sleep(0.1)
    raise AssertionError(f"no create of {server} in {traces}")


def test_every_service_is_a_process(fleet: UpCloud) -> None:
    """Two conductors, a scheduler, a compute, the API, neighbours: six numbers."""
    found = processes(fleet)
    assert set(found) == {
        *("nova-conductor", "nova-conductor@conductor2", "nova-scheduler"),
        *("nova-compute@compute1", "nova-api", "neighbours"),
    }
    assert len({*found.values(), fleet.process.popen.pid}) == len(found) + 1
    logs = {path.stem for path in (fleet.folder / "fleet.log.d").iterdir()}
    assert logs == {
        *("conductor-controller", "conductor-conductor2", "scheduler-controller"),
        *("compute-compute1", "api-controller", "neighbours-controller"),
    }


def test_the_files_of_all_processes_are_one_story(
    fleet: UpCloud, apart: Any, tmp_path: Path
) -> None:
    """Nova's hops in Nova's order; no cause has a later clock than its effect."""
    server = wait(apart, create(apart, "fleet-1"))
    log = fleet.folder / "fleet.log.d/compute-compute1.log"
    assert f"[instance: {server.id}]" in log.read_text()
    trace = trace_of(fleet, server.id, tmp_path / "one.otlp.jsonl")
    told = [
        hop.method
        for hop in trace.hops()
        if hop.kind in ("cast", "call") and not hop.is_reply
    ]
    wanted = ["build_instances", "select_destinations", "build_and_run_instance"]
    assert [method for method in told if method in wanted] == wanted
    assert told.count("update_device_up") == 1
    by_id = {span.span_id: span for span in trace.spans}
    checked = 0
    for span in trace.spans:
        cause = by_id.get(span.parent_id or "")
        if cause is not None and cause.service != span.service:
            before, after = cause.number(names.LAMPORT), span.number(names.LAMPORT)
            assert before is not None
            assert after is not None
            assert before < after
            checked += 1
    assert checked > 10
    delete(apart, server)


def test_a_collector_hears_the_same_story_from_all_processes(
    fleet: UpCloud, collector: Collector, apart: Any, tmp_path: Path
) -> None:
    """Protobuf: span by span what the files say, in the order of the clock."""
    server = wait(apart, create(apart, "collected-1"))
    trace = trace_of(fleet, server.id, tmp_path / "one.otlp.jsonl")
    written = {span.span_id: span for span in trace.spans}
    eventually(lambda: set(written) <= set(collector.spans), 60)
    assert collector.problems == []
    services = set()
    for span_id, span in written.items():
        service, sent = collector.spans[span_id]
        services.add(service)
        assert (service, sent.name) == (span.service, span.name)
        assert sent.trace_id.hex() == span.trace_id
        assert (sent.parent_span_id.hex() or None) == span.parent_id
        assert values(sent.attributes) == dict(span.attributes)
        if (cause := sent.parent_span_id.hex()) in written:
            before, after = (
                values(collector.spans[each][1].attributes)[names.LAMPORT]
                for each in (cause, span_id)
            )
            assert before < after
    assert {"nova-api", "nova-conductor", "nova-scheduler", "nova-compute"} <= services
    delete(apart, server)


def test_a_server_is_changed_in_every_way(apart: Any) -> None:
    """Paused, stopped, rebuilt, given volumes and ports: as in one process."""
    Changes(apart).tell()


def test_a_service_that_is_killed_comes_back(fleet: UpCloud, apart: Any) -> None:
    """No other service needs a restart; a server that is asked for then is built."""
    before = processes(fleet)["nova-scheduler"]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: "nova-scheduler works again" in fleet.process.err, 120)
    said = "nova-scheduler ended with code -9; it is started again"
    assert said in fleet.process.err
    delete(apart, wait(apart, create(apart, "fleet-2")))


def test_neighbours_that_are_killed_know_everything_again(
    fleet: UpCloud, apart: Any
) -> None:
    """Tokens, ports, allocations, volumes, quotas, images: nobody notices for long."""
    server = wait(apart, create(apart, "fleet-3"))
    admin = fleet.person("admin", "demo")
    about = {"name": "kept", "disk_format": "raw", "container_format": "bare"}
    image = admin.made("glance", "/v2/images", "", about)
    volume = apart.create_volume(size=1, name="kept", wait=True)
    looks = [
        ("neutron", f"/v2.0/ports?device_id={server.id}"),
        ("neutron", "/v2.0/security-groups"),
        ("placement", f"/allocations/{server.id}"),
        ("placement", "/resource_providers"),
        ("glance", "/v2/images"),
        ("cinder", f"/v3/{admin.project}/volumes/{volume.id}"),
        ("neutron", "/v2.0/networks"),
    ]
    before = [admin.told(*look) for look in looks]
    os.kill(processes(fleet)["neighbours"], signal.SIGKILL)
    eventually(lambda: "neighbours works again" in fleet.process.err, 120)
    assert [admin.told(*look) for look in looks] == before
    delete(apart, server)
    assert admin.told(*looks[0])["ports"] == []
    assert admin.told(*looks[2])["allocations"] == {}
    apart.delete_volume(volume.id)
    assert admin.ask("glance", "DELETE", f"/v2/images/{image['id']}").status_code == 204


def test_an_audit_from_outside_finds_what_does_not_fit(
    fleet: UpCloud, apart: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases, neighbours and each nova-compute are asked; then all agree again."""
    server = wait(apart, create(apart, "fleet-4"))
    assert audited(fleet) == []
    admin = fleet.person("admin", "demo")
    network = admin.told("neutron", "/v2.0/networks")["networks"][0]["id"]
    nobody = str(uuid.uuid4())
    about = {"network_id": network, "device_owner": "compute:nova"}
    port = admin.made("neutron", "/v2.0/ports", "port", {**about, "device_id": nobody})
    held = f"/allocations/{server.id}"
    before = admin.told("placement", held)["allocations"]
    assert admin.ask("placement", "DELETE", held).status_code == 204
    compute = processes(fleet)["nova-compute@compute1"]
    os.kill(compute, signal.SIGSTOP)
    try:
        with monkeypatch.context() as impatient:
            impatient.setattr(audit_host, "_PATIENCE_S", 0.2)
            impatient.setattr(exercise, "_GRACE_S", 0.0)
            found = audited(fleet)
    finally:
        os.kill(compute, signal.SIGCONT)
    assert {(each["where"], each["about"]) for each in found} == {
        ("libvirt", "compute1"),
        ("neutron", port["id"]),
        ("placement", server.id),
    }
    assert nobody in str(found)
    admin.ask("neutron", "DELETE", f"/v2.0/ports/{port['id']}")
    given = [
        {"resource_provider": {"uuid": node}, "resources": about["resources"]}
        for node, about in before.items()
    ]
    put = admin.ask("placement", "PUT", held, {"allocations": given})
    assert put.status_code == 204
    assert audited(fleet) == []
    delete(apart, server)
    assert audited(fleet) == []


# What a lab says goes wrong does so wherever its service runs.
WRONG = (
    SMALL.replace(
        "[[flavors]]", '[[hosts]]\nname = "gone"\ndisabled = true\n\n[[flavors]]', 1
    )
    + '[[faults]]\nkind = "dead"\nhost = "gone"\n'
    + '[[faults]]\nkind = "message"\nmethod = "build_and_run_instance"\n'
)


def test_all_of_it_goes_wrong_as_the_lab_says_and_ends_at_sigterm(
    redis: RedisServer, tmp_path: Path
) -> None:
    """A dead host, a lost message; exit 0, no process is left, each wrote its part."""
    url = redis.url.replace("/0?", "/1?")
    cloud = start(tmp_path, "--transport-url", url, lab_text=WRONG)
    pids = list(processes(cloud).values())
    assert len(pids) == 6
    admin = cloud.person("admin", "demo")
    rows = admin.told("nova", f"/v2.1/{admin.project}/os-services")["services"]
    (gone,) = (row for row in rows if row["host"] == "gone")
    assert (gone["status"], gone["state"]) == ("disabled", "down")
    connection = cloud.connect()
    lost = create(connection, "lost-1")
    eventually(lambda: "build_and_run_instance" in _written(cloud), 100)
    delete(connection, wait(connection, create(connection, "built-1")))
    shown = admin.told("nova", f"/v2.1/{admin.project}/servers/{lost.id}")["server"]
    assert (shown["status"], shown["OS-EXT-SRV-ATTR:host"]) == ("BUILD", None)
    connection.close()
    cloud.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    written = {path.name for path in (tmp_path / "up").iterdir()}
    assert {"api-controller.otlp.jsonl", "compute-compute1.otlp.jsonl"} <= written


def test_a_few_processes_do_as_well(redis: RedisServer, tmp_path: Path) -> None:
    """Services that share a process ask one another there; messages go over the bus."""
    url = redis.url.replace("/0?", "/2?")
    cloud = start(tmp_path, "--transport-url", url, "--few-processes", lab_text=LAB)
    assert set(processes(cloud)) == {
        *("neighbours+nova-api", "nova-conductor+nova-scheduler"),
        "nova-compute@compute1+compute2+compute3",
    }
    connection = cloud.connect()
    server = wait(connection, create(connection, "few-1"))
    trace = trace_of(cloud, server.id, tmp_path / "one.otlp.jsonl")
    told = [hop.method for hop in trace.hops() if not hop.is_reply]
    wanted = ["build_instances", "select_destinations", "build_and_run_instance"]
    assert [method for method in told if method in wanted] == wanted
    delete(connection, server)
    assert audited(cloud) == []
    connection.close()
    cloud.close()


def _written(cloud: UpCloud) -> str:
    """Return what the conductor has written of its trace so far."""
    return (cloud.folder / "up/conductor-controller.otlp.jsonl").read_text()


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["compute", "--host", "nowhere"], "no host 'nowhere' in this lab", 2),
        (["compute"], "no host 'controller' in this lab", 2),
        (["conductor", "--host", "a", "--host", "b"], "no host 'b' in this lab", 2),
        (["api", "--nova", "nonsense"], "'nonsense' is not http://HOST:PORT", 2),
        (["worker"], "'worker' is not one of", 2),
    ],
)
def test_a_service_that_cannot_be_is_one_line(
    redis: RedisServer, tmp_path: Path, words: list[str], said: str, code: int
) -> None:
    """The documented exit code."""
    cloud = ("--transport-url", redis.url, "--state", str(tmp_path / "state"))
    result = command("service", *words, *cloud, "--virt", "fake")
    assert (result.code, result.out) == (code, "")
    assert said in result.error_line


def test_the_embedded_bus_is_no_bus_between_processes(tmp_path: Path) -> None:
    """The line says what to write instead."""
    cloud = ("--transport-url", "fakeredis://x/", "--state", str(tmp_path))
    result = command("service", "conductor", *cloud)
    assert result.code == 2
    assert "write --transport-url redis://HOST:PORT/DB" in result.error_line


def test_rabbit_carries_it_as_well(tmp_path: Path) -> None:
    """oslo.messaging's own driver, and nothing else changed: a server is built."""
    rabbit = RabbitServer(tmp_path)
    try:
        cloud = start(tmp_path, "--transport-url", rabbit.url, lab_text=SMALL)
        connection = cloud.connect()
        server = wait(connection, create(connection, "rabbit-1"))
        trace = trace_of(cloud, server.id, tmp_path / "one.otlp.jsonl")
        systems = {span.text(names.MESSAGING_SYSTEM) for span in trace.spans}
        assert "rabbitmq" in systems
        delete(connection, server)
        connection.close()
        cloud.close()
    finally:
        rabbit.stop()


@pytest.mark.parametrize(
    "server", [database_servers.postgresql, database_servers.mariadb]
)
def test_both_databases_are_on_a_real_server(
    server: Callable[
        [], contextlib.AbstractContextManager[database_servers.DatabaseServer]
    ],
    redis: RedisServer,
    tmp_path: Path,
) -> None:
    """What several machines need: no file is shared; a server is built."""
    with server() as running:
        url = running.url
        api_url = database_servers.create_database(url, "nova_api")
        number = 2 if url.startswith("postgresql:") else 3
        bus = redis.url.replace("/0?", f"/{number}?")
        options = ("--transport-url", bus, "--db", url, "--api-db", api_url)
        cloud = start(tmp_path, *options, lab_text=SMALL)
        connection = cloud.connect()
        delete(connection, wait(connection, create(connection, "database-1")))
        connection.close()
        cloud.close()
