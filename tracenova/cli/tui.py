"""``tracenova tui``: the terminal UI; the one place that imports Textual, when called."""

from pathlib import Path

import click

from tracenova.cli.errors import BadInput, MissingPart


@click.command("tui")
@click.argument(
    "traces", metavar="[TRACE [OTHER]]", nargs=-1, type=click.Path(path_type=Path)
)
@click.option("--lab", help="Start this lab at once: a name or a file.")
@click.option("--virt", help="Live: every host fake, test or a libvirt URI.")
@click.option(
    "--transport-url", help="Live: redis://HOST:PORT/DB instead of the embedded bus."
)
@click.option(
    "--theme",
    type=click.Choice(["dark", "light", "ansi", "mono"]),
    help="How it looks.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="The trace as linear text, for screen readers and pipes.",
)
@click.option("--view", "view_name", help="With --plain: only this view.")
@click.option(
    "--serve", is_flag=True, help="In the browser, on loopback (needs textual-serve)."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def command(
    traces: tuple[Path, ...],
    lab: str | None,
    virt: str | None,
    transport_url: str | None,
    theme: str | None,
    plain: bool,
    view_name: str | None,
    serve: bool,
    port: int,
) -> int:
    """Watch, step, rewind and question a boot: live in a lab, or a saved trace.

    Two traces are compared side by side.
    """
    if len(traces) > 2:
        raise BadInput("at most two traces can be opened")
    for path in traces:
        if not path.is_file():
            raise BadInput(f"{path}: no such file")
    if plain:
        return _plain(traces, lab, view_name)
    if serve:
        from tracenova_tui.serving import CannotServe, run

        try:
            options = {"lab": lab, "virt": virt, "theme": theme}
            options["transport-url"] = transport_url
            given = [f"--{name}={value}" for name, value in options.items() if value]
            return run([*given, "--", *map(str, traces)], port)
        except CannotServe as error:
            raise MissingPart(str(error)) from None
    return _on_screen(
        traces, lab, theme, {"virt": virt, "transport_url": transport_url}
    )


def _plain(traces: tuple[Path, ...], lab: str | None, view_name: str | None) -> int:
    from tracenova_tui.linear import CannotWrite, write

    try:
        return write(traces, lab, view_name)
    except CannotWrite as error:
        raise BadInput(str(error)) from None


def _on_screen(
    traces: tuple[Path, ...],
    lab: str | None,
    theme: str | None,
    options: dict[str, str | None],
) -> int:
    from tracenova_tui.app import TracenovaApp
    from tracenova_tui.running import NoTerminal, run_app

    try:
        return run_app(TracenovaApp(traces, lab, theme, options))
    except NoTerminal as error:
        raise MissingPart(str(error)) from None
