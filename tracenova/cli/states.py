"""``tracenova states TRACE``."""

import click

from tracenova.cli import text
from tracenova.cli.render import states as render
from tracenova.cli.views import opened, view_options, write_json, write_lines


@click.command("states", help="The states a server went through.")
@view_options
def command(trace: str, as_json: bool, stable: bool, instance: str | None) -> None:
    """Show this view of a saved trace."""
    found = opened(trace, stable=stable, instance=instance)
    if as_json:
        write_json(found.state_changes())
    else:
        write_lines(render.lines(found, text.width()))
