"""What a lab file says, as plain data."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Host:
    """One compute host.

    Attributes:
        name: host name, and the name of its only node.
        memory_mb: memory in MB.
        vcpus: number of physical CPUs.
        disk_gb: local disk in GB.
        virt: ``auto`` (libvirt's test driver if libvirt-python is there, else fake),
            ``fake``, ``test``, ``qemu`` (whichever libvirtd answers on this machine),
            or a libvirt URI.
        override_size: report the numbers above though the host is real; else a real
            host reports what its hypervisor says.
        az: availability zone; None: the default zone.
        disabled: its nova-compute service is disabled by an administrator.
        conf: this host's own nova.conf, group → option → value.
    """

    name: str
    memory_mb: int = 16384
    vcpus: int = 8
    disk_gb: int = 100
    virt: str = "auto"
    override_size: bool = False
    az: str | None = None
    disabled: bool = False
    conf: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A named set of hosts with metadata."""

    name: str
    hosts: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flavor:
    """A size of server: MB of memory and swap, GB of disk."""

    name: str
    memory_mb: int
    vcpus: int = 1
    disk_gb: int = 0
    ephemeral_gb: int = 0
    swap_mb: int = 0
    extra_specs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """An image in glance; its data are ``size_kb`` of zeros unless a file is named.

    Where hosts are real, an image without a file of its own is the tiny guest.
    """

    name: str
    size_kb: int = 64
    file: str | None = None
    disk_format: str = "raw"
    min_disk_gb: int = 0
    min_ram_mb: int = 0
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Network:
    """A network with one subnet.

    Attributes:
        bridge: where real guests are plugged: a Linux bridge, or ``network/NAME`` of
            libvirt; None: QEMU itself is their network.
    """

    name: str
    cidr: str = "10.0.0.0/24"
    shared: bool = False
    bridge: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        kind: ``resources-taken`` (memory on the host is used by something nova does not
            know of, since the last audit), ``dead`` (nova-compute died, its last
            heartbeat is ``age_s`` old), ``vif-plug`` (the L2 agent reports failure, or
            nothing when ``silent``), ``message`` (the bus drops, delays or duplicates
            the first ``times`` messages of ``method``, or gathers them: none goes on
            before all are there; ``until`` a message of that method, the others
            wait for the first), ``killed`` (``service`` is killed when the first
            message of ``method`` has been taken; without a method before anything is
            asked; started again ``back_s`` seconds later, None: never).
    """

    kind: str
    host: str | None = None
    memory_mb: int = 0
    age_s: int = 120
    silent: bool = False
    method: str = ""
    action: str = "drop"
    delay_s: float = 0.0
    times: int = 1
    until: str = ""
    service: str = ""
    back_s: float | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """How the controllers differ from one of each, all of this release.

    Attributes:
        schedulers: how many nova-schedulers run.
        versions: endpoint (``scheduler``, ``compute_task``, ``compute``) → the newest
            RPC version that it accepts: a service of an older release.
    """

    schedulers: int = 1
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """What ``tracenova boot`` asks for unless told otherwise.

    Attributes:
        volume_gb: boot from a new volume of that size, made of the image; None: from
            the image itself.
        requests: how often to ask, one request after the other, without waiting for
            the servers.
    """

    name: str = "demo"
    flavor: str = "m1.small"
    image: str = "guest"
    network: str = "auto"
    count: int = 1
    az: str | None = None
    group_policy: str | None = None
    hints: dict[str, str] = field(default_factory=dict)
    volume_gb: int | None = None
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Lab:
    """A whole small cloud.

    Attributes:
        service_password: of the users nova and neutron; None: made anew for each
            cloud. Processes on several machines need one that is named.
        source: the file it was read from, for error messages; empty: none.
    """

    name: str
    title: str = ""
    about: str = ""
    seed: int = 1
    hosts: tuple[Host, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    flavors: tuple[Flavor, ...] = ()
    images: tuple[Image, ...] = ()
    networks: tuple[Network, ...] = ()
    quotas: dict[str, int] = field(default_factory=dict)
    conf: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: Services = field(default_factory=Services)
    faults: tuple[Fault, ...] = ()
    request: Request = Request()
    service_password: str | None = field(default=None, repr=False)
    source: str = ""
