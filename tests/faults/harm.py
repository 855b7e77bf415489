"""What is done to the parts of a cloud: killed, paused, cut off, slowed."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.functional.cli.database_servers import DatabaseServer
from tests.functional.libvirt import fates
from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import UpCloud
from tracenova.lab.libvirtd import PrivateLibvirtd


class Startable(Protocol):
    """A server of the test's own."""

    def kill(self) -> None:
        """Kill it."""

    def start(self) -> None:
        """Start it again."""


@dataclass
class Parts:
    """What may be harmed."""

    cloud: UpCloud
    redis: RedisServer
    database: DatabaseServer | None = None
    libvirtd: PrivateLibvirtd | None = None


class Harm:
    """Does something to somebody; the dice say in which order, and to whom.

    What can be done is dealt like cards: each once before anything comes again.

    Args:
        parts: of one cloud.
        dice: decide.
        pause_s: how long something is away at most.
    """

    def __init__(self, parts: Parts, dice: random.Random, pause_s: float) -> None:
        self._parts, self._dice, self._pause_s = parts, dice, pause_s
        self._cards: list[Callable[[], str]] = []
        self._known = set(dict(services(parts.cloud)))
        self._spared: list[str] = []
        self.killed: set[str] = set()

    def strike(self) -> str:
        """Do something; say what was done."""
        if not self._cards:
            self._cards = self._deck()
        return self._cards.pop()()

    def _deck(self) -> list[Callable[[], str]]:
        kinds: list[Callable[[], str]] = [self._kill, self._kill, self._kill]
        kinds += [self._pause, self._slow, self._cut_off_redis]
        if self._parts.database is not None:
            kinds += [self._kill_database, self._pause_database]
        if self._parts.libvirtd is not None:
            kinds += [self._kill_libvirtd, self._pause_libvirtd]
        self._dice.shuffle(kinds)
        return kinds

    def _kill(self) -> str:
        """Kill a service; each once before any is killed again."""
        if not self._spared:
            self._spared = self._dice.sample(sorted(self._known), len(self._known))
            if self._parts.libvirtd is not None:  # whose guests are real goes first
                self._spared.sort(key=lambda name: name.startswith("compute"))
        name = self._spared.pop()
        while (pid := dict(services(self._parts.cloud)).get(name)) is None:
            time.sleep(0.1)  # it is being started again
        self.killed.add(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return f"{name} killed"

    def _pause(self) -> str:
        name, pid = self._victim()
        self._stop_for(pid, self._while())
        return f"{name} paused"

    def _slow(self) -> str:
        """Let a service work a tenth of the time."""
        name, pid = self._victim()
        until = time.monotonic() + self._while()
        while time.monotonic() < until:
            self._stop_for(pid, 0.09)
            time.sleep(0.01)
        return f"{name} slowed"

    def _cut_off_redis(self) -> str:
        self._away(self._parts.redis)
        return "redis cut off"

    def _kill_database(self) -> str:
        assert self._parts.database is not None
        self._away(self._parts.database)
        return "database killed"

    def _pause_database(self) -> str:
        assert self._parts.database is not None
        self._stop_for(-self._parts.database.pid, self._while())
        return "database paused"

    def _kill_libvirtd(self) -> str:
        assert self._parts.libvirtd is not None
        fates.kill(self._parts.libvirtd)
        time.sleep(self._while())
        self._parts.libvirtd.up()
        return "libvirtd killed"

    def _pause_libvirtd(self) -> str:
        assert self._parts.libvirtd is not None
        pid = self._parts.libvirtd.status().pid
        assert pid is not None
        self._stop_for(pid, self._while())
        return "libvirtd paused"

    def _away(self, server: Startable) -> None:
        server.kill()
        time.sleep(self._while())
        server.start()

    def _while(self) -> float:
        return self._dice.uniform(0.2, self._pause_s)

    def _stop_for(self, pid: int, seconds: float) -> None:
        """Stop a process, or a group of them (a negative number), for a while."""
        send = os.killpg if pid < 0 else os.kill
        with contextlib.suppress(ProcessLookupError):
            send(abs(pid), signal.SIGSTOP)
            try:
                time.sleep(seconds)
            finally:
                send(abs(pid), signal.SIGCONT)

    def _victim(self) -> tuple[str, int]:
        while not (there := sorted(services(self._parts.cloud))):
            time.sleep(0.1)
        return self._dice.choice(there)


def services(cloud: UpCloud) -> list[tuple[str, int]]:
    """Return name and process of each of the cloud's services that run."""
    return [(_name(words), pid) for pid, words in _processes(cloud)]


def _processes(cloud: UpCloud) -> Iterator[tuple[int, list[str]]]:
    parent = cloud.process.popen.pid
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            after_name = stat.read_text().rpartition(")")[2].split()
            if int(after_name[1]) != parent:
                continue
            words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
            if "service" in words:
                yield int(stat.parent.name), words


def _name(words: list[str]) -> str:
    after = words[words.index("service") + 1 :]
    role = next(word for word in after if not word.startswith("-"))
    return f"{role}@{words[words.index('--host') + 1]}" if "--host" in words else role
