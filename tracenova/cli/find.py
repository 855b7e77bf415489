"""``tracenova find REQ-ID|SERVER``: from any answer of the cloud to its trace."""

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import streams, text
from tracenova.cli.errors import BadInput
from tracenova.cli.views import write_json, write_lines

if TYPE_CHECKING:
    from tracenova.trace.search import Found

_NOT_FOUND = 1


@click.command("find")
@click.argument("wanted", metavar="REQ-ID|SERVER")
@click.argument(
    "places", metavar="[FILE|FOLDER]...", nargs=-1, type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found as a trace of its own.",
)
@click.option("--json", "as_json", is_flag=True, help="Plain data.")
def command(
    wanted: str, places: tuple[Path, ...], output: Path | None, as_json: bool
) -> int:
    """Find the traces of a request (x-openstack-request-id) or a server (id or name).

    Looks in the files and folders given, else where traces are saved by default. The
    processes of a cloud write a file each: what belongs together is put together.
    """
    from tracenova.trace import files, search

    try:
        found = search.find(wanted, places or [_default_folder()])
    except (files.TraceFileError, OSError) as error:
        raise BadInput(text.escaped(str(error))) from None
    if output is not None and found:
        _write(output, found)
    if as_json:
        write_json([_plain(each) for each in found])
    else:
        for each in found:
            _tell(each, alone=len(found) == 1)
    if not found:
        streams.say(f"no trace of {wanted}")
        return _NOT_FOUND
    return 0


def _default_folder() -> Path:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    return state / "tracenova" / "traces"


def _tell(found: "Found", *, alone: bool) -> None:
    from tracenova.cli.render import hops

    root = found.root
    click.echo(f"{text.escaped(root.name)}  asked of {root.service} at {_when(found)}")
    click.echo(f"  trace    {found.trace_id}")
    own, *others = found.request_ids or ["–"]
    more = f"  (and {len(others)} of the services' own: --json)" if others else ""
    click.echo(f"  request  {text.escaped(own)}{more}")
    for label, values in (
        ("server", found.trace.instances()),
        ("file", map(str, found.files)),
    ):
        for value in values:
            click.echo(f"  {label:8} {text.escaped(value)}")
    if alone:
        click.echo()
        write_lines(hops.lines(found.trace, text.width()))


def _when(found: "Found") -> str:
    began = datetime.datetime.fromtimestamp(found.root.start_ns / 1e9, datetime.UTC)
    return began.strftime("%Y-%m-%d %H:%M:%S UTC")


def _plain(found: "Found") -> dict[str, Any]:
    return {
        "trace_id": found.trace_id,
        "name": found.root.name,
        "start_ns": found.root.start_ns,
        "requests": found.request_ids,
        "servers": found.trace.instances(),
        "services": found.trace.services(),
        "files": [str(path) for path in found.files],
    }


def _write(path: Path, found: "list[Found]") -> None:
    from tracenova.trace.files import TraceWriter

    try:
        writer = TraceWriter(path)
        writer.write(span for each in found for span in each.trace.spans)
        writer.close()
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
