"""The same UI in a browser, by textual-serve, if that is installed."""

import shlex
import sys
from collections.abc import Sequence

import click

HOST = "127.0.0.1"


class CannotServe(Exception):
    """textual-serve is not installed."""


def run(arguments: Sequence[str], port: int) -> int:
    """Serve until interrupted.

    Raises:
        CannotServe: textual-serve is not installed; the message mends it.
    """
    try:
        from textual_serve.server import Server  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise CannotServe(
            "textual-serve is not installed. Mend: pip install textual-serve"
        ) from None
    words = [sys.executable, "-m", "tracenova", "tui", *arguments]
    click.echo(
        f"http://{HOST}:{port}/ shows the UI to everybody on this machine who opens it: each "
        "visitor can read the traces that you can read and start labs. Ctrl-C ends it.",
        err=True,
    )
    Server(shlex.join(words), host=HOST, port=port, title="tracenova").serve()
    return 0
