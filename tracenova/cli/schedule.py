"""``tracenova schedule CASE…``: the scheduler alone, and what-if."""

import itertools
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.cli.json_pieces import json_pieces

if TYPE_CHECKING:
    from tracenova.scheduler.cases.changes import Change

_TOGETHER = 1000


@click.command("schedule")
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
@click.option(
    "--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change the case."
)
@click.option("--without", multiple=True, metavar="FILTER", help="Leave a filter out.")
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="FILE",
    help="A .py file (or module) with filters and weighers of your own.",
)
@click.option(
    "--turn",
    "turns",
    multiple=True,
    metavar="HOST",
    help="The smallest changes by which HOST (or: runner-up) would win or pass.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    help="Seconds after which a case is given up.",
)
def command(
    cases: tuple[str, ...],
    as_json: bool,
    settings: tuple[str, ...],
    without: tuple[str, ...],
    plugins: tuple[str, ...],
    turns: tuple[str, ...],
    patience: float,
) -> int:
    """Ask the scheduler alone: documents of hosts and requests, no services.

    With --set or --without the decision before and after, side by side. PATH is
    flavor.NAME, extra_spec.KEY, image.PROPERTY, hint.KEY, request.NAME,
    multiplier.WEIGHER, option.NAME or host.HOST.NAME; filters of a --plugin file join
    the chain. --turn looks at the first instance of each request; every change was
    tried by asking again.

    Exit code: 0 every instance got a host, 1 one did not, 2 a case cannot be asked
    (the others are answered all the same).
    """
    from tracenova.cli import schedule_runs

    logging.getLogger("tracenova").addHandler(logging.NullHandler())
    runs = schedule_runs.Runs(
        changes=_changes(settings),
        without=without,
        plugins=_found(plugins),
        turns=turns,
        patience_s=patience,
        isolated=as_json,
    )
    worst = 0
    for at, path in enumerate(cases):
        result = runs.run(Path(path))
        worst = max(worst, result.exit_code)
        if result.error is not None:
            click.echo(f"Error: {text.escaped(str(result.error))}", err=True)
        if as_json:
            _write(json_pieces(result.document()))
            click.echo()
        elif result.error is None:
            if at:
                click.echo()
            _write(f"{line}\n" for line in _lines(result))
    return worst


def _write(parts: Iterable[str]) -> None:
    """Write many parts together: to write each would take longer than to make it."""
    left = iter(parts)
    while together := "".join(itertools.islice(left, _TOGETHER)):
        click.echo(together, nl=False)


def _changes(settings: tuple[str, ...]) -> "list[Change]":
    from tracenova.scheduler.cases.changes import Change

    try:
        return [Change.parsed(setting) for setting in settings]
    except ValueError as error:
        raise BadInput(text.escaped(str(error))) from None


def _found(plugins: tuple[str, ...]) -> list[str]:
    for plugin in plugins:
        if plugin.endswith(".py") and not Path(plugin).is_file():
            raise BadInput(text.escaped(f"--plugin {plugin}: there is no such file"))
    return [
        str(Path(plugin).resolve()) if plugin.endswith(".py") else plugin
        for plugin in plugins
    ]


def _lines(result: Any) -> Any:
    from tracenova.cli.render import schedule as render

    return render.lines(result, text.width())
