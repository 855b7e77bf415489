"""``tracenova lab libvirtd``: a private libvirtd for real guests."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracenova.cli.errors import MissingPart

if TYPE_CHECKING:
    from tracenova.lab.libvirtd import PrivateLibvirtd, Status

_STATE = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Its folder instead of the usual one.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group("libvirtd")
def group() -> None:
    """A private libvirtd, apart from the machine's own: up, down, status."""


@group.command("up")
@_STATE
def up(state: Path | None) -> None:
    """Start it, unless it runs; print its URI."""
    from tracenova.lab import libvirtd

    try:
        click.echo(_private(state).up().uri)
    except (libvirtd.LibvirtdError, OSError) as error:
        raise MissingPart(str(error)) from None


@group.command("down")
@_STATE
def down(state: Path | None) -> None:
    """Stop the labs' guests, then libvirtd itself."""
    from tracenova.lab import libvirtd

    try:
        before = _private(state).down()
    except libvirtd.LibvirtdError as error:
        raise MissingPart(str(error)) from None
    for name in before.guests:
        click.echo(f"{name} stopped")
    click.echo("it did not run" if before.pid is None else "libvirtd stopped")
    for name in before.others:
        click.echo(f"{name} is no lab's guest: it runs on", err=True)


@group.command("status")
@_STATE
@_JSON
def status(state: Path | None, as_json: bool) -> int:
    """Say whether it runs, and what runs on it. Exit code: 0 it runs, 1 it does not."""
    found = _private(state).status()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), indent=1))
    else:
        _show(found)
    return 0 if found.running else 1


def _show(found: "Status") -> None:
    click.echo(f"{'running' if found.running else 'not running'}  {found.uri}")
    for name in found.guests:
        click.echo(f"  {name}")
    for name in found.others:
        click.echo(f"  {name}  (no lab's guest)")


def _private(state: Path | None) -> "PrivateLibvirtd":
    from tracenova.lab.libvirtd import PrivateLibvirtd

    return PrivateLibvirtd(state)
