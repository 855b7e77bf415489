"""``tracenova import KIND FILE -o TRACE``: somebody else's records as a trace."""

from pathlib import Path

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.trace import imports
from tracenova.trace.files import TraceWriter


@click.command("import")
@click.argument("kind", metavar="KIND", type=click.Choice(list(imports.IMPORTERS)))
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="TRACE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The trace's file.",
)
def command(kind: str, file: Path, output: Path) -> int:
    """Read nova-scheduler's log (nova-log), or another tool's trace (osprofiler, otlp).

    The result is a trace for filters, weights, explain and the others. Exit code: 2
    when there is nothing to import.
    """
    try:
        imported = imports.read(kind, file)
    except imports.ImportProblem as error:
        raise BadInput(text.escaped(str(error))) from None
    for warning in imported.warnings:
        click.echo(f"Warning: {text.escaped(warning)}", err=True)
    try:
        writer = TraceWriter(output)
        try:
            writer.write(imported.spans)
        finally:
            writer.close()
    except OSError as error:
        raise BadInput(text.escaped(f"{output}: {error.strerror}")) from None
    traces = len({span.trace_id for span in imported.spans})
    click.echo(
        f"{len(imported.spans)} spans of {traces} requests: "
        f"tracenova explain {text.escaped(str(output))}",
        err=True,
    )
    return 0
