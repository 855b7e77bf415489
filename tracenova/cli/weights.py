"""``tracenova weights TRACE``."""

import click

from tracenova.cli import text
from tracenova.cli.render import weights as render
from tracenova.cli.views import opened, view_options, write_json, write_lines


@click.command("weights", help="Weighers: the formula with the numbers put in.")
@view_options
def command(trace: str, as_json: bool, stable: bool, instance: str | None) -> None:
    """Show this view of a saved trace."""
    found = opened(trace, stable=stable, instance=instance)
    if as_json:
        write_json(
            {
                "choices": found.choices(),
                "weighers": found.weigher_runs(),
            }
        )
    else:
        write_lines(render.lines(found, text.width()))
