"""Whether KVM really runs a guest here: a /dev/kvm that opens is no proof.

Asked once per URI: the processor must have the flag, libvirt must offer the type, and a
guest of a few MB, started for the purpose, must get as far as its firmware's first words.
Elsewhere guests run by emulation (TCG), and every start says so.

Nova has no such module: there an administrator sets virt_type.
"""

import contextlib
import functools
import logging
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from tracenova.virt.libvirt import marks, seam

LOG = logging.getLogger(__name__)

TRIAL_LIMIT_S: Final = 3.0
_TRIAL = """
<domain type={kind}>
  <name>tracenova-trial-{uuid}</name>
  <uuid>{uuid}</uuid>
  <metadata><t:owner xmlns:t="{namespace}" mark="trial"/></metadata>
  <memory unit="MiB">32</memory>
  <os><type arch="x86_64" machine="pc">hvm</type><bios useserial="yes"/></os>
  <devices>
    <serial type="file"><source path={log}/></serial>
    <memballoon model="none"/>
  </devices>
</domain>
"""


@functools.cache
def why_not(uri: str) -> str | None:
    """Return why guests at the URI cannot have KVM; None: they can."""
    local = is_local(uri)
    if local and not _processor_has_flag():
        return "the processor has no vmx or svm flag"
    libvirt = seam.libvirt()
    connection = libvirt.open(uri)
    try:
        if "<domain type='kvm'" not in connection.getCapabilities():
            return "libvirt does not offer it"
        if local and not runs_a_guest(connection, "kvm"):
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
    """Start a trial guest of the kind, and say whether its firmware spoke in time."""
    with tempfile.TemporaryDirectory(prefix="tracenova-trial-") as folder:
        log = Path(folder) / "console.log"
        with _trial(connection, kind, log):
            deadline = time.monotonic() + TRIAL_LIMIT_S
            while time.monotonic() < deadline:
                if log.exists() and log.stat().st_size:
                    return True
                time.sleep(0.05)
        return False


@contextlib.contextmanager
def _trial(connection: Any, kind: str, log: Path) -> Iterator[None]:
    libvirt = seam.libvirt()
    xml = _TRIAL.format(
        kind=quoteattr(kind),
        uuid=uuid.uuid4(),
        namespace=marks.NAMESPACE[1],
        log=quoteattr(str(log)),
    )
    domain = None
    try:
        domain = connection.createXML(xml, libvirt.VIR_DOMAIN_START_AUTODESTROY)
    except libvirt.libvirtError as error:
        LOG.info("The trial guest of type %s was refused: %s", kind, error)
    try:
        yield
    finally:
        if domain is not None:
            with contextlib.suppress(libvirt.libvirtError):
                domain.destroy()


def _processor_has_flag() -> bool:
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return False
    return bool(words & {"vmx", "svm"})
