"""``tracenova bench``: how long things take on this machine."""

import json
import tempfile
from pathlib import Path

import click

from tracenova.cli import text
from tracenova.cli.errors import BadInput, MissingPart

_GOALS = "goals: 150 ms to ACTIVE with the default lab, × 1.5 for tracing, 1 ms a call"


@click.command("bench")
@click.option("--lab", "lab_name", default="default", help="A lab's name or file.")
@click.option(
    "--flavor", default=None, help="A flavor of the lab; default: its smallest."
)
@click.option(
    "--boots",
    "count",
    type=click.IntRange(1, 1000),
    default=15,
    show_default=True,
    help="Servers with tracing, and as many without.",
)
@click.option("--transport-url", default="", help="Calls over this bus, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(
    lab_name: str, flavor: str | None, count: int, transport_url: str, as_json: bool
) -> int:
    """Time boots on fake hosts, with and without tracing, and calls on a bus.

    Medians in ms, by the clock and of the processor. More benchmarks, of the scheduler,
    diagrams, databases and the terminal UI: make bench.
    """
    from tracenova.lab import boot, errors, files, measure
    from tracenova.lab.order import OrderError
    from tracenova.messaging.errors import BusUnreachable

    try:
        lab = boot.load_lab(lab_name, None)
        with tempfile.TemporaryDirectory(prefix="tracenova-") as folder:
            state = Path(folder)
            with measure.running(lab, state, flavor) as bench:
                figures = measure.boots(bench, count, state).as_dict()
        figures["call_ms"] = measure.call_ms("fakeredis://bench-calls/")
        if transport_url:
            figures["transport_url_call_ms"] = measure.call_ms(transport_url)
    except BusUnreachable as error:
        raise MissingPart(text.escaped(str(error))) from None
    except (files.LabError, errors.SettingsError, OrderError) as error:
        raise BadInput(str(error)) from None
    except measure.NotBuilt as error:
        click.echo(f"{error}", err=True)
        return 1
    if as_json:
        click.echo(json.dumps(figures, indent=1))
    else:
        _show(figures, count)
    return 0


def _show(figures: dict[str, float], count: int) -> None:
    rows = [
        _row(f"POST → ACTIVE, {count} boots", figures, "active"),
        _row("the same, traced and saved", figures, "traced_active"),
        (
            "tracing",
            f"× {figures['tracing_ratio']:.2f}",
            f"× {figures['tracing_cpu_ratio']:.2f}",
        ),
        ("call on the embedded bus", f"{figures['call_ms']:.2f} ms", ""),
    ]
    if "transport_url_call_ms" in figures:
        taken = f"{figures['transport_url_call_ms']:.2f} ms"
        rows.append(("call on the bus of --transport-url", taken, ""))
    head, right = ("median of", "clock", "processor"), frozenset((1, 2))
    for line in text.table(head, rows, text.width(), right=right, last_fills=False):
        click.echo(line)
    click.echo(_GOALS, err=True)


def _row(name: str, figures: dict[str, float], key: str) -> tuple[str, str, str]:
    return name, f"{figures[f'{key}_ms']:.0f} ms", f"{figures[f'{key}_cpu_ms']:.0f} ms"
