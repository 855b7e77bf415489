"""Waits until real guests have spoken on their serial consoles."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tracenova.lab import hypervisors
from tracenova.lab.cloud import Cloud

READY: Final = b"tracenova-guest: ready"
_SPOKEN: Final = "tracenova-guest: "
_LOOK_S: Final = 0.05


def wait_for_guests(
    cloud: Cloud,
    servers: Iterable[Mapping[str, Any]],
    timeout_s: float,
    say: Callable[[str], None],
    began: float,
) -> None:
    """Tell what each real guest says of itself, and how long after POST it was ready.

    Args:
        cloud: where the servers run.
        servers: as the API shows them; only ACTIVE ones have a guest.
        timeout_s: how long to wait for all of them together.
        say: told one line at a time.
        began: when the request was sent, on ``time.perf_counter``'s clock.
    """
    deadline = time.monotonic() + timeout_s
    for server in servers:
        log = console_log(cloud, str(server["id"]))
        if server["status"] != "ACTIVE" or log is None:
            continue
        while not is_ready(log) and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        for line in spoken(log):
            say(f"console of {server['name']}: {line}")
        if is_ready(log):
            passed_s = time.perf_counter() - began
            say(f"console of {server['name']}: {passed_s:.1f} s after POST")


def console_log(cloud: Cloud, server_id: str) -> Path | None:
    """Return the log of a real guest that runs the tiny guest; None: there is none."""
    for host in cloud.lab.hosts:
        if hypervisors.is_real(cloud.kind_of(host.name)):
            instances = cloud.settings.state_path / "hosts" / host.name / "instances"
            log = instances / server_id / "console.log"
            if log.exists():
                return log
    return None


def is_ready(log: Path) -> bool:
    """Say whether the guest has said everything."""
    return log.exists() and READY in log.read_bytes()


def spoken(log: Path) -> list[str]:
    """Return what the guest said, without the firmware's and the kernel's noise."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return [
        line.partition(_SPOKEN)[2].strip()
        for line in text.splitlines()
        if _SPOKEN in line
    ]
