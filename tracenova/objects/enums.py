"""The words that Nova accepts: architectures, buses, states, policies.

One class a vocabulary; ``ALL`` lists it. Older spellings are turned into today's.

Nova: nova/objects/fields.py [the Enum classes], nova/compute/{arch,hv_type,vm_mode,
cpumodel}.py. Left out: image signatures' algorithms beyond their names.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from oslo_versionedobjects import fields


class BaseNovaEnum(fields.Enum):
    """One of the words in ``ALL``.

    Attributes:
        ALL: the words.
        LEGACY: older spellings and what they mean now.
        CASELESS: whether upper case is accepted.
    """

    ALL: ClassVar[Sequence[str]] = ()
    LEGACY: ClassVar[dict[str, str]] = {}
    CASELESS: ClassVar[bool] = False

    def __init__(self, **kwargs: Any) -> None:
        del kwargs
        super().__init__(valid_values=list(self.ALL))

    @classmethod
    def canonicalize(cls, value: str | None) -> str | None:
        """Return today's spelling of the word; unknown words pass unchanged."""
        if value is None:
            return None
        word = str(value).lower() if cls.CASELESS else str(value)
        return cls.LEGACY.get(word, word)

    @classmethod
    def is_valid(cls, value: str | None) -> bool:
        """Say whether the word is one of the vocabulary."""
        return value in cls.ALL

    def coerce(self, obj: Any, attr: str, value: Any) -> Any:
        """Check one value, in today's spelling."""
        if self.CASELESS or self.LEGACY:
            value = self.canonicalize(value)
        return super().coerce(obj, attr, value)


class Architecture(BaseNovaEnum):
    """Processor architecture of a host or image."""

    CASELESS = True
    I686, X86_64, PPC64, PPC64LE = "i686", "x86_64", "ppc64", "ppc64le"
    AARCH64, ARMV7, S390X = "aarch64", "armv7l", "s390x"
    LEGACY = {
        "i386": I686,
        "i486": I686,
        "i586": I686,
        "x86_32": I686,
        "x86_32p": I686,
        "amd64": X86_64,
    }
    ALL = (
        *("alpha", "armv6", "armv7l", "armv7b", "aarch64", "cris", "i686", "ia64"),
        *("lm32", "m68k", "microblaze", "microblazeel", "mips", "mipsel", "mips64"),
        *("mips64el", "openrisc", "parisc", "parisc64", "ppc", "ppcle", "ppc64"),
        *("ppc64le", "ppcemb", "s390", "s390x", "sh4", "sh4eb", "sparc", "sparc64"),
        *("unicore32", "x86_64", "xtensa", "xtensaeb"),
    )


class BlockDeviceDestinationType(BaseNovaEnum):
    """Where a block device lives."""

    LOCAL, VOLUME = "local", "volume"
    ALL = (LOCAL, VOLUME)


class BlockDeviceSourceType(BaseNovaEnum):
    """What a block device is made from."""

    BLANK, IMAGE, SNAPSHOT, VOLUME = "blank", "image", "snapshot", "volume"
    ALL = (BLANK, IMAGE, SNAPSHOT, VOLUME)


class BlockDeviceType(BaseNovaEnum):
    """What the guest takes a block device for."""

    CDROM, DISK, FLOPPY, FS, LUN = "cdrom", "disk", "floppy", "fs", "lun"
    ALL = (CDROM, DISK, FLOPPY, FS, LUN)


class ConfigDrivePolicy(BaseNovaEnum):
    """Whether an image needs a config drive."""

    OPTIONAL, MANDATORY = "optional", "mandatory"
    ALL = (OPTIONAL, MANDATORY)


class CPUAllocationPolicy(BaseNovaEnum):
    """Whether guest CPUs get host CPUs of their own."""

    DEDICATED, SHARED = "dedicated", "shared"
    ALL = (DEDICATED, SHARED)


class CPUThreadAllocationPolicy(BaseNovaEnum):
    """How guest CPUs use the host's hyperthreads."""

    PREFER, ISOLATE, REQUIRE = "prefer", "isolate", "require"
    ALL = (PREFER, ISOLATE, REQUIRE)


