"""Network namespaces that play machines: a bridge, and a cable from each to it."""

import contextlib
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator

import pytest


class Machine:
    """A network namespace with an address of its own."""

    def __init__(self, name: str, address: str, bridge_in: str) -> None:
        self.name, self.address = name, address
        self._switch = bridge_in
        self._cable = f"v{name[-8:]}"

    @property
    def inside(self) -> list[str]:
        """The words before a command that is to run there."""
        return ["ip", "netns", "exec", self.name]

    def connect(self) -> None:
        """Plug the cable in."""
        ip("-n", self._switch, "link", "set", self._cable, "up")

    def cut_off(self) -> None:
        """Pull the cable: nothing gets through any more, and nobody is told."""
        ip("-n", self._switch, "link", "set", self._cable, "down")

    def build(self) -> None:
        """Make the namespace, the cable and its address."""
        ip("netns", "add", self.name)
        near = f"n{self.name[-8:]}"
        ip("-n", self._switch, "link", "add", self._cable, "type", "veth", "peer", near)
        ip("-n", self._switch, "link", "set", near, "netns", self.name)
        ip("-n", self._switch, "link", "set", self._cable, "master", "br0")
        ip("-n", self.name, "address", "add", f"{self.address}/24", "dev", near)
        for device in (near, "lo"):
            ip("-n", self.name, "link", "set", device, "up")
        self.connect()


@contextlib.contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """Connect so many machines; nothing of them is left afterwards.

    The switch is in a namespace, too: the machine that the test runs on sees nothing.
    """
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    if shutil.which("ip") is None:
        pytest.skip("needs the program ip: apt install iproute2")
    tag = uuid.uuid4().hex[:6]
    switch = f"tn{tag}sw"
    try:
        ip("netns", "add", switch)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
    made = [
        Machine(f"tn{tag}m{number}", f"10.99.0.{number}", switch)
        for number in range(1, count + 1)
    ]
    try:
        ip("-n", switch, "link", "add", "br0", "type", "bridge")
        ip("-n", switch, "link", "set", "br0", "up")
        for machine in made:
            machine.build()
        yield made
    finally:
        for name in (*(machine.name for machine in made), switch):
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "delete", name)


def ip(*words: str) -> None:
    """Run the command ``ip``."""
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
