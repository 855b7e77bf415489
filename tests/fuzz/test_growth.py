"""What comes again and again leaves nothing behind: memory, threads, tokens, servers."""

import functools
import gc
import logging
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.messaging.conftest import eventually
from tests.fuzz.world import CALLS, World, running
from tracenova.lab.client import Client, Refused
from tracenova.lab.order import Order
from tracenova.messaging import driver

pytestmark = pytest.mark.timeout(300)
_BYTES_A_REQUEST = 1000  # found: 200; a request's own data is several thousand
_BYTES_A_BOOT = 100_000  # found: 20 000; its messages alone are 150 000
_BOOTS = 2
_WORKERS = 40  # of pools; requests are hundreds
_PATIENCE_S = 60


def test_requests_and_boots_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Looks, refused bodies, servers that come and go.

    What stays by design is bounded: a token for its hour, a validated one for five
    minutes, ten thousand notifications that nobody reads (here: ten).
    """
    caplog.set_level(logging.CRITICAL)  # pytest keeps what is logged
    monkeypatch.setattr(driver, "KEPT_NOTIFICATIONS", 10)
    with running(tmp_path) as world:
        client = world.cloud.client(admin=True)
        tokens = world.cloud.around.tokens._tokens
        asked = functools.partial(ask_all, world)
        booted = functools.partial(boot, world, client)
        assert grown(booted) < _BYTES_A_BOOT * _BOOTS
        threads, known = threading.active_count(), len(tokens)
        assert grown(asked) < _BYTES_A_REQUEST * len(CALLS)
        assert threading.active_count() < threads + _WORKERS
        assert len(tokens) <= known


def grown(work: Callable[[], None]) -> int:
    """Return by how many bytes more is held after the work, done twice before."""
    work()
    tracemalloc.start()
    try:
        work()
        gc.collect()
        first = tracemalloc.get_traced_memory()[0]
        work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - first
    finally:
        tracemalloc.stop()


def ask_all(world: World) -> None:
    """Send every look, and every body with a member that there is not."""
    for call in CALLS:
        if call.method == "DELETE" or call.path.endswith("/auth/tokens"):
            continue
        words = dict.fromkeys(call.placeholders, "x") | world.ids
        body = b"" if call.body is None else b'{"nonsense": [1, {"a": null}]}'
        headers = {"X-Auth-Token": world.tokens["admin"]}
        world.ask(call, call.path.format(**words), body, headers)


def boot(world: World, client: Client) -> None:
    """Build servers, and delete them."""
    order = Order.of(world.cloud.lab, flavor="m1.tiny")
    for _ in range(_BOOTS):
        (server,) = client.create_servers(order.body(world.cloud.lab))
        eventually(functools.partial(is_active, client, server), _PATIENCE_S)
        client.delete_server(server)
        eventually(functools.partial(is_gone, client, server), _PATIENCE_S)


def is_active(client: Client, server: str) -> bool:
    """Say whether the server is built."""
    return bool(client.show_server(server)["status"] == "ACTIVE")


def is_gone(client: Client, server: str) -> bool:
    """Say whether there is no such server any more."""
    try:
        client.show_server(server)
    except Refused:
        return True
    return False
