"""Chooses each host's hypervisor: fake, libvirt's test driver, or a libvirt URI.

Real hosts may share one libvirt, with each other and with strangers: their guests carry
the lab's mark, in their names too.
"""

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from tracenova.lab import leftovers, parts, spec
from tracenova.lab.errors import PartMissing, SettingsError
from tracenova.lab.schema import VIRT_KIND
from tracenova.lab.settings import Settings
from tracenova.virt.host_resources import HostResources

Options = dict[str, dict[str, Any]]

_MEND = "mend: tracenova lab libvirtd up"


def kind_of(host: spec.Host, asked: str | None, narrate: Callable[[str], None]) -> str:
    """Return ``fake``, ``test`` or a libvirt URI.

    Args:
        host: what the lab says.
        asked: what the command line says; it wins.
        narrate: told when ``auto`` has to become ``fake``.

    Raises:
        SettingsError: there is no such kind.
        PartMissing: libvirt was asked for by name, and is not here.
    """
    kind = asked or host.virt
    if not re.match(VIRT_KIND, kind):
        known = "fake, test, qemu or a libvirt URI such as qemu:///system"
        raise SettingsError(f"no kind of host {kind!r}; there are {known}")
    if kind == "fake":
        return kind
    libvirt = parts.libvirt_test_driver()
    if libvirt.works:
        if kind == "qemu":
            return _local_qemu()
        return "test" if kind == "auto" else kind
    if kind == "auto":
        narrate(
            f"libvirt cannot be used ({libvirt.found}), so hosts are fake; {libvirt.mend}"
        )
        return "fake"
    raise PartMissing(f"libvirt cannot be used: {libvirt.found}; mend: {libvirt.mend}")


def is_real(kind: str) -> bool:
    """Say whether hosts of the kind run real guests, on a libvirt that others use too."""
    return kind not in ("fake", "test") and not kind.startswith("test:")


def real_ones(hosts: Iterable[spec.Host], asked: str | None) -> set[str]:
    """Return the kinds of real hosts that somebody asks for; ``auto`` never is one."""
    kinds = {asked or host.virt for host in hosts} - {"auto"}
    return set(filter(is_real, kinds))


def prepare(
    kinds: Collection[str], narrate: Callable[[str], None] = lambda _line: None
) -> None:
    """Look at every real hypervisor before anything starts.

    Removes what labs that died have left there, and tells how guests will run.

    Raises:
        PartMissing: nobody answers at a URI.
    """
    from tracenova.virt.libvirt import kvm

    for uri in sorted({kind for kind in kinds if is_real(kind)}):
        problem = parts.libvirt_problem(uri)
        if problem:
            raise PartMissing(
                f"no hypervisor answers at {uri}: {problem}; mend: start its libvirtd "
                "(tracenova lab libvirtd up starts a private one), or boot with "
                "--virt test"
            )
        reason = kvm.why_not(uri)
        how = "KVM" if reason is None else f"emulation (TCG), not KVM: {reason}"
        narrate(f"{uri}: guests run by {how}")
        for name in leftovers.remove_guests_of_the_dead(uri):
            narrate(f"{uri}: removed {name}, a guest of a lab that died")


def shared_options(kinds: Collection[str], settings: Settings) -> Options:
    """Return what every service's nova.conf says, of the lab's guests on real hosts."""
    if not any(is_real(kind) for kind in kinds):
        return {}
    prefix = settings.state_path.name.replace("_", "-").replace("%", "-")
    if not prefix.startswith("tracenova"):
        prefix = f"tracenova-{prefix}"
    return {"DEFAULT": {"instance_name_template": f"{prefix}-%08x"}}


def driver_options(
    host: spec.Host, kind: str, settings: Settings, lab: spec.Lab
) -> Options:
    """Return the nova.conf of a compute host of that kind."""
    if kind == "fake":
        return {"DEFAULT": {"compute_driver": "fake.FakeDriver"}}
    state = settings.state_path / "hosts" / host.name
    options: Options = {
        "DEFAULT": {
            "compute_driver": "libvirt.LibvirtDriver",
            "instances_path": state / "instances",
        },
        "libvirt": {"virt_type": "test", "connection_uri": kind},
    }
    if shutil.which("genisoimage") is None and shutil.which("xorrisofs"):
        options["DEFAULT"]["mkisofs_cmd"] = "xorrisofs"
    if kind == "test":
        from tracenova.virt.libvirt.testhost import write_host_xml

        size = HostResources(host.vcpus, host.memory_mb, host.disk_gb)
        options["libvirt"]["connection_uri"] = write_host_xml(state / "host.xml", size)
    elif is_real(kind):
        options["libvirt"].update(_options_of_a_real_host(host, kind, settings, lab))
    return options


def resources_of(host: spec.Host, kind: str) -> HostResources | None:
    """Return what the lab says of the host's size; None: its hypervisor is asked.

    Of libvirt's test driver, too, everything is asked but the disk, of which it knows
    nothing; the file it was started with holds the lab's numbers.
    """
    if kind in ("fake", "test") or host.override_size:
        disk_only = kind == "test"
        return HostResources(host.vcpus, host.memory_mb, host.disk_gb, disk_only)
    return None


def _options_of_a_real_host(
    host: spec.Host, uri: str, settings: Settings, lab: spec.Lab
) -> Mapping[str, Any]:
    from tracenova.virt.libvirt import kvm

    # QEMU, another user perhaps, must get as far as the guests' files
    settings.state_path.chmod(0o711)
    bridges = ",".join(
        f"{each.name}:{each.bridge}" for each in lab.networks if each.bridge
    )
    return {
        "virt_type": "qemu" if kvm.why_not(uri) else "kvm",
        "mark": leftovers.mark(lab.name, settings.state_path, host.name),
        "user_mode_network": True,
        **({"network_bridges": bridges} if bridges else {}),
    }


def _local_qemu() -> str:
    """Return the URI of the first libvirtd with QEMU that answers on this machine.

    The private one is asked first, then the machine's, then the user's own.

    Raises:
        PartMissing: none answers.
    """
    from tracenova.lab.libvirtd import PrivateLibvirtd

    for uri in (PrivateLibvirtd().uri, "qemu:///system", "qemu:///session"):
        if not parts.libvirt_problem(uri):
            return uri
    raise PartMissing(f"no libvirtd with QEMU answers on this machine; {_MEND}")
