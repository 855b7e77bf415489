"""``tracenova diagram TRACE|--lab NAME -o FILE``."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput, MissingPart
from tracenova.cli.views import opened, write_json
from tracenova.trace.trace import Trace

if TYPE_CHECKING:
    from tracenova_diagrams.options import Options

_KINDS = ("sequence", "topology", "filters", "weights", "states", "timeline", "calls")
_LEVELS = ("services", "rpc", "full")


class _Names(click.ParamType[tuple[str, ...]]):
    """One or more names, by commas or by repeating the option."""

    name = "SERVICE[,…]"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Return the names."""
        return tuple(part.strip() for part in str(value).split(",") if part.strip())


@click.command("diagram", help="A picture of a boot; the file's ending is the format.")
@click.argument("trace", metavar="TRACE", required=False)
@click.option("--lab", metavar="NAME", help="Boot this lab and draw what happens.")
@click.option(
    "-o", "output", metavar="FILE", help="svg png pdf dot mmd puml txt or html."
)
@click.option(
    "--kind", type=click.Choice(_KINDS), default="sequence", show_default=True
)
@click.option("--level", type=click.Choice(_LEVELS), default="rpc", show_default=True)
@click.option("--focus", type=_Names(), multiple=True, help="Only what these do.")
@click.option("--hide", type=_Names(), multiple=True, help="Nothing that these do.")
@click.option("--from", "first", type=click.IntRange(1), default=1, help="First hop.")
@click.option("--to", "last", type=click.IntRange(1), help="Last hop.")
@click.option("--expand", is_flag=True, help="Repeats one by one.")
@click.option("--width", type=click.IntRange(40, 1000), help="Columns of a txt.")
@click.option("--dark", is_flag=True, help="A dark png or pdf.")
@click.option("--title", metavar="TEXT", help="What the picture is called.")
@click.option("--instance", metavar="UUID", help="Only this server's part.")
@click.option("--stable", is_flag=True, help="The same boot, the same bytes.")
@click.option("--json", "as_json", is_flag=True, help="Say what was written as data.")
def command(**asked: Any) -> None:
    """Draw a saved trace, or a boot of a lab."""
    if (asked["trace"] is None) == (asked["lab"] is None):
        raise BadInput("name one: a TRACE, or --lab NAME")
    trace = _booted(asked) if asked["lab"] else _loaded(asked["trace"], asked)
    _draw(trace, _options(asked), asked["output"], as_json=asked["as_json"])


def _loaded(path: str, asked: dict[str, Any]) -> Trace:
    return opened(path, stable=asked["stable"], instance=asked["instance"])


def _booted(asked: dict[str, Any]) -> Trace:
    from tracenova.cli.logs import send_logs_to
    from tracenova.cli.narrator import Narrator
    from tracenova.lab import boot, errors, files, order

    send_logs_to(None)
    try:
        lab = boot.load_lab(asked["lab"], None)
        with tempfile.TemporaryDirectory(prefix="tracenova-") as folder:
            plan = boot.Plan(lab, order.Order.of(lab), Path(folder) / "boot.otlp.jsonl")
            boot.run(plan, Narrator(silent=True, step=False))
            return _loaded(str(plan.save), asked)
    except (files.LabError, order.OrderError, errors.SettingsError) as error:
        raise BadInput(text.escaped(str(error))) from None
    except errors.PartMissing as error:
        raise MissingPart(text.escaped(str(error))) from None


def _options(asked: dict[str, Any]) -> "Options":
    from tracenova_diagrams.options import Options

    named = asked["lab"] or Path(asked["trace"]).name.partition(".")[0]
    subject = asked["kind"]
    if subject == "sequence":
        subject = "the path of a server create"
    return Options(
        kind=asked["kind"],
        level=asked["level"],
        expand=asked["expand"],
        focus=tuple(name for names in asked["focus"] for name in names),
        hide=tuple(name for names in asked["hide"] for name in names),
        first=asked["first"],
        last=asked["last"],
        width=asked["width"] or (120 if asked["output"] else text.width()),
        dark=asked["dark"],
        title=asked["title"] or f"{Path(named).name.removesuffix('.toml')}: {subject}",
    )


def _draw(
    trace: Trace, options: "Options", output: str | None, *, as_json: bool
) -> None:
    from tracenova_diagrams import Diagram, DiagramError, GraphvizMissing

    diagram = Diagram(trace, options)
    try:
        if output is None:
            click.echo(diagram.render("txt")[0].decode(), nl=False)
            return
        saved = diagram.save(output)
    except GraphvizMissing as error:
        raise MissingPart(str(error)) from None
    except DiagramError as error:
        raise BadInput(text.escaped(str(error))) from None
    except OSError as error:
        raise BadInput(text.escaped(f"{output}: {error.strerror or error}")) from None
    if saved.remark:
        click.echo(saved.remark, err=True)
    if as_json:
        write_json({"files": [str(path) for path in saved.paths]})
    else:
        for path in saved.paths:
            click.echo(text.escaped(str(path)))
