"""The examples for systemd and compose are run, by a small reader of their files.

What they say is done: which commands, in which environment, after whom; who must have
ended before; SIGTERM at the end. Only paths and ports are the test's own. What systemd and
docker do beside (users, containers, starting again) is not tried.
"""

import configparser
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openstack
import pytest
import yaml
from keystoneauth1.exceptions import ConnectFailure

from tests.functional.cli.runner import environment
from tests.functional.messaging.conftest import RedisServer, eventually
from tests.functional.served.test_deploy import DEPLOY, PROGRAM
from tests.functional.served.test_deploy import environment as unit_environment
from tests.functional.served.test_openstacksdk import delete, wait
from tracenova.lab.ports import free_ports

pytestmark = [
    *(pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(600)),
    pytest.mark.filterwarnings("ignore"),  # the client's own, not ours
]

_STATE = "/var/lib/tracenova"
_PATIENCE_S = 240
_REDIS = "redis://127.0.0.1:6379/0"
_URLS = {"--neighbours": "http://127.0.0.1:5000", "--nova": "http://127.0.0.1:8774"}


@dataclass(frozen=True)
class Job:
    """One process of a deployment.

    Attributes:
        command: the words after ``tracenova``.
        after: names of jobs that are started before.
        awaited: those of them that must have ended well before.
        variables: its environment.
    """

    name: str
    command: Sequence[str]
    after: frozenset[str]
    awaited: frozenset[str]
    variables: Mapping[str, str]


def units() -> list[Job]:
    """Return what ``systemctl start tracenova.target`` would start."""
    wanted = _unit("tracenova.target")["Unit"]["Wants"].split()
    return [_job(name) for name in wanted]


def _unit(file: str) -> configparser.RawConfigParser:
    """Read a unit; what is said several times adds up."""
    lines: dict[tuple[str, str], list[str]] = {}
    section = ""
    for line in (DEPLOY / "systemd" / file).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and line[0] != "#":
            name, _, value = line.partition("=")
            lines.setdefault((section, name), []).append(value)
    unit = configparser.RawConfigParser()
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    for (section, name), values in lines.items():
        if not unit.has_section(section):
            unit.add_section(section)
        unit.set(section, name, " ".join(values))
    return unit


def _job(name: str) -> Job:
    template, _, instance = name.removesuffix(".service").partition("@")
    unit = _unit(f"{template}@.service" if instance else name)
    service = unit["Service"]
    assert service["EnvironmentFile"] == "/etc/tracenova/tracenova.env"
    variables = unit_environment()
    program, *words = service["ExecStart"].replace("%i", instance).split()
    assert program == PROGRAM
    command = [
        part
        for word in words
        for part in (variables[word[1:]].split() if word[0] == "$" else [word])
    ]
    after = frozenset(unit["Unit"]["After"].split())
    ended = {
        each
        for each in after
        if each.startswith("tracenova") and "@" not in each
        if _unit(each)["Service"].get("Type") == "oneshot"
    }
    return Job(name, command, after, frozenset(ended), variables)


def containers() -> list[Job]:
    """Return what ``docker compose up`` would start, but for Redis."""
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    (entry,) = (line for line in lines if line.startswith("ENTRYPOINT"))
    program, *words = yaml.safe_load(entry.removeprefix("ENTRYPOINT"))
    assert program == "tracenova"
    return [
        _container(name, service, words)
        for name, service in document["services"].items()
        if name != "redis"
    ]


def _container(name: str, service: Mapping[str, Any], words: Sequence[str]) -> Job:
    after = service["depends_on"]
    done = "service_completed_successfully"
    awaited = {
        each
        for each, about in (after.items() if isinstance(after, dict) else ())
        if about["condition"] == done
    }
    command = [*words, *shlex.split(service["command"])]
    variables = service.get("environment", {})
    return Job(name, command, frozenset(after), frozenset(awaited), variables)


