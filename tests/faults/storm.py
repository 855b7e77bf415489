"""Callers who want servers, and somebody who kills whoever should build them."""

import contextlib
import functools
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import UpCloud

_LOOK_EVERY_S = 0.2
_SETTLE_S = 90.0


class Caller:
    """Somebody with a token, who asks again when a service is not there."""

    def __init__(self, cloud: UpCloud) -> None:
        self._person = cloud.person("admin", "demo")
        self.project = self._person.project

    def nova(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask nova-api once.

        Raises:
            httpx.TransportError: it is not there, or went away.
        """
        return self._person.ask("nova", method, f"/v2.1/{self.project}{path}", body)

    def told(self, service: str, path: str) -> Any:
        """Ask until there is an answer."""
        deadline = time.monotonic() + _SETTLE_S
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = self._person.ask(service, "GET", path)
                if answer.status_code < 500:
                    return answer.json() if answer.status_code == 200 else None
            assert time.monotonic() < deadline, f"{service} does not answer {path}"
            time.sleep(_LOOK_EVERY_S)


@dataclass
class Report:
    """What a storm did, and what was left when it was over.

    Attributes:
        asked: POSTs that were sent.
        refused: other answers than 202, and how often.
        accepted: uuids of the servers that nova-api answered 202 for.
        faults: what was done to whom, how often.
        ended: how the accepted servers ended, by status.
        unowned: those in BUILD that no host has: lost as Nova loses them.
        recovered_s: from the last fault until every server had ended.
        orphans: what is left when all servers are deleted.
    """

    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    unowned: int = 0
    recovered_s: float = 0.0
    orphans: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the figures in one line."""
        ended = ", ".join(f"{n} {status}" for status, n in sorted(self.ended.items()))
        faults = ", ".join(f"{n} × {what}" for what, n in sorted(self.faults.items()))
        return (
            f"{self.asked} asked, {len(self.accepted)} accepted: {ended} "
            f"({self.unowned} of them owned by no host); {faults or 'no faults'}; "
            f"settled after {self.recovered_s:.1f} s; orphans: {len(self.orphans)}; "
            f"not accepted: {dict(self.refused)}"
        )


class Storm:
    """Load and faults on one cloud, the same for the same seed.

    Args:
        cloud: of many processes.
        redis: its bus.
        seed: decides who is hit, by what, and when.
    """

    def __init__(self, cloud: UpCloud, redis: RedisServer, seed: int) -> None:
        self._cloud, self._redis = cloud, redis
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self.report = Report()

    def rage(self, boots: int, callers: int, faults: int, pause_s: float) -> None:
        """Ask for so many servers while so many faults happen, about a pause apart."""
        caller = Caller(self._cloud)
        body = _wish(caller)
        with ThreadPoolExecutor(callers) as pool:
            asking = [
                pool.submit(self._ask, caller, body, self._dice.uniform(0, pause_s))
                for _ in range(boots)
            ]
            for _ in range(faults):
                time.sleep(pause_s * self._dice.uniform(0.5, 1.5))
                self._strike()
            for each in asking:
                each.result(_SETTLE_S)
        self._settle(caller)

    def clear(self) -> None:
        """Delete every server; note what somebody still remembers."""
        caller = Caller(self._cloud)
        for uuid in self.report.accepted:
            self._until(functools.partial(_deleted, caller, uuid), f"{uuid} stays")
        self._until(lambda: not self._remains(caller), "", fail=False)
        self.report.orphans = self._remains(caller)

    # --- load ---------------------------------------------------------------------

    def _ask(self, caller: Caller, body: dict[str, Any], rest_s: float) -> None:
        """Rest, then POST; without an answer nothing was accepted, so ask once more."""
        for _ in range(2):
            time.sleep(rest_s)
            self.report.asked += 1
            try:
                answer = caller.nova("POST", "/servers", body)
            except httpx.TransportError:
                self.report.refused["no answer"] += 1
                continue
            if answer.status_code == 202:
                self.report.accepted.append(answer.json()["server"]["id"])
                return
            self.report.refused[f"{answer.status_code} {answer.text[:200]}"] += 1

    def _settle(self, caller: Caller) -> None:
        began_s = time.monotonic()
        pending = set(self.report.accepted)
        quiet_since, before = began_s, -1
        while pending and time.monotonic() - began_s < _SETTLE_S:
            rows = {uuid: _shown(caller, uuid) for uuid in pending}
            pending = {uuid for uuid, row in rows.items() if row["status"] == "BUILD"}
            if len(pending) != before:
                quiet_since, before = time.monotonic(), len(pending)
            owned = [u for u in pending if rows[u]["OS-EXT-SRV-ATTR:host"]]
            if not owned and time.monotonic() - quiet_since > 15:
                break  # nobody has them, and nobody will
            time.sleep(_LOOK_EVERY_S)
        self.report.recovered_s = quiet_since - began_s
        for uuid in self.report.accepted:
            row = _shown(caller, uuid)
            self.report.ended[row["status"]] += 1
            unowned = row["status"] == "BUILD" and not row["OS-EXT-SRV-ATTR:host"]
            self.report.unowned += unowned
            if row["status"] == "ERROR" and "fault" not in row:
                self.report.orphans.append(f"{uuid} is in ERROR without a fault")

    # --- faults -------------------------------------------------------------------

    def _strike(self) -> None:
        kinds: list[tuple[str, Callable[[], str]]] = [
            ("killed", self._kill),
            ("killed", self._kill),
            ("paused", self._pause),
            ("cut off", self._cut_off),
        ]
        name, strike = self._dice.choice(kinds)
        self.report.faults[f"{strike()} {name}"] += 1

    def _kill(self) -> str:
        name, pid = self._victim()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return name

    def _pause(self) -> str:
        name, pid = self._victim()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self._dice.uniform(0.3, 1.5))
            os.kill(pid, signal.SIGCONT)
        return name

    def _cut_off(self) -> str:
        """Take the bus away for a while, and all that was in it."""
        self._redis.kill()
        time.sleep(self._dice.uniform(0.2, 1.0))
        self._redis.start()
        return "redis"

    def _victim(self) -> tuple[str, int]:
        """Return one of the services that run, and its process."""
        self._until(lambda: bool(_services(self._cloud)), "no service runs")
        return self._dice.choice(sorted(_services(self._cloud)))

    # --- afterwards ---------------------------------------------------------------

    def _remains(self, caller: Caller) -> list[str]:
        ports = caller.told("neutron", "/v2.0/ports")["ports"]
        found = [
            f"port {port['id']} of {port['device_id']}"
            for port in ports
            if port["device_owner"].startswith("compute:")
        ]
        for uuid in self.report.accepted:
            held = caller.told("placement", f"/allocations/{uuid}") or {}
            if held.get("allocations"):
                found.append(f"allocation of {uuid}")
        limits = caller.told("nova", f"/v2.1/{caller.project}/limits")["limits"]
        used = limits["absolute"]
        names = ("totalInstancesUsed", "totalCoresUsed", "totalRAMUsed")
        return found + [
            f"quota: {name} is {used[name]}" for name in names if used[name]
        ]

    def _until(
        self, holds: Callable[[], bool], problem: str, *, fail: bool = True
    ) -> None:
        deadline = time.monotonic() + _SETTLE_S
        while not holds():
            if time.monotonic() > deadline:
                assert not fail, problem
                return
            time.sleep(_LOOK_EVERY_S)


