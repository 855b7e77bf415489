"""Which name a disk gets in the guest: /dev/vda, /dev/vdb and so on.

Nova: nova/compute/utils.py, its functions about device names; Xen's special cases
are left out.
"""

import itertools
import string
from collections.abc import Iterable
from typing import Any

from tracenova import block_device, exception, objects
from tracenova.context import RequestContext


def get_device_name_for_instance(
    instance: Any, bdms: Iterable[Any], device: str | None
) -> str:
    """Check the wanted name against those in use, or choose one.

    Nova: nova/compute/utils.py get_device_name_for_instance
    """
    taken = [bdm.device_name for bdm in bdms if bdm.device_name]
    if instance.root_device_name:
        taken.append(instance.root_device_name)
    return get_next_device_name(instance, taken, instance.root_device_name, device)


def default_device_names_for_instance(
    instance: Any, root_device_name: str, *block_device_lists: Iterable[Any]
) -> None:
    """Give every block device without a name the next free one, and save it.

    Nova: nova/compute/utils.py default_device_names_for_instance
    """
    bdms = list(itertools.chain(*block_device_lists))
    taken = [bdm.device_name for bdm in bdms if bdm.device_name]
    if root_device_name not in taken:
        taken.append(root_device_name)
    for bdm in bdms:
        if not bdm.device_name:
            bdm.device_name = get_next_device_name(instance, taken, root_device_name)
            bdm.save()
            taken.append(bdm.device_name)


def get_next_device_name(
    instance: Any,
    device_name_list: Iterable[str],
    root_device_name: str | None = None,
    device: str | None = None,
) -> str:
    """Return the next free device name on the root device's bus.

    Args:
        instance: whose disk it is.
        device_name_list: names in use.
        root_device_name: its prefix (``/dev/vd``) is the prefix of the result.
        device: a wanted name; only its letter counts.

    Raises:
        InvalidDevicePath: a name is not of the form ``/dev/vdb``.
        DevicePathInUse: the wanted letter is taken.

    Nova: nova/compute/utils.py get_next_device_name
    """
    wanted_letter = _parse(device)[1] if device else None
    root = root_device_name or block_device.DEFAULT_ROOT_DEV_NAME
    prefix = _parse(f"/dev/{block_device.strip_dev(root)}")[0]
    used = {str(block_device.get_device_letter(name)) for name in device_name_list}
    letter = wanted_letter or _get_unused_letter(used)
    if letter in used:
        raise exception.DevicePathInUse(path=device)
    return f"{prefix}{letter}"


def get_root_bdm(context: RequestContext, instance: Any, bdms: Any = None) -> Any:
    """Return the block device that the instance boots from.

    Nova: nova/compute/utils.py get_root_bdm
    """
    if bdms is None:
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
    return bdms.root_bdm()


def is_volume_backed_instance(
    context: RequestContext, instance: Any, bdms: Any = None
) -> bool:
    """Say whether the root disk is a volume rather than a file of the host.

    Nova: nova/compute/utils.py is_volume_backed_instance
    """
    root_bdm = get_root_bdm(context, instance, bdms)
    if root_bdm is not None:
        return bool(root_bdm.is_volume)
    return not instance.image_ref


def _parse(device: str) -> tuple[str, str]:
    match = block_device.match_device(device)
    if match is None:
        raise exception.InvalidDevicePath(path=device)
    prefix, letter = match
    return prefix, letter


def _get_unused_letter(used_letters: set[str]) -> str:
    """Return a, b … z, aa, ab …: the first that is free."""
    letters = string.ascii_lowercase
    doubles = (first + second for first in letters for second in letters)
    return next(
        name for name in itertools.chain(letters, doubles) if name not in used_letters
    )
