"""``tracenova lab audit``: compare what everybody remembers, in a lab or in a cloud."""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from tracenova.cli.boot import told
from tracenova.cli.errors import BadInput

_OF_A_LAB: Final = ("lab_name", "virt", "count", "timeout")


@click.command("audit")
@click.argument("lab_name", metavar="LAB", default="default")
@click.option("--virt", help="Every host: fake, test, qemu or a libvirt URI.")
@click.option(
    "--servers",
    "count",
    type=click.IntRange(1, 1000),
    default=3,
    show_default=True,
    help="How many to ask for.",
)
@click.option("--timeout", type=click.FloatRange(1, 3600), default=60.0)
@click.option(
    "--state",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Boot nothing: look at the cloud of many processes with this state folder.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(
    context: click.Context, /, state: Path | None, as_json: bool, **options: Any
) -> int:
    """Boot servers one by one, audit, delete them, and audit again.

    Compares database, hypervisors, neutron, placement, cinder, quota and files.
    Exit code: 0 all agree, 1 something does not fit.

    With --state once, in a cloud that runs already (tracenova up --transport-url
    redis://…, tracenova service): nothing is changed there.
    """
    with told():
        if state is None:
            document, lines = _exercised(**options)
        else:
            _refuse(context)
            document, lines = _looked_at(state)
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        for line in lines:
            click.echo(line)
    return 0 if document["clean"] else 1


def _exercised(
    lab_name: str, virt: str | None, count: int, timeout: float
) -> tuple[dict[str, Any], list[str]]:
    from tracenova.lab import boot, exercise

    with tempfile.TemporaryDirectory(prefix="tracenova-") as state:
        plan = exercise.Plan(boot.load_lab(lab_name, None), count, virt, timeout)
        report = exercise.run(plan, Path(state), narrate=_say)
    return report.as_dict(), report.lines()


def _looked_at(state: Path) -> tuple[dict[str, Any], list[str]]:
    from dataclasses import asdict

    from tracenova.lab import audit_apart, exercise

    with audit_apart.looking_at(state) as cloud:
        found = exercise.settled(cloud.audit)
    document = {"clean": not found, "found": [asdict(each) for each in found]}
    return document, exercise.section("now", found)


def _refuse(context: click.Context) -> None:
    """Refuse what says how to boot a lab, beside a cloud that runs."""
    for name in _OF_A_LAB:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise BadInput("--state looks at a cloud that is there; it boots no lab")


def _say(line: str) -> None:
    click.echo(line, err=True)
