"""What the hypervisor says about the guest; the database keeps the last answer.

The hypervisor is always right: a periodic task compares and corrects the database.

Nova: nova/compute/power_state.py
Left out: nothing. The numbers are libvirt's; 2 and 5 are not used.
"""

from typing import Final

NOSTATE: Final = 0  # nobody has asked the hypervisor yet
RUNNING: Final = 1
PAUSED: Final = 3
SHUTDOWN: Final = 4
CRASHED: Final = 6
SUSPENDED: Final = 7

STATE_MAP: Final = {
    NOSTATE: "pending",
    RUNNING: "running",
    PAUSED: "paused",
    SHUTDOWN: "shutdown",
    CRASHED: "crashed",
    SUSPENDED: "suspended",
}
