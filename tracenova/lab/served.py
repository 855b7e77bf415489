"""A cloud that real clients use: every API on one loopback port, until told to stop."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracenova import http, telemetry
from tracenova.lab import boot, env_files, room, spec
from tracenova.lab.cloud import Cloud
from tracenova.lab.front_door import PREFIXES, FrontDoor
from tracenova.lab.neighbourhood import endpoints
from tracenova.lab.settings import URLS, Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve, where, and where to keep the trace.

    Attributes:
        save: file of the trace.
        host: address to listen on.
        port: 0: any that is free.
        write_env: folder for clouds.yaml and openrc.
        conductors: how many; only over a real bus, where each is a process.
        schedulers: likewise.
        few_processes: over a real bus, three processes instead of one each.
        log_file: of many processes each writes a file of its own into the folder
            ``<log_file>.d``.
    """

    lab: spec.Lab
    save: Path
    host: str = "127.0.0.1"
    port: int = 0
    virt: str | None = None
    transport_url: str | None = None
    database: str | None = None
    api_database: str | None = None
    otlp: str | None = None
    config_files: tuple[str, ...] = ()
    write_env: Path | None = None
    conductors: int = 1
    schedulers: int = 1
    few_processes: bool = False
    log_file: Path | None = None

    @property
    def is_one_process(self) -> bool:
        """Whether the bus is the embedded one, which ends with its process."""
        return (self.transport_url or "fakeredis:").startswith("fakeredis:")


@dataclass(frozen=True, slots=True)
class Served:
    """A cloud that answers.

    Attributes:
        urls: where each service answers.
        files: what ``write_env`` wrote.
        trace: the trace's file; of many processes the folder of their files.
        pids: the other processes, by service.
        state: of many processes the folder that they share.
    """

    urls: dict[str, str]
    files: list[Path]
    trace: Path
    pids: dict[str, int] = field(default_factory=dict)
    state: Path | None = None


@contextlib.contextmanager
def served(plan: Plan, narrate: Callable[[str], None]) -> Iterator[Served]:
    """Serve the cloud within the block.

    Raises:
        Unwritable: the trace cannot be saved.
        LabError, SettingsError: an option is unknown or has a bad value; the port is
            taken; the folder for clouds.yaml cannot be written.
        PartMissing: a hypervisor, a database or a driver of it is not here.
        BusUnreachable: there is no Redis.
    """
    with contextlib.ExitStack() as closing:
        state = closing.enter_context(room.state_folder())
        closing.enter_context(boot.writable(plan.save))
        closing.enter_context(room.blamed(state))
        door = FrontDoor(plan.host, plan.port)
        closing.callback(door.close)
        settings = Settings(
            state_path=state,
            transport_url=plan.transport_url or f"fakeredis://{plan.lab.name}/",
            database=plan.database,
            api_database=plan.api_database,
            config_files=plan.config_files,
        )
        cloud = Cloud(plan.lab, settings, virt=plan.virt, narrate=narrate)
        cloud.prepare()
        closing.enter_context(
            telemetry.recording(
                save=plan.save, otlp_url=plan.otlp, on_problem=narrate, keep=False
            )
        )
        closing.enter_context(cloud)
        closing.callback(door.close)  # before anything else stops
        urls = {name: door.url_of(name) for name in PREFIXES}
        cloud.around.keystone.endpoints = endpoints(urls)
        for name in PREFIXES:
            door.open(name, http.mounted_app(URLS[name]))
        files = []
        if plan.write_env is not None:
            files = env_files.write(plan.write_env, urls["keystone"] + "/v3")
        yield Served(urls, files, plan.save)
