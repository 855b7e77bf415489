"""The UI in a browser: the page, the UI behind it, and who is refused."""

import asyncio  # noqa: TID251 - aiohttp's loop
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui import screens
from tracenova.lab.ports import free_ports

aiohttp = pytest.importorskip("aiohttp", reason="needs textual-serve")
ROOT = Path(__file__).parents[2]
PATIENCE_S = 150.0


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of a served trace."""
    (port,) = free_ports(1)
    path = f"{ROOT}:{ROOT / 'tui'}:{ROOT / 'diagrams'}"
    environment = {**os.environ, "PYTHONPATH": path, "XDG_STATE_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "tracenova", "tui", "--serve", "--port", str(port)]
    server = subprocess.Popen(
        [*words, str(screens.trace("success"))], env=environment,
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    said = server.stderr.readline()
    assert f"http://127.0.0.1:{port}/" in said
    assert "everybody on this machine" in said
    yield f"http://127.0.0.1:{port}"
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=PATIENCE_S)


@pytest.mark.timeout(900)
def test_the_browser_gets_the_ui_and_strangers_do_not(page: str) -> None:
    """The page and its WebSocket answer; a page of another site gets 403."""

    async def visit() -> None:
        async with aiohttp.ClientSession() as browser:
            deadline = time.monotonic() + PATIENCE_S
            status = 0
            while status != 200:
                assert time.monotonic() < deadline
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with browser.get(page) as answer:
                        status = answer.status
                await asyncio.sleep(0.05)
            stranger = {"Origin": "http://evil.example"}
            async with browser.get(f"{page}/ws", headers=stranger) as answer:
                assert answer.status == 403
            address = f"{page}/ws?width=120&height=36"
            own = {"Origin": page}
            async with browser.ws_connect(address, headers=own) as socket:
                seen = b""
                while b"Sequence" not in seen:
                    message = await socket.receive(timeout=PATIENCE_S)
                    assert message.type in (
                        aiohttp.WSMsgType.BINARY,
                        aiohttp.WSMsgType.TEXT,
                    ), message
                    if message.type == aiohttp.WSMsgType.BINARY:
                        seen += message.data

    asyncio.run(visit())
