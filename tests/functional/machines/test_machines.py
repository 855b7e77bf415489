"""A cloud on three machines, which network namespaces play."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli.runner import environment
from tests.functional.machines.namespaces import Machine, machines
from tests.functional.messaging.conftest import eventually
from tests.functional.served.clients import LAB

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]
_PATIENCE_S = 240
_TEXT = LAB.replace('name = "served"', 'name = "served"\nservice_password = "shared"')
_CONF = """[DEFAULT]
service_down_time = 8
report_interval = 2
vif_plugging_timeout = 30
rpc_response_timeout = 10
"""


class Service:
    """``tracenova service`` on a machine; what it says is in a file."""

    def __init__(self, machine: Machine, log: Path, *words: str) -> None:
        self._log = log
        with log.open("w") as out:
            self._process = subprocess.Popen(
                [*machine.inside, sys.executable, "-m", "tracenova", "service", *words],
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment(),
            )

    def is_ready(self) -> bool:
        """Say whether it works."""
        assert self._process.poll() in (None, 0), self._log.read_text()
        return "ready" in self._log.read_text().splitlines()

    def stop(self) -> None:
        """Stop it, wait."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Net:
    """Three machines: the controller, and two with a nova-compute each."""

    def __init__(self, folder: Path, made: list[Machine], stack: Any) -> None:
        self.controller, self.first, self.second = made
        self._folder, self._stack = folder, stack
        (folder / "lab.toml").write_text(_TEXT)
        (folder / "nova.conf").write_text(_CONF)
        address = self.controller.address
        self._redis(address)
        self._words = ["--lab", str(folder / "lab.toml"), "--virt", "fake"]
        self._words += ["--transport-url", f"redis://{address}:6379/0?dead_after=5"]
        self._words += ["--neighbours", f"http://{address}:5000"]
        self._words += ["--nova", f"http://{address}:8774"]
        self._words += ["--config-file", str(folder / "nova.conf")]

    def _redis(self, address: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("needs the program redis-server: apt install redis-server")
        server = subprocess.Popen(
            [
                *(*self.controller.inside, program, "--bind", address, "--save", ""),
                *("--protected-mode", "no", "--dir", str(self._folder)),
            ],
            stdout=subprocess.DEVNULL,
        )
        self._stack.callback(server.wait)
        self._stack.callback(server.terminate)

    def start(self, machine: Machine, role: str, *words: str) -> Service:
        """Start a service on a machine, each of which has a state folder of its own."""
        state = self._folder / machine.name
        log = self._folder / f"{machine.name}-{role}.log"
        where = ["--state", str(state)]
        if machine is self.controller:
            where += ["--listen", machine.address]
            if role == "neighbours":
                where += ["--write-env", str(self._folder)]
        service = Service(machine, log, role, *self._words, *where, *words)
        self._stack.callback(service.stop)
        return service

    def client(self) -> None:
        """Start a client of the cloud on the controller's machine."""
        path = str(self._folder / "clouds.yaml")
        self._client = subprocess.Popen(
            [
                *(*self.controller.inside, sys.executable, "-W", "ignore"),
                *("-c", _CLIENT),
            ],
            env={**os.environ, "OS_CLIENT_CONFIG_FILE": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stack.callback(self._client.communicate)  # its input ends, and it

    def openstack(self, word: str, host: str) -> str:
        """Ask the client: ``boot`` on the host, its ``state``, or to ``change`` a server.

        Returns:
            its answer: ACTIVE, up, changed.
        """
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(f"{word} {host}\n")
        self._client.stdin.flush()
        return str(self._client.stdout.readline()).strip()


_CLIENT = """
import sys, time, openstack
from tests.functional.served.changes import Changes
cloud = openstack.connect(cloud="tracenova")
compute = cloud.compute
flavor, image = compute.find_flavor("m1.tiny").id, cloud.image.find_image("guest").id
networks = [{"uuid": cloud.network.find_network("private").id}]

def boot(host):
    server = compute.create_server(
        name="s", flavor_id=flavor, image_id=image, networks=networks,
        availability_zone=f"nova:{host}")
    while (server := compute.get_server(server.id)).status == "BUILD":
        time.sleep(0.3)
    compute.delete_server(server.id)
    return server.status

def state(host):
    return next((s.state for s in compute.services() if s.host == host), "none")

def change(host):
    Changes(cloud, zone=f"nova:{host}").tell()
    return "changed"

for line in sys.stdin:
    word, host = line.split()
    print({"boot": boot, "state": state, "change": change}[word](host), flush=True)
"""


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    """The three machines with all that runs on them."""
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(machines(3))
        cloud = Net(tmp_path, made, stack)
        manage = cloud.start(cloud.controller, "manage")
        eventually(manage.is_ready, _PATIENCE_S)
        started = [
            cloud.start(cloud.controller, role)
            for role in ("neighbours", "api", "conductor", "scheduler")
        ]
        started.append(cloud.start(cloud.first, "compute", "--host", "compute1"))
        started.append(cloud.start(cloud.second, "compute", "--host", "compute2"))
        for service in started:
            eventually(service.is_ready, _PATIENCE_S)
        cloud.client()
        yield cloud


def state_of(net: Net, host: str, wanted: str) -> None:
    """Wait until nova says that of the host's nova-compute."""
    deadline = time.monotonic() + _PATIENCE_S
    while (state := net.openstack("state", host)) != wanted:
        assert time.monotonic() < deadline, f"{host} is {state}"
        time.sleep(0.5)


def test_a_server_is_changed_on_another_machine(net: Net) -> None:
    """Paused, rebuilt, given volumes and ports: by a host that shares no network card."""
    for host in ("compute1", "compute2"):
        assert net.openstack("change", host) == "changed"


def test_a_machine_is_cut_off_and_comes_back(net: Net) -> None:
    """Its nova-compute is down, others build; connected again it needs no restart."""
    assert net.openstack("boot", "compute1") == "ACTIVE"
    assert net.openstack("boot", "compute2") == "ACTIVE"
    net.second.cut_off()
    state_of(net, "compute2", "down")
    assert net.openstack("boot", "compute1") == "ACTIVE"
    net.second.connect()
    state_of(net, "compute2", "up")
    assert net.openstack("boot", "compute2") == "ACTIVE"
