"""``tracenova timeline TRACE``."""

import click

from tracenova.cli import text
from tracenova.cli.render import timeline as render
from tracenova.cli.views import opened, view_options, write_json, write_lines


@click.command("timeline", help="Where the time went.")
@view_options
def command(trace: str, as_json: bool, stable: bool, instance: str | None) -> None:
    """Show this view of a saved trace."""
    found = opened(trace, stable=stable, instance=instance)
    if as_json:
        write_json(found.timeline())
    else:
        write_lines(render.lines(found, text.width()))
