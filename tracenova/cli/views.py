"""What all views of a saved trace share: options, loading, JSON."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput
from tracenova.trace.files import TraceFileError
from tracenova.trace.trace import Trace

Command = Callable[..., Any]


def view_options(command: Command) -> Command:
    """Add what every view has: TRACE, --json, --stable, --instance."""
    for option in (
        click.option("--instance", metavar="UUID", help="Only this server's part."),
        click.option(
            "--stable",
            is_flag=True,
            help="Ordinals for ids and times: the same boot, the same bytes.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Plain data."),
        click.argument("trace", metavar="TRACE"),
    ):
        command = option(command)
    return command


def opened(path: str, *, stable: bool = False, instance: str | None = None) -> Trace:
    """Return the trace of a file; what could not be read is said on stderr.

    Raises:
        BadInput: the file is no trace, or the server is not in it.
    """
    try:
        trace = Trace.load(path)
    except TraceFileError as error:
        raise BadInput(text.escaped(str(error))) from error
    for warning in trace.warnings:
        click.echo(f"Warning: {text.escaped(warning)}", err=True)
    if instance is not None:
        if instance not in trace.instances():
            known = ", ".join(trace.instances()) or "none"
            raise BadInput(
                text.escaped(f"{path}: no server {instance} in it (servers: {known})")
            )
        trace = Trace(trace.walked(instance))
    return trace.stabilised() if stable else trace


def write_json(data: Any) -> None:
    """Write plain data, one document, to standard output."""
    click.echo(json.dumps(plain(data), ensure_ascii=False, indent=1))


def plain(value: Any) -> Any:
    """Return records as plain data."""
    if is_dataclass(value) and not isinstance(value, type):
        members = asdict(value)
        return {key.removesuffix("_"): plain(member) for key, member in members.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return value


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output."""
    for line in lines:
        click.echo(line)
