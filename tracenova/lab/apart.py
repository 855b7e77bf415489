"""Runs services of a cloud in this process, recorded, until it is told to stop."""

import contextlib
import os
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracenova import telemetry
from tracenova.lab import boot, env_files, spec
from tracenova.lab.cloud import CONTROLLER
from tracenova.lab.errors import SettingsError
from tracenova.lab.front_door import PREFIXES, FrontDoor
from tracenova.lab.parts_apart import NEIGHBOURS, PartApart
from tracenova.lab.settings import Settings, password_kept_in


@dataclass(frozen=True, slots=True)
class Plan:
    """Which services to run, and where the others are.

    Attributes:
        roles: which: some of ``parts_apart.ROLES``.
        hosts: which of the lab's hosts, for computes; the host of the others.
        state: folder of this cloud on this machine.
        neighbours: where the neighbours answer, ``http://HOST:PORT``.
        nova: where nova-api answers.
        listen: address on which ``api`` and ``neighbours`` listen.
        save: the trace's file; None: one below the state folder.
        write_env: folder for clouds.yaml and openrc, which ``neighbours`` writes.
    """

    lab: spec.Lab
    roles: tuple[str, ...]
    transport_url: str
    state: Path
    neighbours: str
    nova: str
    listen: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()
    database: str | None = None
    api_database: str | None = None
    virt: str | None = None
    config_files: tuple[str, ...] = ()
    save: Path | None = None
    write_env: Path | None = None
    otlp: str | None = None

    @property
    def urls(self) -> dict[str, str]:
        """Where each service answers."""
        urls = {
            name: self.neighbours.rstrip("/") + PREFIXES[name] for name in NEIGHBOURS
        }
        return {**urls, "nova": self.nova.rstrip("/") + PREFIXES["nova"]}

    @property
    def trace(self) -> Path:
        """The file of this process's part of the trace."""
        name = part_name(self.roles, self.hosts)
        return self.save or self.state / "traces" / f"{name}.otlp.jsonl"


def part_name(roles: Sequence[str], hosts: Sequence[str]) -> str:
    """Return what files of a process are called: ``api-controller``."""
    return f"{'+'.join(roles)}-{shown_hosts(hosts) or CONTROLLER}"


def shown_hosts(hosts: Sequence[str]) -> str:
    """Return the hosts of a process as part of its name."""
    return f"{len(hosts)}-hosts" if len(hosts) > 3 else "+".join(hosts)


def let_others_finish() -> None:
    """Ask the kernel not to interrupt who runs whenever a message wakes this process.

    Of threads that start from now on, too. Many services on few cores need a tenth less
    of them so: they lose their caches less often.
    """
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


@contextlib.contextmanager
def running(plan: Plan, narrate: Callable[[str], None]) -> Iterator[PartApart]:
    """Run the service within the block.

    Raises:
        LabError, SettingsError, PartMissing, BusUnreachable, Unwritable: why it cannot.
    """
    with contextlib.ExitStack() as closing:
        try:
            plan.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{plan.state}: cannot be a state folder: {error.strerror}"
            ) from None
        closing.enter_context(boot.writable(plan.trace))
        doors = _doors(plan)
        for door in doors.values():
            closing.callback(door.close)
        settings = Settings(
            state_path=plan.state.resolve(),
            transport_url=plan.transport_url,
            database=plan.database,
            api_database=plan.api_database,
            config_files=plan.config_files,
            urls=plan.urls,
            service_password=plan.lab.service_password or password_kept_in(plan.state),
        )
        part = PartApart(
            plan.lab,
            settings,
            plan.roles,
            hosts=plan.hosts,
            doors=doors,
            virt=plan.virt,
            narrate=narrate,
        )
        part.prepare()
        closing.enter_context(
            telemetry.recording(
                save=plan.trace,
                otlp_url=plan.otlp,
                on_problem=narrate,
                append=True,
                keep=False,
            )
        )
        closing.enter_context(part)
        for door in doors.values():
            closing.callback(door.close)  # before the service behind it stops
        if plan.write_env is not None and "neighbours" in plan.roles:
            env_files.write(plan.write_env, plan.urls["keystone"] + "/v3")
        yield part


def _doors(plan: Plan) -> dict[str, FrontDoor]:
    """Listen for those services that are asked over HTTP; at one port, by one door."""
    urls = {"neighbours": plan.neighbours, "api": plan.nova}
    by_address: dict[str, FrontDoor] = {}
    doors = {}
    for role in set(urls).intersection(plan.roles):
        address = urllib.parse.urlsplit(urls[role]).netloc
        if address not in by_address:
            by_address[address] = _door(urls[role], plan.listen)
        doors[role] = by_address[address]
    return doors


def _door(url: str, listen: str) -> FrontDoor:
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme != "http" or not parts.hostname or port is None:
        raise SettingsError(f"{url!r} is not http://HOST:PORT")
    return FrontDoor(listen, port, public=f"http://{parts.netloc}")
