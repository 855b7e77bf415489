"""One boot from plan to outcome: start a lab, ask for servers, wait, look, stop."""

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tracenova import telemetry
from tracenova.lab import consoles, files, room, spec
from tracenova.lab.client import Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.lab.watch import BootWatch
from tracenova.messaging.tap import BusTap
from tracenova.scheduler import whereabouts
from tracenova.trace.model import Moment
from tracenova.trace.trace import Trace

_LOOK_AT_BUS_S = 1.0
_TRACE_BEGINS = b'{"resourceSpans"'


class Unwritable(Exception):
    """The trace cannot be saved where it was asked for."""


class Narrator(Protocol):
    """Who tells the user what happens while it happens."""

    @property
    def wants_moments(self) -> bool:
        """Whether ``see`` is of any use: a silent narrator costs the boot nothing."""

    def say(self, line: str) -> None:
        """Tell one line."""

    def see(self, moment: Moment) -> None:
        """Take note of a moment of the trace; called on the telemetry thread."""

    @contextlib.contextmanager
    def stepping(self, tap: BusTap) -> Iterator[None]:
        """Hold and deliver messages within the block, if the user wants to step."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to boot, where, and where to keep the trace.

    Attributes:
        save: file of the trace.
        timeout_s: how long a server may take.
        keep: called with the cloud still up, before everything is stopped.
    """

    lab: spec.Lab
    order: Order
    save: Path
    virt: str | None = None
    transport_url: str | None = None
    database: str | None = None
    otlp: str | None = None
    config_files: tuple[str, ...] = ()
    timeout_s: float = 60.0
    keep: Callable[[Cloud], None] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a boot ended.

    Attributes:
        servers: what GET /servers/{id} showed at the end, one per server.
        refused: the API's error when it did not accept the request.
        timed_out: a server was neither ACTIVE nor in ERROR when time ran out.
        unsaved: why the trace is not all in the file; None: it is.
        duration_ms: from POST to the last look.
    """

    trace: Trace
    save: Path
    servers: list[dict[str, Any]] = field(default_factory=list)
    refused: Refused | None = None
    timed_out: bool = False
    unsaved: str | None = None
    duration_ms: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether every server that was asked for is ACTIVE."""
        active = [server["status"] == "ACTIVE" for server in self.servers]
        return bool(active) and all(active)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        shown = ("id", "name", "status", "fault", "OS-EXT-STS:vm_state")
        return {
            "succeeded": self.succeeded,
            "trace": str(self.save) if self.unsaved is None else None,
            "unsaved": self.unsaved,
            "duration_ms": round(self.duration_ms, 3),
            "timed_out": self.timed_out,
            "refused": None
            if self.refused is None
            else {"code": self.refused.status, "message": self.refused.message},
            "servers": [
                {key: server[key] for key in shown if key in server}
                for server in self.servers
            ],
        }


def default_save(lab: spec.Lab) -> Path:
    """Return a new file for the trace in the user's state folder."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"{lab.name}-{stamp}-{os.getpid()}.otlp.jsonl"
    return state / "tracenova" / "traces" / name


def load_lab(name: str, seed: int | None) -> spec.Lab:
    """Return the lab of that name or file, with another seed if one is given.

    Raises:
        LabError: there is no such lab, or its file is not valid.
    """
    lab = files.load(name)
    return lab if seed is None else dataclasses.replace(lab, seed=seed)


def run(plan: Plan, narrator: Narrator) -> Outcome:
    """Boot as planned; everything is stopped again when this returns or raises.

    Raises:
        Unwritable: the trace cannot be saved.
        OrderError: the order names something that the lab does not have.
        LabError, SettingsError: an option is unknown or has a bad value.
        PartMissing: a hypervisor, a database or a driver of it is not here, or no room.
        BusUnreachable: Redis is not there, or has gone in the middle.
    """
    plan.order.body(plan.lab)  # names nothing unknown: say so before anything starts
    with room.state_folder() as state, writable(plan.save), room.blamed(state):
        settings = Settings(
            state_path=state,
            transport_url=plan.transport_url or f"fakeredis://{plan.lab.name}/",
            database=plan.database,
            config_files=plan.config_files,
        )
        cloud = Cloud(plan.lab, settings, virt=plan.virt, narrate=narrator.say)
        cloud.prepare()  # before recording: what fails here costs no older trace
        with (
            telemetry.recording(
                save=plan.save, otlp_url=plan.otlp, on_problem=narrator.say
            ) as session,
            cloud,
        ):
            with cloud.bus_blamed():
                outcome = _boot(plan, cloud, session, narrator)
            if not outcome.succeeded:
                room.check(state)
            if plan.keep is not None:
                plan.keep(cloud)
    return dataclasses.replace(outcome, unsaved=session.unsaved)


def _boot(
    plan: Plan, cloud: Cloud, session: telemetry.Session, narrator: Narrator
) -> Outcome:
    client = cloud.client(admin=":" in (plan.order.az or ""))
    body = plan.order.body(plan.lab, cloud.create_group(client, plan.order))
    watch = BootWatch()
    listeners: list[Callable[[Moment], None]] = [watch]
    if narrator.wants_moments:
        listeners.append(narrator.see)
    stop_watching = [session.feed.subscribe(listener) for listener in listeners]
    began = time.perf_counter()
    try:
        with narrator.stepping(cloud.tap), client.story(f"boot {plan.order.name}"):
            accepted = [
                server
                for _ in range(plan.order.requests)
                for server in client.create_servers(body)
            ]
            in_time = _wait(watch, accepted, plan.timeout_s, cloud)
            if not in_time and (plugin := whereabouts.busy()):
                narrator.say(f"nova-scheduler has not come back from {plugin}")
            servers = [client.show_server(server) for server in accepted]
    except Refused as error:
        cloud.check_bus()
        return Outcome(session.trace(), plan.save, refused=error)
    finally:
        for stop in stop_watching:
            stop()
    duration_ms = (time.perf_counter() - began) * 1e3
    consoles.wait_for_guests(cloud, servers, plan.timeout_s, narrator.say, began)
    return Outcome(
        session.trace(),
        plan.save,
        servers,
        timed_out=not in_time,
        duration_ms=duration_ms,
    )


def _wait(
    watch: BootWatch, servers: Sequence[str], timeout_s: float, cloud: Cloud
) -> bool:
    """Wait for the boots to end while the bus lives; False when time ran out."""
    deadline = time.monotonic() + timeout_s
    while (left_s := deadline - time.monotonic()) > 0:
        if watch.wait(servers, min(left_s, _LOOK_AT_BUS_S)):
            return True
        cloud.check_bus()
    return False


@contextlib.contextmanager
def writable(path: Path) -> Iterator[None]:
    """Make sure that a trace can be saved there; leave no empty file behind.

    Raises:
        Unwritable: it cannot, or the file that is there is no trace.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as older:
                is_trace = older.read(len(_TRACE_BEGINS)) == _TRACE_BEGINS
            if not is_trace:
                raise Unwritable(f"{path}: is no trace, so it is not replaced")
    except OSError as error:
        raise Unwritable(
            f"{path}: the trace cannot be written: {error.strerror}"
        ) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if path.is_file() and not path.stat().st_size:
                path.unlink()
