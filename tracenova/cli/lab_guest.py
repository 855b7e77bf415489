"""``tracenova lab guest``: the tiny guest that real hosts boot."""

import dataclasses
import json
from pathlib import Path

import click

from tracenova.cli.errors import MissingPart


@click.command("guest")
@click.option(
    "--kernel",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A kernel of your own instead of Debian's.",
)
@click.option("--rebuild", is_flag=True, help="Build it anew.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(kernel: Path | None, rebuild: bool, as_json: bool) -> None:
    """Build the guest's kernel, ramdisk and disk, once; say where they are."""
    from tracenova.lab import guest

    try:
        made = guest.build(kernel, rebuild=rebuild)
    except guest.GuestError as error:
        raise MissingPart(str(error)) from None
    paths = {name: str(path) for name, path in dataclasses.asdict(made).items()}
    if as_json:
        click.echo(json.dumps(paths, indent=1))
        return
    for name, path in paths.items():
        click.echo(f"{name:<8} {Path(path).stat().st_size // 1024:>6} KB  {path}")
