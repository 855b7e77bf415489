"""A RabbitMQ of the test's own, on free ports."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.functional.messaging.conftest import eventually
from tracenova.lab.ports import free_ports

_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitServer:
    """A broker with the user guest, listening on loopback."""

    def __init__(self, folder: Path) -> None:
        program = _PROGRAM if _PROGRAM.exists() else shutil.which("rabbitmq-server")
        if program is None:
            pytest.skip(
                "needs the program rabbitmq-server: apt install rabbitmq-server"
            )
        self.port, names_port, nodes_port = free_ports(3)
        self.url = f"rabbit://guest:guest@127.0.0.1:{self.port}//"
        self._names_port = str(names_port)
        names = {
            "HOME": folder,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": self._names_port,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": nodes_port,
            "RABBITMQ_NODENAME": f"tracenova{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": folder / "mnesia",
            "RABBITMQ_LOG_BASE": folder / "log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        }
        self._process = subprocess.Popen(
            [str(program)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **{name: str(value) for name, value in names.items()}},
            start_new_session=True,
        )
        try:
            eventually(self._answers, 150)
        except BaseException:
            self.stop()
            raise

    def _answers(self) -> bool:
        assert self._process.poll() is None, "rabbitmq-server ended"
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Stop it, and Erlang's name server that it has started."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if epmd := shutil.which("epmd"):
            kill = [epmd, "-port", self._names_port, "-kill"]
            subprocess.run(kill, capture_output=True, check=False)
