"""The same UI in a browser, by textual-serve, if that is installed."""

import shlex
import socket
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import click

HOST = "127.0.0.1"
_HERE = (HOST, "localhost")


class CannotServe(Exception):
    """textual-serve is not installed, or the port is taken; the message mends it."""


def run(arguments: Sequence[str], port: int) -> int:
    """Serve on loopback until interrupted.

    Raises:
        CannotServe: textual-serve is not installed, or the port is taken.
    """
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError:
        raise CannotServe(
            "textual-serve is not installed. Mend: pip install textual-serve"
        ) from None

    class LoopbackServer(Server):
        """Lets nobody in but pages that it has served itself."""

        async def on_startup(self, app: Any) -> None:
            """Say nothing: everything has been said."""

        async def handle_index(self, request: Any) -> Any:
            """Serve the page, under its own name alone."""
            if not is_own(request.headers, port):
                raise web.HTTPForbidden(text="not this page")
            return await super().handle_index(request)

        async def handle_websocket(self, request: Any) -> Any:
            """Start the UI for a page of this server, not for some other site's."""
            if not is_own(request.headers, port):
                raise web.HTTPForbidden(text="not from this page")
            return await super().handle_websocket(request)

    _check_port(port)
    words = [sys.executable, "-m", "tracenova", "tui", *arguments]
    click.echo(
        f"http://{HOST}:{port}/ shows the UI to everybody on this machine who opens it: each "
        "visitor can read the traces that you can read, write files as you and start "
        "labs. Other machines and other sites' pages are refused. Ctrl-C ends it.",
        err=True,
    )
    server = LoopbackServer(shlex.join(words), host=HOST, port=port, title="tracenova")
    server.initialize_logging = lambda: None  # type: ignore[method-assign] # its log is no news
    server.serve()
    return 0


def is_own(headers: Any, port: int) -> bool:
    """Say whether a request comes from this server's page, under this server's name.

    A page of some other site that the user visits can reach loopback too; its ``Origin``
    tells, and a name of its own that leads here (DNS rebinding) stands in ``Host``.
    """
    here = {f"{name}:{port}" for name in _HERE}
    origin = headers.get("Origin")
    return headers.get("Host") in here and (
        origin is None or urlsplit(origin).netloc in here
    )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"port {port} cannot be used: {error.strerror}. Mend: --port N"
            ) from None
