"""Real guests outlive their lab's process; this finds and removes those nobody owns.

Only guests with a lab's mark are ever looked at. The mark names the lab's state folder;
while the lab runs it holds a lock there.
"""

import fcntl
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tracenova import context as nova_context
from tracenova import objects
from tracenova.compute.manager import ComputeManager
from tracenova.virt.libvirt import kvm, marks, seam
from tracenova.virt.libvirt.driver import LibvirtDriver

LOG = logging.getLogger(__name__)

TEMPORARY: Final = "tracenova-"  # how the names of labs' temporary folders begin
_LOCK: Final = "lab.lock"


def mark(lab: str, state: Path, host: str) -> str:
    """Return whose the guests of a lab's host are."""
    return f"{lab}:{state}:{host}"


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Say that the lab lives, within the block: the process's death ends it, too.

    Each process of a lab says so; it is dead when none is left.
    """
    with (state / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def remove_guests_of(uri: str, state: Path) -> list[str]:
    """Remove every guest of the lab with the state folder; return their names."""
    return _remove_if(uri, lambda owner: _state_of(owner) == state)


def remove_guests_of_the_dead(uri: str) -> list[str]:
    """Remove guests of labs that no longer run; return their names.

    Only on this machine's own libvirt: of another machine's labs nothing is known. A
    dead lab's temporary folder goes with its guests: their disks are in it.
    """
    if not kvm.is_local(uri):
        return []
    dead: set[Path] = set()

    def is_dead(owner: str) -> bool:
        state = _state_of(owner)
        if _is_alive(state):
            return False
        dead.add(state)
        return True

    removed = _remove_if(uri, is_dead)
    for state in filter(_is_temporary, dead):
        shutil.rmtree(state, ignore_errors=True)
    return removed


def remove_strays(manager: ComputeManager) -> list[str]:
    """Remove guests and files that belong to no server of the compute's host.

    A failed build may leave them when libvirt was away; the caller acts as the compute.

    Returns:
        Names and paths of what was removed.
    """
    if not isinstance(manager.driver, LibvirtDriver):
        return []
    context = nova_context.get_admin_context()
    here = {
        instance.uuid
        for instance in objects.InstanceList.get_by_host(context, manager.host)
    }
    removed = manager.driver.remove_strays(here)
    manager.update_available_resource(context)
    return removed


def _remove_if(uri: str, chosen: Callable[[str], bool]) -> list[str]:
    libvirt = seam.libvirt()
    try:
        connection = libvirt.open(uri)
    except libvirt.libvirtError as error:
        LOG.warning("%s: guests cannot be removed: %s", uri, error)
        return []
    try:
        doomed = [each for each in connection.listAllDomains() if _is(each, chosen)]
        names = [str(domain.name()) for domain in doomed]
        for domain in doomed:
            marks.remove(domain)
    finally:
        connection.close()
    return names


def _is(domain: Any, chosen: Callable[[str], bool]) -> bool:
    libvirt = seam.libvirt()
    try:
        owner = marks.mark_of(domain.XMLDesc(0))
    except libvirt.libvirtError:
        return False  # gone meanwhile
    return owner is not None and owner.count(":") >= 2 and chosen(owner)


def _state_of(owner: str) -> Path:
    return Path(owner.partition(":")[2].rpartition(":")[0])


def _is_temporary(state: Path) -> bool:
    """Say whether a lab made the folder for itself, and for no longer than it runs."""
    made = state.parent == Path(tempfile.gettempdir())
    return made and state.name.startswith(TEMPORARY) and (state / _LOCK).is_file()


def _is_alive(state: Path) -> bool:
    try:
        with (state / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except PermissionError:
        return True  # another user's: not ours to judge
    except OSError:
        return False
    return False
