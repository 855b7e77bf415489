"""``tracenova service``: one service of a cloud, or a few, in a process of their own."""

import sys
from pathlib import Path
from typing import Any

import click

from tracenova.cli import streams
from tracenova.cli.boot import checked_endpoint, told
from tracenova.cli.stopping import until_stopped

_ROLES = ("manage", "neighbours", "api", "conductor", "scheduler", "compute")


@click.command("service")
@click.argument("roles", type=click.Choice(_ROLES), nargs=-1, required=True)
@click.option("--lab", "lab_name", default="default", help="A lab's name or file.")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    help="The service's host; of a compute: which of the lab's, and once more for another.",
)
@click.option(
    "--transport-url", required=True, help="redis://HOST:PORT/DB or rabbit://…"
)
@click.option("--db", "database", help="URL of the cell database.")
@click.option("--api-db", "api_database", help="URL of the API database.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of this cloud on this machine; SQLite databases are there too.",
)
@click.option(
    "--neighbours",
    default="http://127.0.0.1:5000",
    show_default=True,
    help="Where keystone, glance, neutron, cinder, placement answer.",
)
@click.option(
    "--nova",
    default="http://127.0.0.1:8774",
    show_default=True,
    help="Where nova-api answers.",
)
@click.option(
    "--write-env",
    type=click.Path(file_okay=False, path_type=Path),
    help="Of neighbours: write clouds.yaml and openrc into this folder.",
)
@click.option(
    "--listen",
    default="127.0.0.1",
    show_default=True,
    help="Address on which api and neighbours listen, at the ports of their URLs.",
)
@click.option("--virt", help="A compute's host: fake, test, qemu or a libvirt URI.")
@click.option(
    "--config-file", "config_files", multiple=True, help="A nova.conf of your own."
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The trace's file; default: below the state folder, in traces/.",
)
@click.option(
    "--otlp", callback=checked_endpoint, help="Also send spans to this OTLP endpoint."
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the service's log here.",
)
@click.option("--until-eof", is_flag=True, hidden=True)
def command(roles: tuple[str, ...], **options: Any) -> int:
    """Run one service, or a few, until SIGTERM; prints "ready" when they work.

    \b
    manage      writes tables, flavors, quotas, hosts into the databases, and ends
    neighbours  keystone, glance, neutron, cinder and placement
    api, conductor, scheduler, compute  Nova's own: as many of each as you like

    What shares a process asks its neighbours and nova-api there without a socket;
    messages go over the bus all the same.

    All processes of one cloud are given the same lab, transport URL, databases and
    URLs; those on one machine the same state folder.
    """  # noqa: D301 - click reads the backspace as "do not wrap"
    from tracenova.cli.logs import send_logs_to
    from tracenova.lab import apart, boot

    apart.let_others_finish()
    send_logs_to(options.pop("log_file"))
    until_eof = options.pop("until_eof")
    with told():
        lab = boot.load_lab(options.pop("lab_name"), None)
        plan = apart.Plan(lab=lab, roles=roles, **options)
    with (
        told(),
        until_stopped(at_eof=until_eof) as stopped,
        apart.running(plan, streams.say),
    ):
        click.echo("ready")
        sys.stdout.flush()
        if roles != ("manage",):
            stopped.wait()
    return 0
