"""``tracenova hops TRACE``."""

import click

from tracenova.cli import text
from tracenova.cli.render import hops as render
from tracenova.cli.views import opened, view_options, write_json, write_lines
from tracenova.trace.hops import LEVELS, Level


@click.command("hops", help="The hops of a saved trace, in order.")
@view_options
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="story",
    show_default=True,
    help="full: every reply, database operation and method too.",
)
def command(
    trace: str, as_json: bool, stable: bool, instance: str | None, level: Level
) -> None:
    """Show this view of a saved trace."""
    found = opened(trace, stable=stable, instance=instance)
    if as_json:
        write_json([hop.to_dict() for hop in found.hops(level)])
    else:
        write_lines(render.lines(found, text.width(), level=level))
