"""``tracenova boot``: a lab, a server, and everything that happens in between."""

import contextlib
import gc
import json
import math
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracenova.cli import interrupts, streams, text
from tracenova.cli.errors import BadInput, Interrupted, MissingPart

if TYPE_CHECKING:
    from tracenova.lab.boot import Outcome, Plan
    from tracenova.lab.cloud import Cloud


_TEXTS = ("name", "flavor", "image", "network", "az", "virt", "hints", "otlp")
_URLS = ("transport_url", "database")


def _hint(
    _: click.Context, __: click.Parameter, given: tuple[str, ...]
) -> dict[str, str | list[str]]:
    """Return the hints; a key that is given several times has a list."""
    hints: dict[str, str | list[str]] = {}
    for hint in given:
        key, equals, value = hint.partition("=")
        if not (key and equals):
            raise click.BadParameter(f"{hint!r} is not KEY=VALUE")
        earlier = hints.get(key, [])
        earlier = [earlier] if isinstance(earlier, str) else earlier
        hints[key] = [*earlier, value] if earlier else value
    return hints


def checked_endpoint(
    _: click.Context, __: click.Parameter, given: str | None
) -> str | None:
    """Take only what can be the URL of an OTLP/HTTP collector."""
    if given is None:
        return None
    try:
        parts = urllib.parse.urlsplit(given)
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        )
    except ValueError:  # brackets or a port that are none
        usable = False
    if not usable:
        raise click.BadParameter(f"{given!r} is not http://HOST:PORT")
    from tracenova.telemetry import sinks

    try:
        sinks.protocol()
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return given


def _seconds(_: click.Context, __: click.Parameter, given: float) -> float:
    if math.isnan(given):
        raise click.BadParameter("nan is not a number of seconds")
    return given


@click.command("boot")
@click.option("--lab", "lab_name", default="default", help="A lab's name or file.")
@click.option("--name", help="The server's name.")
@click.option("--flavor", help="A flavor of the lab.")
@click.option("--image", help="An image of the lab.")
@click.option("--network", help="A network of the lab, none or auto.")
@click.option("--count", type=click.IntRange(1, 1000), help="How many servers.")
@click.option(
    "--hint", "hints", multiple=True, callback=_hint, help="Scheduler hint KEY=VALUE."
)
@click.option("--az", help="ZONE[:HOST[:NODE]].")
@click.option("--virt", help="Every host: fake, test, qemu or a libvirt URI.")
@click.option(
    "--profile", type=click.Choice(["newton"]), default="newton", help="The release."
)
@click.option(
    "--config-file", "config_files", multiple=True, help="A nova.conf of your own."
)
@click.option(
    "--transport-url", help="redis://HOST:PORT/DB instead of the embedded bus."
)
@click.option("--db", "database", help="URL of the cell database instead of SQLite.")
@click.option(
    "--otlp",
    callback=checked_endpoint,
    help="Also send spans to this OTLP/HTTP endpoint.",
)
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), help="The trace's file."
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the services' logs here.",
)
@click.option(
    "--keep", is_flag=True, help="Keep the lab up until Ctrl-C, for tracenova console."
)
@click.option("--step", is_flag=True, help="Hold every message until you press Enter.")
@click.option(
    "--seed", type=click.IntRange(0), help="Seed of what is random in the lab."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    callback=_seconds,
    default=60.0,
    show_default=True,
    help="Seconds that the servers may take.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The result as one JSON document."
)
def command(**options: Any) -> int:
    """Boot a server in a lab, show its path live, tell its story, save its trace.

    Exit code: 0 ACTIVE, 1 ERROR or refused by the API, 2 bad input, 3 something is
    missing here.
    """
    with _rarely_collecting():
        outcome = _booted(options)
    if options["as_json"]:
        click.echo(json.dumps(outcome.as_dict(), indent=1))
    else:
        from tracenova.cli.render import boot_story

        for line in boot_story.lines(outcome, text.width()):
            click.echo(line)
    return _verdict(outcome)


@contextlib.contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for garbage only when servers were many: what a start makes is kept."""
    before = gc.get_threshold()
    gc.set_threshold(2_000_000, 5, 5)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _booted(options: dict[str, Any]) -> "Outcome":
    from tracenova.cli.logs import send_logs_to
    from tracenova.cli.narrator import Narrator
    from tracenova.lab import boot

    send_logs_to(options["log_file"])
    with told():
        plan = _plan(options)
    narrator = Narrator(silent=options["as_json"], step=options["step"])
    with told(plan.save):
        return boot.run(plan, narrator)


def _verdict(outcome: "Outcome") -> int:
    """Say in one line what went wrong, if something did; return the exit code."""
    from tracenova.cli.render import boot_story

    complaint = boot_story.complaint(outcome)
    if complaint:
        streams.say(complaint)
    if outcome.unsaved is not None:
        return BadInput.exit_code
    return 0 if outcome.succeeded else 1


@contextlib.contextmanager
def told(save: Path | None = None) -> Iterator[None]:
    """Give the block's errors their exit codes, and say what is left of the trace."""
    from tracenova.lab import boot, errors, files, order
    from tracenova.messaging.errors import BusUnreachable

    interrupts.leave_with(lambda: f"interrupted{_so_far(save)}")
    try:
        yield
    except (
        files.LabError,
        order.OrderError,
        errors.SettingsError,
        boot.Unwritable,
    ) as error:
        raise BadInput(str(error)) from None
    except errors.PartMissing as error:
        raise MissingPart(str(error)) from None
    except BusUnreachable as error:
        raise MissingPart(f"{error}{_so_far(save)}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted{_so_far(save)}") from None


def _so_far(trace: Path | None) -> str:
    if trace is None or not trace.is_file() or not trace.stat().st_size:
        return ""
    return f"; the trace so far: tracenova hops {trace}"


def _keep(cloud: "Cloud") -> None:
    """Keep the lab up until the user interrupts."""
    from tracenova.lab import kept

    with kept.kept(cloud), contextlib.suppress(KeyboardInterrupt):
        click.echo("kept up; tracenova console SERVER reads; Ctrl-C ends it", err=True)
        threading.Event().wait()


def _plan(options: dict[str, Any]) -> "Plan":
    from tracenova.lab import boot
    from tracenova.lab.order import Order

    for key in (*_TEXTS, *_URLS):
        if not _is_text(str(options[key])):
            option = "db" if key == "database" else key.replace("_", "-")
            raise BadInput(f"--{option.removesuffix('s')} is not valid UTF-8")
    lab = boot.load_lab(options["lab_name"], options["seed"])
    asked = {
        key: options[key]
        for key in ("name", "flavor", "image", "network", "count", "az")
    }
    hints = {**lab.request.hints, **options["hints"]}
    return boot.Plan(
        lab=lab,
        order=Order.of(lab, hints=hints, **asked),
        save=options["save"] or boot.default_save(lab),
        virt=options["virt"],
        transport_url=options["transport_url"],
        database=options["database"],
        otlp=options["otlp"],
        config_files=options["config_files"],
        timeout_s=options["timeout"],
        keep=_keep if options["keep"] else None,
    )


def _is_text(value: str) -> bool:
    """Say whether the bytes of the command line were text in its encoding."""
    return not any("\ud800" <= char <= "\udfff" for char in value)