class CPUMode(BaseNovaEnum):
    """Which CPU model the guest sees."""

    CUSTOM, HOST_MODEL = "custom", "host-model"
    HOST_PASSTHROUGH = "host-passthrough"
    ALL = (CUSTOM, HOST_MODEL, HOST_PASSTHROUGH)


class CPUMatch(BaseNovaEnum):
    """How closely the host's CPU must match."""

    MINIMUM, EXACT, STRICT = "minimum", "exact", "strict"
    ALL = (MINIMUM, EXACT, STRICT)


class CPUFeaturePolicy(BaseNovaEnum):
    """What to do with one CPU feature."""

    FORCE, REQUIRE, OPTIONAL = "force", "require", "optional"
    DISABLE, FORBID = "disable", "forbid"
    ALL = (FORCE, REQUIRE, OPTIONAL, DISABLE, FORBID)


class DiskBus(BaseNovaEnum):
    """The bus that a disk hangs on."""

    FDC, IDE, SATA, SCSI, USB = "fdc", "ide", "sata", "scsi", "usb"
    VIRTIO, XEN, LXC, UML = "virtio", "xen", "lxc", "uml"
    ALL = (FDC, IDE, SATA, SCSI, USB, VIRTIO, XEN, LXC, UML)


class FirmwareType(BaseNovaEnum):
    """What starts the guest."""

    UEFI, BIOS = "uefi", "bios"
    ALL = (UEFI, BIOS)


class HVType(BaseNovaEnum):
    """Kind of hypervisor."""

    CASELESS = True
    KVM, QEMU, FAKE, TEST, XEN, LXC = "kvm", "qemu", "fake", "test", "xen", "lxc"
    LEGACY = {"xapi": XEN}
    ALL = (
        *("baremetal", "bhyve", "docker", "fake", "hyperv", "ironic", "kqemu", "kvm"),
        *("lxc", "lxd", "openvz", "parallels", "phyp", "qemu", "test", "uml", "vbox"),
        *("vz", "vmware", "xen", "zvm"),
    )


class ImageSignatureHashType(BaseNovaEnum):
    """Hash that an image's signature was made with."""

    ALL = ("SHA-224", "SHA-256", "SHA-384", "SHA-512")


class ImageSignatureKeyType(BaseNovaEnum):
    """Key that an image's signature was made with."""

    ALL = (
        *("DSA", "ECC_SECT571K1", "ECC_SECT409K1", "ECC_SECT571R1"),
        *("ECC_SECT409R1", "ECC_SECP521R1", "ECC_SECP384R1", "RSA-PSS"),
    )


class MonitorMetricType(BaseNovaEnum):
    """What a compute node's monitor measures."""

    CPU_FREQUENCY = "cpu.frequency"
    CPU_USER_PERCENT, CPU_KERNEL_PERCENT = "cpu.user.percent", "cpu.kernel.percent"
    CPU_IDLE_PERCENT, CPU_IOWAIT_PERCENT = "cpu.idle.percent", "cpu.iowait.percent"
    CPU_PERCENT = "cpu.percent"
    ALL = (
        *("cpu.frequency", "cpu.user.time", "cpu.kernel.time", "cpu.idle.time"),
        *("cpu.iowait.time", "cpu.user.percent", "cpu.kernel.percent"),
        *("cpu.idle.percent", "cpu.iowait.percent", "cpu.percent"),
        *("numa.membw.max", "numa.membw.current"),
    )


class NotificationAction(BaseNovaEnum):
    """What happened to the thing a notification is about."""

    UPDATE, EXCEPTION, DELETE = "update", "exception", "delete"
    CREATE = "create"
    ALL = (
        *("update", "exception", "delete", "pause", "unpause", "resize"),
        *("volume_swap", "suspend", "power_on", "reboot", "shutdown", "snapshot"),
        *("add_fixed_ip", "power_off", "shelve", "resume", "restore", "create"),
    )


class NotificationPhase(BaseNovaEnum):
    """Whether the thing begins, has ended, or failed."""

    START, END, ERROR = "start", "end", "error"
    ALL = (START, END, ERROR)


