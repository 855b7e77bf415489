"""``tracenova lab audit``: fill a lab, empty it, and compare what everybody remembers."""

import json
import tempfile
from pathlib import Path

import click

from tracenova.cli.errors import BadInput, MissingPart


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
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(
    lab_name: str, virt: str | None, count: int, timeout: float, as_json: bool
) -> int:
    """Boot servers one by one, audit, delete them, and audit again.

    Compares database, hypervisors, neutron, placement, cinder, quota and files.
    Exit code: 0 all agree, 1 something does not fit.
    """
    from tracenova.lab import boot, errors, exercise, files
    from tracenova.lab.order import OrderError

    try:
        with tempfile.TemporaryDirectory(prefix="tracenova-") as state:
            plan = exercise.Plan(boot.load_lab(lab_name, None), count, virt, timeout)
            report = exercise.run(plan, Path(state), narrate=_say)
    except (files.LabError, errors.SettingsError, OrderError) as error:
        raise BadInput(str(error)) from None
    except errors.PartMissing as error:
        raise MissingPart(str(error)) from None
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=1))
    else:
        for line in report.lines():
            click.echo(line)
    return 0 if report.is_clean else 1


def _say(line: str) -> None:
    click.echo(line, err=True)
