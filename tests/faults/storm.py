"""Callers who want servers, and somebody who harms whoever should build them."""

import contextlib
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.caller import (
    LOOK_EVERY_S,
    SETTLE_S,
    Caller,
    deleted,
    is_silent,
    shown,
    wish,
)
from tests.faults.harm import Harm, Parts, services
from tests.functional.served.audited import Found, audited
from tracenova.trace import files
from tracenova.trace.trace import Trace

_ASK_TIMES = 30
_LEFT = ("neutron", "libvirt", "files")
_DELETES_EACH = 3  # of so many servers one is deleted before the storm is over


@dataclass
class Report:
    """What a storm did, and what was left when it was over.

    Attributes:
        asked: POSTs that were sent.
        refused: other answers than 202, and how often.
        accepted: uuids of the servers that nova-api answered 202 for.
        deleted: those of them whose owner deleted them meanwhile, and was answered 204.
        held: how many of them were in BUILD at once, at most.
        faults: what was done to whom, how often.
        ended: how the accepted servers ended, by status.
        newton_lost: those whose message Newton lost: in BUILD, owned by no host, so
            that neither init_host nor instance_build_timeout looks at them.
        newton_kept: those whose deletion Newton lost: with a nova-compute, after their
            build had written over their task_state, so that init_host knows of nothing;
            or with a nova-api that had written it down, and not told the nova-compute.
        lost: those that did not end, and that Nova has means for.
        recovered_s: from the last fault until every server had ended.
        disagreed: what ``lab audit`` finds once they have ended.
        orphans: what it finds when all of them are deleted.
        newton_left: ports, guests and files of servers that are of no host, because
            their build failed while neutron or libvirtd was away: Newton's nova-api then
            deletes the row, and asks nobody (bug 1404867).
        restarted: services that nobody killed, and that ended all the same.
        unreadable: of the trace what cannot be read, or is missing without a word.
        missing: spans that the trace says have lost their cause with a killed service.
    """

    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    held: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    newton_lost: list[str] = field(default_factory=list)
    newton_kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    recovered_s: float = 0.0
    disagreed: Found = field(default_factory=list)
    orphans: Found = field(default_factory=list)
    newton_left: Counter[str] = field(default_factory=Counter)
    restarted: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    missing: int = 0

    def __str__(self) -> str:
        """Return the figures in one line."""
        ended = ", ".join(f"{n} {status}" for status, n in sorted(self.ended.items()))
        faults = ", ".join(f"{n} × {what}" for what, n in sorted(self.faults.items()))
        return (
            f"{self.asked} asked, {len(self.accepted)} accepted, {len(self.deleted)} "
            f"deleted meanwhile, {self.held} held at once: {ended}; lost: {len(self.lost)}; lost by Newton: "
            f"{len(self.newton_lost)}, and deletions: {len(self.newton_kept)}; {self.faults.total()} faults: {faults}; settled "
            f"after {self.recovered_s:.1f} s; audits: {self.disagreed or 0}, then "
            f"orphans: {self.orphans or 0}; left by Newton: {dict(self.newton_left) or 0}; ended "
            f"though nobody killed them: {self.restarted}; spans without their cause: "
            f"{self.missing}; not accepted: {dict(self.refused)}"
        )


