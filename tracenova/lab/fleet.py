"""A served cloud of many processes: the neighbours are one, and each service of Nova's.

Or a few of them share a process: on few cores that is quicker.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tracenova.lab import apart, env_files, hypervisors, leftovers, room
from tracenova.lab.child import Child
from tracenova.lab.errors import SettingsError
from tracenova.lab.ports import free_ports
from tracenova.lab.served import Plan, Served

_TRACE: Final = ".otlp.jsonl"


@contextlib.contextmanager
def served(plan: Plan, narrate: Callable[[str], None]) -> Iterator[Served]:
    """Serve the cloud within the block, over the real bus of the plan.

    Raises:
        LabError, SettingsError, PartMissing, BusUnreachable, Unwritable: why it cannot.
    """
    with contextlib.ExitStack() as closing:
        state = closing.enter_context(room.state_folder())
        traces = _folder(plan.save.with_name(plan.save.name.removesuffix(_TRACE)))
        if plan.log_file is not None:
            _folder(_logs(plan.log_file))
        neighbours, nova = _urls(plan)
        manage = apart.Plan(
            lab=plan.lab,
            roles=("manage",),
            transport_url=str(plan.transport_url),
            database=plan.database,
            api_database=plan.api_database,
            state=state,
            neighbours=neighbours,
            nova=nova,
            listen=plan.host,
            virt=plan.virt,
            config_files=plan.config_files,
            otlp=plan.otlp,
            save=_trace(traces, "manage"),
        )
        with apart.running(manage, narrate):
            pass
        _own_guests(closing, plan, state)
        children = _start(closing, plan, manage, traces, narrate)
        for child in children:
            child.wait_until_ready()
        files = []
        if plan.write_env is not None:
            files = env_files.write(plan.write_env, manage.urls["keystone"] + "/v3")
        pids = {child.name: child.pid for child in children}
        yield Served(dict(manage.urls), files, traces, pids, state)


def _own_guests(closing: contextlib.ExitStack, plan: Plan, state: Path) -> None:
    """See that no real guest outlives the cloud; its nova-compute may come and go."""
    closing.enter_context(leftovers.held(state))
    for asked in hypervisors.real_ones(plan.lab.hosts, plan.virt):
        (host, *_) = plan.lab.hosts
        uri = hypervisors.kind_of(host, asked, lambda _line: None)
        closing.callback(leftovers.remove_guests_of, uri, state)


def _start(
    closing: contextlib.ExitStack,
    plan: Plan,
    one: apart.Plan,
    traces: Path,
    narrate: Callable[[str], None],
) -> list[Child]:
    """Start every service in a process of its own; on the way out stop all at once."""
    children: list[Child] = []

    def start(roles: Sequence[str], hosts: Sequence[str] = ()) -> None:
        services = [role if role == "neighbours" else f"nova-{role}" for role in roles]
        name = "@".join(filter(None, ("+".join(services), apart.shown_hosts(hosts))))
        given = (word for host in hosts for word in ("--host", host))
        part = apart.part_name(roles, hosts)
        arguments = [*roles, *given, *_arguments(plan, one)]
        arguments += ["--save", str(_trace(traces, part))]
        if plan.log_file is not None:
            arguments += ["--log-file", str(_logs(plan.log_file) / f"{part}.log")]
        child = Child(name, arguments, narrate)
        closing.callback(child.stop)
        children.append(child)

    def ask_all() -> None:
        for child in children:
            child.ask_to_stop()

    hosts = [host.name for host in plan.lab.hosts]
    if plan.few_processes:
        start(("neighbours", "api"))
        start(("conductor", "scheduler"))
        start(("compute",), hosts)
    else:
        start(("neighbours",))
        start(("conductor",))
        start(("scheduler",))
        for host in hosts:
            start(("compute",), (host,))
        start(("api",))
    for number in range(1, plan.conductors):
        start(("conductor",), (f"conductor{number + 1}",))
    for number in range(1, plan.schedulers):
        start(("scheduler",), (f"scheduler{number + 1}",))
    closing.callback(ask_all)
    return children


def _arguments(plan: Plan, one: apart.Plan) -> list[str]:
    """Return what every ``tracenova service`` of the cloud is given."""
    given = {
        "--lab": plan.lab.source or plan.lab.name,
        "--transport-url": one.transport_url,
        "--state": str(one.state),
        "--neighbours": one.neighbours,
        "--nova": one.nova,
        "--listen": one.listen,
        "--db": plan.database,
        "--api-db": plan.api_database,
        "--virt": plan.virt,
        "--otlp": plan.otlp,
    }
    pairs = [(option, value) for option, value in given.items() if value is not None]
    pairs += [("--config-file", file) for file in plan.config_files]
    return [text for pair in pairs for text in pair]


def _urls(plan: Plan) -> tuple[str, str]:
    """Return where the neighbours and nova-api will answer."""
    shown = f"[{plan.host}]" if ":" in plan.host else plan.host
    first, second = (
        (plan.port, plan.port + 1) if plan.port else free_ports(2, plan.host)
    )
    return f"http://{shown}:{first}", f"http://{shown}:{second}"


def _folder(folder: Path) -> Path:
    """Make the folder in which each process writes its part of the trace, or its log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{folder}: cannot be a folder of traces and logs: {error.strerror}"
        ) from None
    return folder


def _logs(log_file: Path) -> Path:
    return log_file.with_name(log_file.name + ".d")


def _trace(folder: Path, name: str) -> Path:
    return folder / f"{name}{_TRACE}"
