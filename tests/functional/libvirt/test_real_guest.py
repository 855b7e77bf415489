"""A real virtual machine, by emulation where there is no KVM: from POST to its console."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import labs
from tracenova.lab.libvirtd import PrivateLibvirtd

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(180)]

ONE_HOST = '[[hosts]]\nname = "real"\n\n[[flavors]]\nname = "tiny"\nmemory_mb = 256\n'


def test_a_real_guest_speaks_stops_starts_and_goes(
    tmp_path: Path, private: PrivateLibvirtd, capsys: Any
) -> None:
    """POST to console; stop, start, delete; unmarked domains are untouched; clean."""
    with labs.running(tmp_path, ONE_HOST, virt=private.uri) as cloud:
        client = cloud.client()
        began = time.monotonic()
        (server_id,) = labs.create(cloud, client, flavor="tiny", name="web")

        def console() -> str:
            answer = labs.action(client, server_id, os_getConsoleOutput={})
            return str(answer["output"])

        assert labs.settled(client, server_id, 60)["status"] == "ACTIVE"
        labs.until(lambda: "tracenova-guest: ready" in console(), 90)
        with capsys.disabled():
            sys.stdout.write(
                f"\n[real guest: {time.monotonic() - began:.1f} s from POST to console]"
            )
        assert "tracenova-guest: name web" in console()
        assert f"tracenova-guest: uuid {server_id}" in console()
        labs.audited(cloud)
        assert private.status().guests
        assert all(name.startswith("tracenova-") for name in private.status().guests)
        labs.action(client, server_id, os_stop=None)
        labs.until(lambda: client.show_server(server_id)["status"] == "SHUTOFF", 90)
        assert "tracenova-guest: power button" in console()
        labs.audited(cloud)
        labs.delete(client, [server_id], 60)
        labs.audited(cloud)
        assert private.status().guests == ()