class Deployment:
    """Processes that were started as the examples say."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self._folder, self._redis = folder, redis
        urls = [f"http://127.0.0.1:{port}" for port in free_ports(2)]
        self._urls = dict(zip(_URLS.values(), urls, strict=True))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ended: set[str] = set()

    def start(self, jobs: Sequence[Job]) -> None:
        """Start them all, each after those that it names."""
        names = {job.name for job in jobs}
        left = list(jobs)
        while left:
            begun = {*self._running, *self._ended}
            ready = [job for job in left if (job.after & names) <= begun]
            assert ready, f"they wait for one another: {left}"
            for job in ready:
                for each in job.awaited:
                    self._wait_for(each)
                self._running[job.name] = self._started(job)
                left.remove(job)

    def connect(self) -> Any:
        """Return a connection of the openstacksdk, once the cloud answers."""
        clouds = self._folder / "env/clouds.yaml"
        eventually(clouds.exists, _PATIENCE_S)
        config = openstack.config.OpenStackConfig(config_files=[str(clouds)])
        return openstack.connection.Connection(config=config.get_one("tracenova"))

    def stop(self) -> dict[str, int]:
        """SIGTERM to all, at once; return how each ended."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: each.wait(60) for name, each in self._running.items()}
        self._running.clear()
        return codes

    def kill(self) -> None:
        """Kill what is left of it."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def said(self) -> str:
        """Return what all have said."""
        logs = sorted(self._folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()}" for log in logs)

    def _wait_for(self, name: str) -> None:
        if name in self._running:
            assert self._running.pop(name).wait(_PATIENCE_S) == 0, self.said()
            self._ended.add(name)

    def _started(self, job: Job) -> "subprocess.Popen[bytes]":
        words = [self._here(word) for word in job.command]
        for option, url in _URLS.items():
            if option not in job.command:  # then it is the option's default
                words += [option, self._urls[url]]
        few = {name: environment()[name] for name in ("PATH", "PYTHONPATH")}
        variables = {**few, "HOME": str(self._folder), **job.variables}
        with (self._folder / f"{job.name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tracenova", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=os.sep,
                env=variables,
            )

    def _here(self, word: str) -> str:
        """Return a word of a command with the test's own path and ports."""
        own = {_STATE: str(self._folder), _REDIS: self._redis.url, **self._urls}
        for theirs, ours in own.items():
            word = word.replace(theirs, ours)
        return word


@contextmanager
def deployed(folder: Path, jobs: Sequence[Job]) -> Iterator[Deployment]:
    """Start the jobs over a Redis within the block."""
    redis = RedisServer(folder)
    deployment = Deployment(folder, redis)
    try:
        deployment.start(jobs)
        yield deployment
    finally:
        deployment.kill()
        redis.kill()


@pytest.mark.parametrize("jobs", [units, containers], ids=["systemd", "compose"])
def test_what_the_examples_start_is_a_cloud(tmp_path: Path, jobs: Any) -> None:
    """All are started at once; a server is built on each host; SIGTERM: all end well."""
    with deployed(tmp_path, jobs()) as cloud:
        connection = cloud.connect()
        hosts = {"compute1", "compute2", "compute3"}
        eventually(lambda: _hosts_that_are_up(connection) == hosts, _PATIENCE_S)
        servers = [wait(connection, _created(connection, host)) for host in hosts]
        delete(connection, *servers)
        connection.close()
        codes = cloud.stop()
    assert set(codes.values()) == {0}, cloud.said()
    assert len(codes) == len(jobs()) - 1  # manage has ended long ago


def _hosts_that_are_up(connection: Any) -> set[str]:
    try:
        answer = connection.compute.get("/os-services?binary=nova-compute")
    except ConnectFailure:
        return set()  # nova-api does not answer yet
    rows = answer.json()["services"] if answer.status_code == 200 else []
    return {row["host"] for row in rows if row["state"] == "up"}


def _created(connection: Any, host: str) -> Any:
    flavor = min(connection.compute.flavors(), key=lambda each: each.ram)
    return connection.compute.create_server(
        name=f"on-{host}",
        flavor_id=flavor.id,
        image_id=next(connection.image.images()).id,
        networks=[{"uuid": next(connection.network.networks()).id}],
        availability_zone=f"nova:{host}",
    )
