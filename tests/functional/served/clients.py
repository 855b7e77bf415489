"""A cloud that is up, and the real clients that use it."""

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.functional.cli.runner import ROOT, environment

LAB = """
[lab]
name = "served"

[[hosts]]
name = "compute1"
memory_mb = 16384
vcpus = 16
disk_gb = 200

[[hosts]]
name = "compute2"
memory_mb = 32768
vcpus = 32
disk_gb = 400

[[hosts]]
name = "compute3"
memory_mb = 8192
vcpus = 8
disk_gb = 100

[[flavors]]
name = "m1.tiny"
memory_mb = 128
vcpus = 1
disk_gb = 1

[[flavors]]
name = "m1.huge"
memory_mb = 262144
vcpus = 8
disk_gb = 1

[[images]]
name = "guest"

[[networks]]
name = "private"
cidr = "10.0.0.0/22"

[quotas]
instances = 1000
cores = 1000
ram = 10000000
"""


CERTIFICATES = ssl.create_default_context()
"""Read once: each request of httpx's own would read them again."""


class Process:
    """``tracenova`` with these arguments, until it is stopped.

    Attributes:
        out: lines of standard output so far.
        err: lines of standard error so far.
    """

    def __init__(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "tracenova", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**(env or {})),
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._said = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.popen.stdout, self.out), (self.popen.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def wait_for(self, line: str, timeout_s: float = 150.0) -> None:
        """Wait until standard output has the line, and all that was said before it.

        Raises:
            AssertionError: the process has ended, or time ran out.
        """
        with self._said:
            self._said.wait_for(
                lambda: self._has(line) or self.popen.poll() is not None, timeout_s
            )
        if line not in self.out:
            self.popen.kill()
            self.ended()
            raise AssertionError(self.err)

    def stop(self, sig: int = signal.SIGTERM) -> int:
        """Send the signal, and return the exit code."""
        self.popen.send_signal(sig)
        return self.ended()

    def ended(self) -> int:
        """Wait for the process to end, and return its exit code."""
        code = self.popen.wait(120)
        for reader in self._readers:
            reader.join(10)
        for stream in (self.popen.stdout, self.popen.stderr):
            assert stream is not None
            stream.close()
        return code

    def _has(self, line: str) -> bool:
        """Say whether the line is there; ``up`` names the trace last before it."""
        told = any(each.startswith("trace ") for each in self.err)
        return line in self.out and told

    def _read(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            with self._said:
                lines.append(line.rstrip("\n"))
                self._said.notify_all()
        self.popen.wait()
        with self._said:
            self._said.notify_all()


@dataclass
class Person:
    """Somebody with a token of the cloud."""

    cloud: "UpCloud"
    token: str
    project: str

    def ask(
        self, service: str, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """Send a request with the person's token."""
        return httpx.request(
            method,
            self.cloud.urls[service] + path,
            json=body,
            headers={"X-Auth-Token": self.token, **headers},
            timeout=50,
            verify=CERTIFICATES,
        )

    def told(self, service: str, path: str) -> Any:
        """Return a document that the person may see."""
        answer = self.ask(service, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, service: str, path: str, name: str, about: dict[str, Any]) -> Any:
        """Create a thing; return it."""
        answer = self.ask(service, "POST", path, {name: about} if name else about)
        assert answer.status_code < 300, answer.text
        return answer.json()[name] if name else answer.json()


@dataclass
class UpCloud:
    """A cloud that ``tracenova up`` serves.

    Attributes:
        folder: has clouds.yaml, openrc and the trace.
    """

    process: Process
    folder: Path
    _shells: "dict[str, subprocess.Popen[str]]" = field(default_factory=dict)

    @property
    def trace(self) -> Path:
        """The file of the cloud's trace, or the folder of its processes' files."""
        folder = self.folder / "up"
        return folder if folder.is_dir() else self.folder / "up.otlp.jsonl"

    @property
    def clouds_yaml(self) -> Path:
        """What the clients read."""
        return self.folder / "clouds.yaml"

    @property
    def urls(self) -> dict[str, str]:
        """Where each service listens, as ``up`` said it."""
        pairs = [line.split() for line in self.process.err]
        return {p[0]: p[1] for p in pairs if len(p) == 2 and p[1].startswith("http")}

    def environment(self, cloud: str = "tracenova") -> dict[str, str]:
        """Return the environment in which clients find the cloud."""
        return {"OS_CLIENT_CONFIG_FILE": str(self.clouds_yaml), "OS_CLOUD": cloud}

    def openstack(self, *arguments: str, cloud: str = "tracenova") -> dict[str, Any]:
        """Run an ``openstack`` command and return code, out and err."""
        if cloud not in self._shells:  # each keeps its session's token
            self._shells[cloud] = self._start_shell(cloud)
        shell = self._shells[cloud]
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdin.write(json.dumps(arguments) + "\n")
        shell.stdin.flush()
        answer: dict[str, Any] = json.loads(shell.stdout.readline())
        return answer

    def ask(self, *arguments: str, cloud: str = "tracenova") -> Any:
        """Run an ``openstack`` command that must succeed; return what it shows."""
        answer = self.openstack(*arguments, "-f", "json", cloud=cloud)
        assert answer["code"] == 0, answer
        return json.loads(answer["out"])

    def do(self, *arguments: str, cloud: str = "tracenova") -> None:
        """Run an ``openstack`` command that must succeed."""
        answer = self.openstack(*arguments, cloud=cloud)
        assert answer["code"] == 0, answer

    def connect(self, cloud: str = "tracenova") -> Any:
        """Return a connection of the openstacksdk."""
        import openstack

        config = openstack.config.OpenStackConfig(config_files=[str(self.clouds_yaml)])
        return openstack.connection.Connection(config=config.get_one(cloud))

    def token(self, user: str = "admin", project: str = "demo") -> str:
        """Return a token, got over plain HTTP."""
        auth = {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": user,
                        "password": user,
                        "domain": {"id": "default"},
                    }
                },
            },
            "scope": {"project": {"name": project, "domain": {"id": "default"}}},
        }
        url = self.urls["keystone"] + "/v3/auth/tokens"
        answer = httpx.post(url, json={"auth": auth}, timeout=120)
        assert answer.status_code == 201, answer.text
        return answer.headers["X-Subject-Token"]

    def person(self, user: str, project: str) -> Person:
        """Log somebody in."""
        token = self.token(user, project)
        shown = httpx.get(
            self.urls["keystone"] + "/v3/auth/tokens",
            headers={"X-Auth-Token": token, "X-Subject-Token": token},
            timeout=50,
        ).json()
        return Person(self, token, shown["token"]["project"]["id"])

    def close(self) -> None:
        """Stop the shell, and the cloud."""
        for shell in self._shells.values():
            assert shell.stdin is not None
            assert shell.stdout is not None
            shell.stdin.close()
            shell.wait(120)
            shell.stdout.close()
        code = self.process.stop()
        assert code == 0, self.process.err

    def _start_shell(self, cloud: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore"),
                str(Path(__file__).with_name("openstack_shell.py")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, **self.environment(cloud)},
            text=True,
        )


def start(
    folder: Path, *options: str, lab_text: str = LAB, virt: str = "fake"
) -> UpCloud:
    """Start ``tracenova up`` on a free port; return once it is ready."""
    lab = folder / "served.toml"
    lab.write_text(lab_text, encoding="utf-8")
    places = ["--write-env", str(folder), "--save", str(folder / "up.otlp.jsonl")]
    process = Process(
        *("up", "--lab", str(lab), "--port", "0", "--virt", virt), *places, *options
    )
    cloud = UpCloud(process, folder)
    process.wait_for("ready")
    return cloud
