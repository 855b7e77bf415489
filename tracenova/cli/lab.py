"""``tracenova lab``: list the labs, show one, write a new one."""

import dataclasses
import json
from pathlib import Path

import click

from tracenova.cli import lab_audit, lab_guest, lab_libvirtd
from tracenova.cli.errors import BadInput


@click.group("lab")
def command() -> None:
    """Labs: small clouds described by a file."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_labs(as_json: bool) -> None:
    """List the built-in labs."""
    from tracenova.lab import files

    labs = [files.load(name) for name in files.builtin_names()]
    if as_json:
        click.echo(
            json.dumps(
                [{"name": lab.name, "title": lab.title} for lab in labs], indent=1
            )
        )
        return
    width = max(len(lab.name) for lab in labs)
    for lab in labs:
        click.echo(f"{lab.name:<{width}}  {lab.title}")


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(name: str, as_json: bool) -> None:
    """Show a lab, built in or from a file."""
    from tracenova.lab import files

    try:
        lab = files.load(name)
    except files.LabError as error:
        raise BadInput(str(error)) from None
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(lab), indent=1))
        return
    click.echo(f"{lab.name}: {lab.title}\n\n{lab.about}\n")
    for host in lab.hosts:
        notes = [f"az {host.az}"] if host.az else []
        notes += ["disabled"] if host.disabled else []
        size = f"{host.memory_mb:>7} MB  {host.vcpus:>3} vcpus  {host.disk_gb:>5} GB"
        click.echo(f"  {host.name:<12} {size}  {host.virt} {', '.join(notes)}".rstrip())
    for fault in lab.faults:
        said = {
            field.name: getattr(fault, field.name)
            for field in dataclasses.fields(fault)
            if getattr(fault, field.name) != field.default and field.name != "kind"
        }
        click.echo(
            f"  fault {fault.kind}: " + ", ".join(f"{k} {v}" for k, v in said.items())
        )
    asked = lab.request
    click.echo(f"  asks for {asked.count} × {asked.flavor}, image {asked.image}")


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write a new lab file to start from."""
    from tracenova.lab import files

    if file.exists():
        raise BadInput(f"{file} exists already; choose another name")
    try:
        text = (files.BUILTIN / "default.toml").read_text(encoding="utf-8")
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {file}; try: tracenova boot --lab {file}")


for subcommand in (lab_audit.command, lab_guest.command, lab_libvirtd.group):
    command.add_command(subcommand)
