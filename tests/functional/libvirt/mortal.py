"""A nova-compute in a process of its own, which kills itself at a call of libvirt.

It is started with the nova.conf of a running lab's host, finds the lab's bus on Redis
and the neighbours on loopback ports, and tells of its guests' devices on its standard
output: the network's agent listens there.
"""

import contextlib
import faulthandler
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.functional.libvirt.unreliable import striking
from tracenova import conf, identity, objects, rpc, utils
from tracenova.conductor.rpcapi import ConductorAPI
from tracenova.conf import CONF
from tracenova.lab.cloud import Cloud
from tracenova.lab.kept import serve
from tracenova.lab.settings import URLS
from tracenova.neighbours.neutron.agent import L2Agent
from tracenova.objects import base as objects_base
from tracenova.service import Service
from tracenova.virt.taps import Tap

READY = "ready"


class MortalCompute:
    """Takes a lab's host over; a context manager.

    Args:
        cloud: the lab; its bus must be a real Redis.
        host: whose nova-compute stops, and starts again as a process.
        call: libvirt's call before which the process kills itself.
    """

    def __init__(self, cloud: Cloud, host: str, call: str) -> None:
        self._cloud, self._host, self._call = cloud, host, call
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._cloud.services.pop(f"nova-compute@{self._host}").stop()
        root = Path(__file__).parents[3]
        told = (str(self._own_nova_conf()), self._host, self._cloud.name, self._call)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *told],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self._closing.callback(self._bury)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == READY:
                break
        self._listening = utils.spawn(self._listen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.close()

    def wait(self, limit_s: float) -> int:
        """Wait until the process has ended; return how. A late one says where it is."""
        try:
            return self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGABRT)
            self._process.wait(limit_s)
            raise

    def _own_nova_conf(self) -> Path:
        """Write the host's nova.conf with addresses that other processes can reach."""
        written = self._cloud.settings.state_path / "etc" / f"{self._host}.conf"
        text = written.read_text(encoding="utf-8")
        for url in URLS.values():
            text = text.replace(url, serve(self._closing, url))
        own = written.with_name(f"{self._host}-process.conf")
        own.write_text(text, encoding="utf-8")
        return own

    def _listen(self) -> None:
        """Tell the network's agent of each device that the process tells of."""
        around = self._cloud.around
        agent = L2Agent(around.neutron, around.identity_of("neutron"))
        for line in self._process.stdout or ():
            port_id, devname = line.split()
            agent.tap_changed(Tap(port_id, devname, present=True))

    def _bury(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listening.result(60)
        assert self._process.stdout is not None
        self._process.stdout.close()


def main(nova_conf: str, host: str, cloud: str, call: str) -> None:
    """Be the nova-compute until killed."""
    faulthandler.enable()
    who = identity.ServiceIdentity("nova-compute", host, cloud)
    conf.assign(who, conf.new_config([nova_conf]))
    objects.register_all()
    objects_base.set_indirection("nova-compute", ConductorAPI, cloud)
    with striking() as libvirt, identity.acting_as(who):
        rpc.init(CONF, CONF.transport_url)
        service = Service.create(who)
        service.manager.driver.taps.subscribe(_tell)
        service.start()
        libvirt.before(call, lambda: os.kill(os.getpid(), signal.SIGKILL))
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()
        signal.pause()


def _tell(tap: Any) -> None:
    if tap.present:
        sys.stdout.write(f"{tap.port_id} {tap.devname}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
