"""Values of a host's nova.conf that would only be noticed when a guest is made."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from oslo_versionedobjects import fields

from tracenova.conf import CONF
from tracenova.lab.errors import SettingsError
from tracenova.objects.instance import Instance

CACHE_MODES: Final = (
    *("none", "writethrough", "writeback", "directsync", "unsafe", "default"),
)
DISK_PREFIXES: Final = ("fd", "hd", "sd", "ubd", "vd", "xvd")
_VIRT_TYPES: Final[Mapping[str, Sequence[str]]] = {
    "test": ("test", "kvm", "qemu"),  # whatever is asked for: guests are test
    "qemu": ("kvm", "qemu"),
}


def check_instance_names() -> None:
    """Every server must have a name of its own on its hypervisor.

    Raises:
        SettingsError: it cannot be made of the template.
    """
    template = str(CONF.instance_name_template)
    try:
        names = {_name(template, number) for number in (1, 2)}
    except (TypeError, ValueError) as error:
        problem = f"{template!r} cannot be filled: {error}"
    else:
        if len(names) == 2 and all(names):
            return
        problem = f"{template!r} gives every server the same name"
    problem += "; write for instance instance-%08x or %(uuid)s"
    raise SettingsError(problem, "DEFAULT", "instance_name_template")


def _name(template: str, number: int) -> str:
    """Fill the template as Instance.name does: an id, or else a field of the server."""
    try:
        return str(template % number)
    except TypeError:
        sample = {
            name: number if isinstance(field, fields.IntegerField) else str(number)
            for name, field in Instance.fields.items()
        }
    try:
        return str(template % sample)
    except KeyError:
        return str(number)  # its uuid


def check_libvirt() -> None:
    """What the libvirt driver puts into a guest's definition must mean something there.

    Raises:
        SettingsError: naming the option, and what is wrong with its value.
    """
    if CONF.compute_driver != "libvirt.LibvirtDriver":
        return
    _check_virt_type()
    _check_cpu()
    _check_disks()
    _check_folder()


def _check_virt_type() -> None:
    found = CONF.libvirt.virt_type
    scheme = urlsplit(CONF.libvirt.connection_uri or "").scheme.partition("+")[0]
    known = _VIRT_TYPES.get(scheme, (found,))
    if found not in known:
        problem = f"no {found!r} guests at {scheme}:; write {' or '.join(known)}"
        raise SettingsError(problem, "libvirt", "virt_type")


def _check_cpu() -> None:
    """A model is named for cpu_mode custom, and for no other.

    Nova: nova/virt/libvirt/driver.py LibvirtDriver._get_guest_cpu_model_config
    """
    mode, model = CONF.libvirt.cpu_mode, CONF.libvirt.cpu_model
    if mode == "custom" and not model:
        problem = "cpu_mode is custom, and no model is named"
        raise SettingsError(problem, "libvirt", "cpu_model")
    if mode != "custom" and model:
        problem = f"{model!r} means nothing unless cpu_mode is custom"
        raise SettingsError(problem, "libvirt", "cpu_model")


def _check_disks() -> None:
    for entry in CONF.libvirt.disk_cachemodes:
        kind, equals, mode = entry.partition("=")
        if not (kind and equals and mode in CACHE_MODES):
            known = ", ".join(CACHE_MODES)
            problem = f"{entry!r} is not KIND=MODE with a mode of {known}"
            raise SettingsError(problem, "libvirt", "disk_cachemodes")
    for entry in CONF.libvirt.hw_machine_type or ():
        arch, _equals, machine = entry.partition("=")
        if not (arch and machine):
            problem = f"{entry!r} is not ARCHITECTURE=MACHINE"
            raise SettingsError(problem, "libvirt", "hw_machine_type")
    prefix = CONF.libvirt.disk_prefix
    if prefix and prefix not in DISK_PREFIXES:
        problem = f"no device is called {prefix}a; there are {', '.join(DISK_PREFIXES)}"
        raise SettingsError(problem, "libvirt", "disk_prefix")
    if CONF.force_config_drive and CONF.config_drive_format != "iso9660":
        problem = f"{CONF.config_drive_format} drives cannot be made here; iso9660"
        raise SettingsError(problem, "DEFAULT", "config_drive_format")


def _check_folder() -> None:
    """The folder of guests' disks is there, or can be made."""
    path = Path(CONF.instances_path)
    there = next((each for each in (path, *path.parents) if each.exists()), path)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return
    problem = f"{path} cannot be used: {there} is no folder that can be written"
    raise SettingsError(problem, "DEFAULT", "instances_path")
