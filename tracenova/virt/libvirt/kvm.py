"""Whether KVM really runs a guest here: a /dev/kvm that opens is no proof.

Asked once per URI: the processor must have the flag, libvirt must offer the type, and a
guest of a few MB, started for the purpose, must get as far as its firmware's first words.
(The words alone prove nothing: there are machines where only the firmware runs.)
Elsewhere guests run by emulation (TCG), and every start says so.

Nova has no such module: there an administrator sets virt_type.
"""

import contextlib
import functools
import logging
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from tracenova.virt.libvirt import marks, seam

LOG = logging.getLogger(__name__)

TRIAL_LIMIT_S: Final = 3.0
_FLAGS: Final = {"vmx", "svm"}
_NO_FLAG: Final = "the processor has no vmx or svm flag"
_TRIAL = """
<domain type={kind}>
  <name>tracenova-trial-{uuid}</name>
  <uuid>{uuid}</uuid>
  <metadata><t:owner xmlns:t="{namespace}" mark="trial"/></metadata>
  <memory unit="MiB">32</memory>
  <os><type arch="x86_64" machine="pc">hvm</type><bios useserial="yes"/></os>
  <devices><serial type="pty"/><memballoon model="none"/></devices>
</domain>
"""


@functools.cache
def why_not(uri: str) -> str | None:
    """Return why guests at the URI cannot have KVM; None: they can."""
    if is_local(uri) and not _processor_has_flag():
        return _NO_FLAG
    libvirt = seam.libvirt()
    connection = libvirt.open(uri)
    try:
        capabilities = connection.getCapabilities()
        if "<domain type='kvm'" not in capabilities:
            return "libvirt does not offer it"
        if not is_local(uri) and not _libvirt_tells_flag(connection, capabilities):
            return _NO_FLAG
        if not runs_a_guest(connection, "kvm"):
            return f"a trial guest did not run within {TRIAL_LIMIT_S:g} s"
    finally:
        connection.close()
    return None


def said(uri: str, virt_type: str) -> str:
    """Return in words how guests of the type run at the URI."""
    if virt_type == "kvm":
        return "KVM"
    reason = why_not(uri)
    return f"TCG (emulation): {reason or 'as configured'}"


def is_local(uri: str) -> bool:
    """Say whether the URI names this machine: ``qemu:///…``, without a host."""
    return ":///" in uri


def runs_a_guest(connection: Any, kind: str) -> bool:
    """Start a trial guest of the kind, and say whether its firmware spoke in time.

    Its serial console is read through libvirt, so that this works on other machines too.
    """
    libvirt = seam.libvirt()
    try:
        with _trial(connection, kind) as domain:
            stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
            domain.openConsole(None, stream, 0)
            deadline = time.monotonic() + TRIAL_LIMIT_S
            while time.monotonic() < deadline:
                domain.info()  # what has come for the stream is taken in with any call
                heard = stream.recv(64)
                if isinstance(heard, bytes):
                    return bool(heard)
                time.sleep(0.05)
    except libvirt.libvirtError as error:
        LOG.info("The trial guest of type %s failed: %s", kind, error)
    return False


@contextlib.contextmanager
def _trial(connection: Any, kind: str) -> Iterator[Any]:
    libvirt = seam.libvirt()
    xml = _TRIAL.format(
        kind=quoteattr(kind), uuid=uuid.uuid4(), namespace=marks.NAMESPACE[1]
    )
    domain = connection.createXML(xml, libvirt.VIR_DOMAIN_START_AUTODESTROY)
    try:
        yield domain
    finally:
        with contextlib.suppress(libvirt.libvirtError):
            domain.destroy()


def _processor_has_flag() -> bool:
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return False
    return bool(words & _FLAGS)


def _libvirt_tells_flag(connection: Any, capabilities: str) -> bool:
    """Say whether another machine's processor has the flag, perhaps by its model."""
    libvirt = seam.libvirt()
    cpu = etree.fromstring(capabilities.encode()).find("host/cpu")
    if cpu is None:
        return False
    names = {feature.get("name") for feature in cpu.iter("feature")}
    try:
        expanded = connection.baselineCPU(
            [etree.tostring(cpu, encoding="unicode")],
            libvirt.VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES,
        )
    except libvirt.libvirtError as error:
        LOG.info("What the processor's model means cannot be told: %s", error)
    else:
        root = etree.fromstring(expanded.encode())
        names |= {feature.get("name") for feature in root.iter("feature")}
    return bool(names & _FLAGS)