class Storm:
    """Load and faults on one cloud, the same for the same seed.

    Args:
        parts: what may be harmed.
        seed: decides who is hit, by what, and when.
        pause_s: between two faults, about.
        quiet_s: how long nothing changes, and no message waits on the bus, before it is
            said that nothing will; longer than a caller waits for a reply.
    """

    def __init__(
        self, parts: Parts, seed: int, *, pause_s: float, quiet_s: float
    ) -> None:
        self._cloud, self._pause_s, self._quiet_s = parts.cloud, pause_s, quiet_s
        self._is_fake, self._bus = parts.libvirtd is None, parts.redis
        self._hostless: set[str] = set()
        self._unaccepted: set[str] = set()
        self._dice = random.Random(seed)
        self._harm = Harm(parts, self._dice, pause_s)
        self._before = dict(services(parts.cloud))
        self.report = Report()

    def rage(self, boots: int, callers: int, faults: int) -> None:
        """Ask for so many servers while so many faults happen."""
        caller = Caller(self._cloud)
        body = wish(caller)
        with ThreadPoolExecutor(callers) as pool:
            asking = [
                pool.submit(
                    self._ask,
                    caller,
                    body,
                    self._dice.uniform(0, self._pause_s),
                    deletes=number % _DELETES_EACH == 1,
                )
                for number in range(boots)
            ]
            with self._counting(caller):
                for _ in range(faults):
                    time.sleep(self._pause_s * self._dice.uniform(0.5, 1.5))
                    self.report.faults[self._harm.strike()] += 1
                for each in asking:
                    each.result(SETTLE_S)
        self._settle(caller)
        self._unaccepted = self._listed(caller) - {*self.report.accepted}
        self._until(lambda: not self._disagree(), "", fail=False)
        self.report.disagreed = self._disagree()

    def clear(self) -> None:
        """Delete every server; note what somebody still remembers."""
        caller = Caller(self._cloud)
        there = self._listed(caller) | {*self.report.accepted}
        for uuid in there:
            self._note_host(uuid, shown(caller, uuid))
        for uuid in self.report.newton_kept:  # else its DELETE is ignored
            body = {"os-resetState": {"state": "active"}}
            assert caller.nova("POST", f"/servers/{uuid}/action", body).is_success
        self._until_deleted(caller, there)
        if any("in use is -" in each["problem"] for each in audited(self._cloud)):
            self._count_anew(caller)
        self._until(lambda: not self._remains(), "", fail=False)
        self.report.orphans = self._remains()
        for name, pid in services(self._cloud):
            if self._before.get(name) != pid and name not in self._harm.killed:
                self.report.restarted.append(name)

    def _listed(self, caller: Caller) -> set[str]:
        """Return the servers that their owner sees, also one whose POST failed.

        It is there when it could not be sent, or nova-api died before it answered; in
        Newton nobody has then counted it (its reservation is given back, or expires).
        """
        listed = caller.told("nova", f"/v2.1/{caller.project}/servers")["servers"]
        return {each["id"] for each in listed}

    def _count_anew(self, caller: Caller) -> None:
        """Ask for one more server: then Newton counts a usage anew that fell below 0.

        It falls there when the database dies as it commits: the server is written down,
        its POST is answered 500, and what was reserved for it is given back.
        """
        answer = caller.nova("POST", "/servers", wish(caller))
        assert answer.status_code == 202, answer.text
        uuid = answer.json()["server"]["id"]
        self._until(lambda: shown(caller, uuid)["status"] != "BUILD", f"{uuid} stays")
        self._until_deleted(caller, {uuid})

    def _until_deleted(self, caller: Caller, uuids: set[str]) -> None:
        """Ask for their deletion, all at once, until none is there."""
        left = set(uuids)

        def all_are() -> bool:
            left.difference_update(u for u in sorted(left) if deleted(caller, u))
            return not left

        self._until(all_are, f"they stay: {left}")

    def read_traces(self) -> None:
        """Note what of the traces cannot be read, or is missing without a word."""
        folder = self._cloud.folder / "up"
        for path in sorted(folder.glob("*.otlp.jsonl")):
            loaded = files.load(path)
            torn = sum(not _is_json(line) for line in path.read_bytes().splitlines())
            if not loaded.spans or len(loaded.warnings) != torn:
                told = loaded.warnings or ["says nothing"]
                self.report.unreadable += [f"{path}: {torn} torn lines", *told]
        whole = Trace.load(folder)
        said = " ".join(whole.warnings)
        self.report.missing = len(whole.uncaused())
        self.report.unreadable += [
            f"what caused {span.name} of {span.service} is missing, and nobody says so"
            for span in whole.uncaused()
            if "is missing" not in said or span.service not in said
        ]

    # --- load ---------------------------------------------------------------------

    def _ask(
        self, caller: Caller, body: dict[str, Any], rest_s: float, *, deletes: bool
    ) -> None:
        """Rest, then POST, until it is accepted; perhaps rest, and delete it.

        One without an answer, or answered with 500, may be there all the same: it is
        deleted in the end with the others.
        """
        for _ in range(_ASK_TIMES):
            time.sleep(rest_s + 0.3)
            self.report.asked += 1
            try:
                answer = caller.nova("POST", "/servers", body)
            except httpx.TransportError:
                self.report.refused["no answer"] += 1
                continue
            if answer.status_code == 202:
                uuid = answer.json()["server"]["id"]
                self.report.accepted.append(uuid)
                if deletes:
                    time.sleep(rest_s)
                    self._delete(caller, uuid)
                return
            self.report.refused[f"{answer.status_code} {answer.text[:40]}"] += 1

    def _delete(self, caller: Caller, uuid: str) -> None:
        """DELETE, until it is accepted."""
        self._note_host(uuid, shown(caller, uuid))
        for _ in range(_ASK_TIMES):
            with contextlib.suppress(httpx.TransportError):
                answer = caller.nova("DELETE", f"/servers/{uuid}")
                if answer.status_code in (204, 404):
                    self.report.deleted.add(uuid)
                    return
            time.sleep(LOOK_EVERY_S)

    def _note_host(self, uuid: str, row: Mapping[str, Any]) -> None:
        """Note a server that is of no host: when it is deleted, nobody is asked."""
        if row["status"] != "gone" and not row["OS-EXT-SRV-ATTR:host"]:
            self._hostless.add(uuid)

    @contextlib.contextmanager
    def _counting(self, caller: Caller) -> Any:
        """Count the servers that are being built, within the block."""
        over = threading.Event()

        def count() -> None:
            while not over.wait(0.3):
                with contextlib.suppress(httpx.TransportError):
                    answer = caller.nova("GET", "/servers?status=BUILD")
                    if answer.status_code == 200:
                        number = len(answer.json()["servers"])
                        self.report.held = max(self.report.held, number)

        counter = threading.Thread(target=count)
        counter.start()
        try:
            yield
        finally:
            over.set()
            counter.join()

    def _settle(self, caller: Caller) -> None:
        """Wait until every server has ended, or nobody is there who would end it."""
        began_s = time.monotonic()
        pending = set(self.report.accepted)
        ended_s = quiet_since = began_s
        before, rows = -1, {}
        while pending and time.monotonic() - began_s < SETTLE_S:
            rows = {uuid: shown(caller, uuid) for uuid in pending}
            pending = {uuid for uuid, row in rows.items() if self._is_under_way(row)}
            if len(pending) != before:
                ended_s = quiet_since = time.monotonic()
                before = len(pending)
            elif not is_silent(self._bus):
                quiet_since = time.monotonic()
            stuck = [uuid for uuid in pending if _is_somebodys(rows[uuid])]
            if not stuck and time.monotonic() - quiet_since > self._quiet_s:
                break  # nobody has them, and nobody will
            time.sleep(LOOK_EVERY_S)
        self.report.recovered_s = ended_s - began_s
        for uuid in self.report.accepted:
            self._note(uuid, shown(caller, uuid))

    def _is_under_way(self, row: Mapping[str, Any]) -> bool:
        return row["status"] == "BUILD" or (
            row.get("id") in self.report.deleted and row["status"] != "ERROR"
        )

    def _note(self, uuid: str, row: Mapping[str, Any]) -> None:
        self._note_host(uuid, row)
        self.report.ended[row["status"]] += 1
        if not self._is_under_way(row):
            return
        deleting = row["status"] != "BUILD"
        if _is_somebodys(row) and not (deleting and "api" in self._harm.killed):
            self.report.lost.append(uuid)
        else:
            (self.report.newton_kept if deleting else self.report.newton_lost).append(
                uuid
            )

    # --- afterwards ---------------------------------------------------------------

    def _disagree(self) -> Found:
        """Audit the cloud with its servers; leave out what Newton has lost.

        Also what it has not accepted, 500 or no answer, when it was there already, and
        what its quota then lacks; and fake guests that died with their nova-compute, as
        in a power cut.
        """
        lost = {*self.report.newton_lost, *self.report.newton_kept, *self._hostless}
        kept = {*self.report.accepted} - lost
        died = {name.rpartition("@")[2] for name in self._harm.killed if self._is_fake}
        return [
            each
            for each in self._remains()
            if not _names(each, lost)
            and not (
                "owned by no host" in each["problem"] and each["about"] not in kept
            )
            and not (self._unaccepted and " in use is " in each["problem"])
            and not (
                "has no guest" in each["problem"]
                and each["problem"].rpartition(" ")[2] in died
            )
        ]

    def _remains(self) -> Found:
        """Audit the cloud; set aside what Newton leaves behind."""
        found = audited(self._cloud)
        left = [
            each
            for each in found
            if each["where"] in _LEFT and _names(each, self._hostless)
        ]
        self.report.newton_left = Counter(each["where"] for each in left)
        return [each for each in found if each not in left]

    def _until(
        self, holds: Callable[[], bool], problem: str, *, fail: bool = True
    ) -> None:
        deadline = time.monotonic() + SETTLE_S
        while not holds():
            if time.monotonic() > deadline:
                assert not fail, problem
                return
            time.sleep(LOOK_EVERY_S)


def _is_somebodys(row: Mapping[str, Any]) -> bool:
    """Say whether a nova-compute has it, and something to do with it."""
    busy = row["status"] == "BUILD" or row.get("OS-EXT-STS:task_state")
    return bool(busy and row["OS-EXT-SRV-ATTR:host"])


def _names(finding: Mapping[str, str], uuids: Collection[str]) -> bool:
    return any(uuid in f"{finding['about']} {finding['problem']}" for uuid in uuids)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