class NotificationPriority(BaseNovaEnum):
    """How urgent a notification is."""

    INFO, ERROR, WARN, DEBUG = "info", "error", "warn", "debug"
    ALL = ("audit", "critical", DEBUG, INFO, ERROR, "sample", WARN)


class OSType(BaseNovaEnum):
    """Family of the guest's operating system."""

    CASELESS = True
    LINUX, WINDOWS = "linux", "windows"
    ALL = (LINUX, WINDOWS)


class PciDeviceStatus(BaseNovaEnum):
    """Whether a PCI device is free."""

    AVAILABLE, CLAIMED, ALLOCATED = "available", "claimed", "allocated"
    REMOVED, DELETED = "removed", "deleted"
    UNAVAILABLE, UNCLAIMABLE = "unavailable", "unclaimable"
    ALL = (
        *(AVAILABLE, CLAIMED, ALLOCATED, REMOVED, DELETED, UNAVAILABLE, UNCLAIMABLE),
    )


class PciDeviceType(BaseNovaEnum):
    """Whole device, physical function or virtual function."""

    STANDARD, SRIOV_PF, SRIOV_VF = "type-PCI", "type-PF", "type-VF"
    ALL = (STANDARD, SRIOV_PF, SRIOV_VF)


class PointerModelType(BaseNovaEnum):
    """The guest's pointing device."""

    USBTABLET = "usbtablet"
    ALL = (USBTABLET,)


class ResourceClass(BaseNovaEnum):
    """What placement counts."""

    VCPU, MEMORY_MB, DISK_GB = "VCPU", "MEMORY_MB", "DISK_GB"
    ALL = (
        *(VCPU, MEMORY_MB, DISK_GB, "PCI_DEVICE", "SRIOV_NET_VF", "NUMA_SOCKET"),
        *("NUMA_CORE", "NUMA_THREAD", "NUMA_MEMORY_MB", "IPV4_ADDRESS"),
    )


class RNGModel(BaseNovaEnum):
    """The guest's source of randomness."""

    VIRTIO = "virtio"
    ALL = (VIRTIO,)


class SCSIModel(BaseNovaEnum):
    """The guest's SCSI controller."""

    CASELESS = True
    LEGACY = {"lsilogicsas": "lsisas1068", "paravirtual": "vmpvscsi"}
    VIRTIO_SCSI = "virtio-scsi"
    ALL = (
        *("buslogic", "ibmvscsi", "lsilogic", "lsisas1068", "lsisas1078"),
        *("virtio-scsi", "vmpvscsi"),
    )


class SecureBoot(BaseNovaEnum):
    """Whether only signed systems may start."""

    REQUIRED, DISABLED, OPTIONAL = "required", "disabled", "optional"
    ALL = (REQUIRED, DISABLED, OPTIONAL)


class VideoModel(BaseNovaEnum):
    """The guest's graphics card."""

    ALL = ("cirrus", "qxl", "vga", "vmvga", "xen")


class VIFModel(BaseNovaEnum):
    """The guest's network card."""

    CASELESS = True
    LEGACY = {
        "virtuale1000": "e1000",
        "virtuale1000e": "e1000e",
        "virtualpcnet32": "pcnet",
        "virtualsriovethernetcard": "sriov",
        "virtualvmxnet": "VirtualVmxnet",
        "virtualvmxnet3": "VirtualVmxnet3",
    }
    ALL = (
        *("virtio", "ne2k_pci", "pcnet", "rtl8139", "e1000", "e1000e", "netfront"),
        *("spapr-vlan", "lan9118", "sriov", "VirtualVmxnet", "VirtualVmxnet3"),
    )


class VMMode(BaseNovaEnum):
    """What the guest believes to run on."""

    CASELESS = True
    HVM, XEN, UML, EXE = "hvm", "xen", "uml", "exe"
    LEGACY = {"pv": XEN, "hv": HVM, "baremetal": HVM}
    ALL = (HVM, XEN, UML, EXE)


class WatchdogAction(BaseNovaEnum):
    """What happens when the guest stops answering its watchdog."""

    NONE, PAUSE, POWEROFF, RESET = "none", "pause", "poweroff", "reset"
    ALL = (NONE, PAUSE, POWEROFF, RESET)
