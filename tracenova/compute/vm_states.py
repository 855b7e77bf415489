"""What a server *is*, once nothing is being done to it.

A ``vm_state`` is stable; what is going on at the moment is the task state beside it
(:mod:`tracenova.compute.task_states`).

Nova: nova/compute/vm_states.py
Left out: nothing; the values are written here rather than taken from the enum.
"""

from typing import Final

ACTIVE: Final = "active"  # the guest runs
BUILDING: Final = "building"  # it has been asked for and does not exist yet
PAUSED: Final = "paused"
SUSPENDED: Final = "suspended"  # memory saved to disk
STOPPED: Final = "stopped"  # switched off, disk kept
RESCUED: Final = "rescued"  # runs from a rescue image, its own disk attached
RESIZED: Final = "resized"  # runs with the new flavor, waits for a yes or no
SOFT_DELETED: Final = "soft-delete"  # restorable until it is reclaimed
DELETED: Final = "deleted"
ERROR: Final = "error"  # an operation failed and only deletion surely works
SHELVED: Final = "shelved"  # switched off, kept as an image, still on its host
SHELVED_OFFLOADED: Final = "shelved_offloaded"  # kept as an image only

ALLOW_SOFT_REBOOT: Final = [ACTIVE]
ALLOW_HARD_REBOOT: Final = [*ALLOW_SOFT_REBOOT, STOPPED, PAUSED, SUSPENDED, ERROR]
ALLOW_TRIGGER_CRASH_DUMP: Final = [ACTIVE, PAUSED, RESCUED, RESIZED, ERROR]
ALLOW_RESOURCE_REMOVAL: Final = [DELETED, SHELVED_OFFLOADED]
