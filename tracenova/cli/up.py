"""``tracenova up``: a cloud that real clients use, until SIGTERM."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import streams
from tracenova.cli.boot import checked_endpoint, told
from tracenova.cli.stopping import until_stopped

if TYPE_CHECKING:
    from tracenova.lab.served import Plan, Served

_PORT = 8774


@click.command("up")
@click.option("--lab", "lab_name", default="default", help="A lab's name or file.")
@click.option("--virt", help="Every host: fake, test, qemu or a libvirt URI.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Port of all APIs; 0: any that is free.",
)
@click.option(
    "--write-env",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write clouds.yaml and openrc into this folder.",
)
@click.option(
    "--config-file", "config_files", multiple=True, help="A nova.conf of your own."
)
@click.option(
    "--transport-url", help="redis://HOST:PORT/DB instead of the embedded bus."
)
@click.option("--db", "database", help="URL of the cell database instead of SQLite.")
@click.option("--api-db", "api_database", help="URL of the API database.")
@click.option(
    "--otlp", callback=checked_endpoint, help="Also send spans to this OTLP endpoint."
)
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), help="The trace's file."
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the services' logs here; of many processes into FILE.d.",
)
@click.option("--seed", type=int, help="Seed of what is random in the lab.")
@click.option(
    "--conductors",
    type=click.IntRange(1, 64),
    default=1,
    help="How many nova-conductors, over a real bus.",
)
@click.option(
    "--schedulers",
    type=click.IntRange(1, 64),
    default=1,
    help="How many nova-schedulers, over a real bus.",
)
@click.option(
    "--few-processes",
    is_flag=True,
    help="Over a real bus three: neighbours and nova-api, conductor and scheduler, computes.",
)
def command(**options: Any) -> int:
    """Serve a cloud on loopback for openstack, nova and other clients, until SIGTERM.

    On the embedded bus all in one process; with --transport-url redis://HOST:PORT/DB
    every service of Nova's is a process of its own (tracenova service), or a few share
    one (--few-processes: quicker on few cores), and the trace is a folder of their files.

    Prints "ready" when every API answers. Then: export OS_CLIENT_CONFIG_FILE=
    DIR/clouds.yaml OS_CLOUD=tracenova, and openstack server list.
    """
    from tracenova.cli.logs import send_logs_to
    from tracenova.lab import fleet, served

    send_logs_to(options["log_file"])
    with told():
        plan = _plan(options)
    serve = served.served if plan.is_one_process else fleet.served
    with (
        told(plan.save),
        until_stopped() as stopped,
        serve(plan, streams.say) as running,
    ):
        _introduce(running)
        click.echo("ready")
        sys.stdout.flush()
        stopped.wait()
    return 0


def _introduce(running: "Served") -> None:
    for service, url in running.urls.items():
        streams.say(f"{service:10} {url}")
    for path in running.files:
        streams.say(f"{'wrote':10} {path}")
    for name, pid in running.pids.items():
        streams.say(f"{'process':10} {pid} {name}")
    if running.state is not None:
        streams.say(f"{'state':10} {running.state}")
    streams.say(f"{'trace':10} {running.trace}")


def _plan(options: dict[str, Any]) -> "Plan":
    from tracenova.lab import boot, served

    lab = boot.load_lab(options["lab_name"], options["seed"])
    kept = (
        *("host", "port", "virt", "transport_url", "database", "api_database"),
        *("otlp", "config_files", "write_env", "conductors", "schedulers", "log_file"),
        "few_processes",
    )
    return served.Plan(
        lab=lab,
        save=options["save"] or boot.default_save(lab),
        **{name: options[name] for name in kept},
    )
