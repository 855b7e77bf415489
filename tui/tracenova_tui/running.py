"""Runs the application in a terminal and leaves the terminal as it was."""

import logging
import os
import sys
from typing import Any

from textual.app import App


class NoTerminal(Exception):
    """There is no terminal to draw on."""


def run_app(app: "App[Any]") -> int:
    """Run until the user leaves; return the exit code.

    Raises:
        NoTerminal: there is no terminal to draw on.
    """
    served = "TEXTUAL_DRIVER" in os.environ  # in a browser, by textual-serve
    if not (served or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise NoTerminal("no terminal here; tracenova tui --plain writes linear text")
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(capture=True)
    app.run()
    for lab in getattr(app, "labs", ()):
        lab.stop(wait_s=5.0)
    return app.return_code or 0
