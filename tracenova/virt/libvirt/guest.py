"""One guest of libvirt, and what can be done to it.

Nova: nova/virt/libvirt/guest.py (changes of its devices in guest_devices.py). Left out:
migration, snapshots, block jobs.
"""

import logging
from typing import TYPE_CHECKING, Any

from tracenova import exception
from tracenova.compute import power_state
from tracenova.virt import hardware
from tracenova.virt.libvirt import seam
from tracenova.virt.libvirt.guest_devices import GuestDevices

if TYPE_CHECKING:
    from tracenova.virt.libvirt.host import Host

LOG = logging.getLogger(__name__)

# virDomainState, in libvirt's order
LIBVIRT_POWER_STATE = {
    0: power_state.NOSTATE,
    1: power_state.RUNNING,
    2: power_state.RUNNING,  # blocked: waits for its devices
    3: power_state.PAUSED,
    4: power_state.SHUTDOWN,  # shutting down
    5: power_state.SHUTDOWN,
    6: power_state.CRASHED,
    7: power_state.SUSPENDED,
}


class Guest(GuestDevices):
    """A domain of libvirt.

    Args:
        host: where it runs.
        domain: libvirt's object.

    Nova: nova/virt/libvirt/guest.py Guest
    """

    def __init__(self, host: "Host", domain: Any) -> None:
        self._host = host
        self._domain = domain

    @classmethod
    def create(cls, xml: str, host: "Host") -> "Guest":
        """Define a guest; it does not run yet."""
        return host.write_instance_config(xml)

    @property
    def uuid(self) -> str:
        """Its uuid: the instance's."""
        return str(self._domain.UUIDString())

    @property
    def name(self) -> str:
        """Its name: ``instance-00000001``."""
        return str(self._domain.name())

    def get_xml_desc(self) -> str:
        """Return the definition as libvirt has it now."""
        return str(self._domain.XMLDesc(0))

    def launch(self, pause: bool = False) -> None:
        """Start the guest, its processors stopped if ``pause``.

        Libvirt's test driver knows no START_PAUSED: there the guest is started and
        suspended in one go, which looks the same from outside.
        """
        flags = seam.libvirt().VIR_DOMAIN_START_PAUSED if pause else 0
        said = (
            {"acceleration": self._host.acceleration} if self._host.acceleration else {}
        )
        with seam.traced(
            "createWithFlags", uuid=self.uuid, flags=flags, pause=pause, **said
        ):
            if self._host.is_test:
                self._domain.createWithFlags(0)
                if pause:
                    self._domain.suspend()
            else:
                self._domain.createWithFlags(flags)

    def resume(self) -> None:
        """Let a paused guest go on."""
        self._act("resume")

    def pause(self) -> None:
        """Stop the guest's processors."""
        self._act("suspend")

    def save_memory_state(self) -> None:
        """Save the guest's memory to disk, and stop it; its next start goes on there."""
        with seam.traced("managedSave", uuid=self.uuid):
            self._domain.managedSave(0)

    def forget_memory_state(self) -> None:
        """Let the guest's next start be a fresh one, if its memory was saved."""
        if self._domain.hasManagedSaveImage(0):
            with seam.traced("managedSaveRemove", uuid=self.uuid):
                self._domain.managedSaveRemove(0)

    def poweroff(self) -> None:
        """Pull the guest's plug; one that has gone off by itself meanwhile is off, too.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._destroy
        """
        libvirt = seam.libvirt()
        try:
            self._act("destroy")
        except libvirt.libvirtError as error:
            invalid = error.get_error_code() == libvirt.VIR_ERR_OPERATION_INVALID
            if not invalid or self.is_active():
                raise
            LOG.info("Guest %s was off already", self.uuid)

    def shutdown(self) -> None:
        """Ask the guest to switch itself off."""
        self._act("shutdown")

    def delete_configuration(self) -> None:
        """Make libvirt forget the guest; one that it has forgotten already is no hindrance.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._undefine_domain
        """
        libvirt = seam.libvirt()
        try:
            with seam.traced("undefine", uuid=self.uuid):
                # with its memory, if it was suspended
                if self._domain.hasManagedSaveImage(0):
                    flag = libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
                    self._domain.undefineFlags(flag)
                else:
                    self._domain.undefine()
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
                raise
            LOG.debug("Guest %s has no definition any more", self.uuid)

    def _act(self, call: str) -> None:
        with seam.traced(call, uuid=self.uuid):
            getattr(self._domain, call)()

    def get_power_state(self, host: "Host") -> int | None:
        """Return whether it runs, is paused, or is off."""
        return self.get_info(host).state

    def is_active(self) -> bool:
        """Say whether it runs or is paused."""
        return bool(self._domain.isActive())

    def get_info(self, host: "Host") -> hardware.InstanceInfo:
        """Return its state, memory, processors.

        Raises:
            InstanceNotFound: it is gone meanwhile.
            InternalError: libvirt cannot say.
        """
        libvirt = seam.libvirt()
        try:
            with seam.traced("get_info", uuid=self.uuid):
                state, max_mem_kb, mem_kb, num_cpu, cpu_time_ns = self._domain.info()
        except libvirt.libvirtError as error:
            if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                raise exception.InstanceNotFound(instance_id=self.uuid) from None
            raise exception.InternalError(
                f"Error from libvirt while getting domain info for {self.name}: {error}"
            ) from error
        return hardware.InstanceInfo(
            state=LIBVIRT_POWER_STATE[state],
            max_mem_kb=max_mem_kb,
            mem_kb=mem_kb,
            num_cpu=num_cpu,
            cpu_time_ns=cpu_time_ns,
            id=self._domain.ID(),
        )
