"""A cloud whose services a test starts, replaces and stops one by one."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import mortal
from tests.functional.cli.runner import environment
from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import UpCloud
from tests.functional.served.test_many_processes import SMALL
from tracenova.lab.front_door import PREFIXES
from tracenova.lab.ports import free_ports

ROLES = ("neighbours", "api", "conductor", "scheduler", "compute")
_PATIENCE_S = 150
_CONF = """[DEFAULT]
rpc_response_timeout = 20
instance_build_timeout = 20
vif_plugging_timeout = 20
"""


class One:
    """One service's process; the file tells it when to die."""

    def __init__(self, orders: Path, words: list[str]) -> None:
        self.said: list[str] = []
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", mortal.__name__, str(orders), "service", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        """Return once it works."""
        assert self._ready.wait(_PATIENCE_S), self.said
        assert self.said[-1:] != [], "it ended without a word"

    def wait(self) -> int:
        """Wait until it has ended; return how."""
        code = self._process.wait(_PATIENCE_S)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def stop(self) -> int:
        """Send SIGTERM, wait."""
        self._process.terminate()
        return self.wait()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.said.append(line.rstrip())
            if line.strip() == "ready":
                self._ready.set()
        self._ready.set()


class Row(UpCloud):
    """The services by role.

    Args:
        folder: for state and traces.
        redis: the bus.
    """

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.folder, self.bus = folder, redis
        self._shells = {}
        lab, conf = folder / "row.toml", folder / "nova.conf"
        lab.write_text(SMALL)
        conf.write_text(_CONF)
        neighbours, nova = (f"http://127.0.0.1:{port}" for port in free_ports(2))
        self._urls = {
            name: (nova if name == "nova" else neighbours) + prefix
            for name, prefix in PREFIXES.items()
        }
        self._words = ["--lab", str(lab), "--transport-url", redis.url]
        self._words += ["--state", str(self.state), "--neighbours", neighbours]
        self._words += ["--nova", nova, "--config-file", str(conf), "--virt", "test"]
        self._services: dict[str, One] = {}

    @property
    def state(self) -> Path:
        """The folder that all services share."""
        return self.folder / "state"

    @property
    def urls(self) -> dict[str, str]:
        """Where each service listens."""
        return self._urls

    def start(self, role: str, **options: int) -> One:
        """Start a service, with these values in its nova.conf besides."""
        words = [role, *self._words]
        if role == "compute":
            words += ["--host", "compute1"]
        if options:
            conf = self.folder / f"{role}.conf"
            lines = [f"{name} = {value}\n" for name, value in options.items()]
            conf.write_text("".join(["[DEFAULT]\n", *lines]))
            words += ["--config-file", str(conf)]
        self._services[role] = One(self._orders(role), words)
        return self._services[role]

    def doom(self, role: str, doom: mortal.Doom) -> None:
        """Let a service die once, at that message."""
        doom.write(self._orders(role))

    def _orders(self, role: str) -> Path:
        return self.folder / f"{role}.dies"

    def stop(self, role: str) -> None:
        """Stop a service."""
        assert self._services.pop(role).stop() == 0

    def bury(self, role: str) -> int:
        """Wait until a service has died; return how."""
        return self._services.pop(role).wait()

    def stop_all(self) -> None:
        """Stop what still runs."""
        for role in list(self._services):
            self._services.pop(role).stop()


@contextmanager
def running(folder: Path) -> Iterator[Row]:
    """Run one service of each role within the block."""
    redis = RedisServer(folder, dead_after_s=3)
    cloud = Row(folder, redis)
    try:
        cloud.start("manage")
        assert cloud.bury("manage") == 0
        for one in [cloud.start(role) for role in ROLES]:
            one.wait_until_ready()
        yield cloud
    finally:
        cloud.stop_all()
        redis.kill()
