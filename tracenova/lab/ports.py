"""Ports that nobody listens on, for the parts of a cloud and for a test's servers."""

import contextlib
import random
import socket
from typing import Final

_BELOW_EPHEMERAL: Final = range(15_000, 32_000)


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Return ports of the address that are free, each another one.

    They are none of those that the kernel gives to outgoing connections, so nobody
    takes one while a server that was killed is away.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    free: list[int] = []
    for port in random.SystemRandom().sample(_BELOW_EPHEMERAL, len(_BELOW_EPHEMERAL)):
        if len(free) == count:
            break
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            free.append(port)
    return free