def _services(cloud: UpCloud) -> list[tuple[str, int]]:
    """Return name and process of each of the cloud's services."""
    parent, found = cloud.process.popen.pid, []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            after_name = stat.read_text().rpartition(")")[2].split()
            if int(after_name[1]) != parent:
                continue
            words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
            if "service" in words:
                found.append((_name(words), int(stat.parent.name)))
    return found


def _name(words: list[str]) -> str:
    after = words[words.index("service") + 1 :]
    role = next(word for word in after if not word.startswith("-"))
    return f"{role}@{words[words.index('--host') + 1]}" if "--host" in words else role


def _wish(caller: Caller) -> dict[str, Any]:
    flavors = caller.nova("GET", "/flavors").json()["flavors"]
    flavor = next(each["id"] for each in flavors if each["name"] == "m1.tiny")
    image = caller.told("glance", "/v2/images")["images"][0]["id"]
    network = caller.told("neutron", "/v2.0/networks")["networks"][0]["id"]
    networks = [{"uuid": network}]
    about = {"name": "storm", "flavorRef": flavor, "imageRef": image}
    return {"server": {**about, "networks": networks}}


def _shown(caller: Caller, uuid: str) -> dict[str, Any]:
    path = f"/v2.1/{caller.project}/servers/{uuid}"
    found = caller.told("nova", path)
    if found is None:
        return {"status": "gone", "OS-EXT-SRV-ATTR:host": None}
    server: dict[str, Any] = found["server"]
    return server


def _deleted(caller: Caller, uuid: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return caller.nova("DELETE", f"/servers/{uuid}").status_code == 404
    return False
