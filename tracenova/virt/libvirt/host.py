"""The connection to libvirt, and the guests behind it.

Every request is a span ``libvirt.<call>``, see seam.py; looking a guest up is none.

Nova: nova/virt/libvirt/host.py. Left out: secrets, node devices, disabling the service
while the connection is lost.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt import event as virtevent
from tracenova.virt.libvirt import marks, seam
from tracenova.virt.libvirt.events import EventLoop
from tracenova.virt.libvirt.guest import Guest
from tracenova.virt.libvirt.seam import libvirt, traced

LOG = logging.getLogger(__name__)

KEEPALIVE_INTERVAL_S, KEEPALIVE_COUNT = 5, 3


class Host:
    """One hypervisor.

    Args:
        uri: libvirt's address of it, ``test:///FILE`` or ``qemu:///system``.
        lifecycle_event_handler: called with each change of a guest.

    Attributes:
        acceleration: how guests run, told with each start; None: nobody asks.

    Nova: nova/virt/libvirt/host.py Host
    """

    def __init__(
        self,
        uri: str,
        lifecycle_event_handler: Callable[[virtevent.LifecycleEvent], None]
        | None = None,
    ) -> None:
        self._uri = uri
        self._handler = lifecycle_event_handler
        self._lock = threading.Lock()
        self._connection: Any = None
        self._events: EventLoop | None = None
        self.acceleration: str | None = None

    @property
    def is_test(self) -> bool:
        """Whether this is libvirt's mock hypervisor."""
        return self._uri.startswith("test:")

    def is_cpu_control_policy_capable(self) -> bool:
        """Say whether guests can be given shares of the processors.

        An ordinary user's own libvirt (``qemu:///session``) refuses such a guest.

        Nova: nova/virt/libvirt/host.py Host.is_cpu_control_policy_capable, which looks
        for the kernel's control groups
        """
        return not urlsplit(self._uri).path.endswith("/session")

    def initialize(self) -> None:
        """Open the connection and listen for lifecycle events."""
        if self._handler is not None:
            self._events = EventLoop(libvirt(), self._handler, self._has_guest)
        self.get_connection()

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._events is not None:
                self._events.close()
            if self._connection is not None:
                with contextlib.suppress(libvirt().libvirtError):
                    self._connection.close()
            self._connection = None

    def get_connection(self) -> Any:
        """Return the connection: opened on first use, and anew after it broke.

        Raises:
            HypervisorUnavailable: libvirt cannot be reached at the URI.

        Nova: nova/virt/libvirt/host.py Host.get_connection
        """
        with self._lock:
            try:
                if self._connection is None or not _test_connection(self._connection):
                    self._connection = self._get_new_connection()
            except libvirt().libvirtError as error:
                self._connection = None
                LOG.error("Connection to libvirt failed: %s", error)
                raise exception.HypervisorUnavailable(host=self._uri) from error
            return self._connection

    def _get_new_connection(self) -> Any:
        LOG.debug("Connecting to libvirt: %s", self._uri)
        connection = seam.open_connection(self._uri)
        if not self.is_test:
            connection.setKeepAlive(KEEPALIVE_INTERVAL_S, KEEPALIVE_COUNT)
        if self._events is not None:
            self._events.watch(connection)
        return connection

    # --- guests ---------------------------------------------------------------

    def get_guest(self, instance: Any) -> Guest:
        """Return the instance's guest.

        Raises:
            InstanceNotFound: there is none, or one of that uuid that is not Nova's.
        """
        return Guest(self, self._get_domain(instance))

    def _get_domain(self, instance: Any) -> Any:
        connection = self.get_connection()
        try:
            domain = connection.lookupByUUIDString(instance.uuid)
        except libvirt().libvirtError as error:
            if error.get_error_code() == libvirt().VIR_ERR_NO_DOMAIN:
                raise exception.InstanceNotFound(instance_id=instance.uuid) from None
            raise exception.InternalError(
                f"Error from libvirt while looking up {instance.uuid}: {error}"
            ) from error
        if domain.name() != instance.name or not _is_ours(domain):
            LOG.error("Domain %s is not Nova's: it is left alone", instance.uuid)
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        return domain

    def _has_guest(self, uuid: str) -> bool:
        """Say whether the guest is this host's: on a shared libvirt all hear of all."""
        if not CONF.libvirt.mark:
            return True
        try:
            return _is_ours(self.get_connection().lookupByUUIDString(uuid))
        except libvirt().libvirtError:
            return False

    def list_guests(self) -> list[Guest]:
        """Return Nova's guests; other people's domains are not seen."""
        return [
            Guest(self, domain)
            for domain in self.get_connection().listAllDomains()
            if _is_ours(domain)
        ]

    def write_instance_config(self, xml: str) -> Guest:
        """Define a guest, or change its definition."""
        with traced("defineXML", domain_xml=xml):
            return Guest(self, self.get_connection().defineXML(xml))

    # --- the machine ----------------------------------------------------------

    def get_cpu_count(self) -> int:
        """Return the number of processors."""
        return int(self.get_connection().getInfo()[2])

    def get_processor(self) -> tuple[str, int, int, int]:
        """Return its kind, and how many sockets, cores of each, threads of each."""
        found = self.get_connection().getInfo()
        return str(found[0]), int(found[5]), int(found[6]), int(found[7])

    def get_memory_mb_total(self) -> int:
        """Return the memory, MB."""
        return int(self.get_connection().getInfo()[1])

    def get_driver_type(self) -> str:
        """Return the hypervisor's name: ``QEMU``, ``TEST``."""
        return str(self.get_connection().getType())

    def get_version(self) -> int:
        """Return the hypervisor's version as one number."""
        return int(self.get_connection().getVersion())

    def get_capabilities(self) -> Any:
        """Return libvirt's description of the host, parsed."""
        return etree.fromstring(self.get_connection().getCapabilities().encode())

    def supported_instances(self) -> list[tuple[str, str, str]]:
        """Return what guests it can run: (architecture, hypervisor, mode)."""
        found = [
            (
                guest.find("arch").get("name"),
                domain.get("type"),
                guest.findtext("os_type"),
            )
            for guest in self.get_capabilities().findall("guest")
            for domain in guest.findall("arch/domain")
        ]
        return list(dict.fromkeys(found))


def _is_ours(domain: Any) -> bool:
    """Say whether the domain is this host's guest; one that is gone by now is not."""
    try:
        return marks.is_ours(domain.XMLDesc(0), CONF.libvirt.mark)
    except libvirt().libvirtError as error:
        if error.get_error_code() == libvirt().VIR_ERR_NO_DOMAIN:
            return False
        raise


def _test_connection(connection: Any) -> bool:
    """Say whether libvirt still answers.

    Nova: nova/virt/libvirt/host.py Host._test_connection
    """
    module = libvirt()
    try:
        connection.getLibVersion()
    except module.libvirtError as error:
        codes = (module.VIR_ERR_SYSTEM_ERROR, module.VIR_ERR_INTERNAL_ERROR)
        domains = (module.VIR_FROM_REMOTE, module.VIR_FROM_RPC)
        if error.get_error_code() in codes and error.get_error_domain() in domains:
            LOG.debug("Connection to libvirt broke")
            return False
        raise
    return True
