"""Names of what a user can ask of a server, as kept in its list of actions.

Users see them in ``GET /servers/{id}/os-instance-actions``, so old spellings stay.

Nova: nova/compute/instance_actions.py
Left out: nothing.
"""

from typing import Final

CREATE: Final = "create"
DELETE: Final = "delete"
EVACUATE: Final = "evacuate"
RESTORE: Final = "restore"
STOP: Final = "stop"
START: Final = "start"
REBOOT: Final = "reboot"
REBUILD: Final = "rebuild"
REVERT_RESIZE: Final = "revertResize"
CONFIRM_RESIZE: Final = "confirmResize"
RESIZE: Final = "resize"
MIGRATE: Final = "migrate"
PAUSE: Final = "pause"
UNPAUSE: Final = "unpause"
SUSPEND: Final = "suspend"
RESUME: Final = "resume"
RESCUE: Final = "rescue"
UNRESCUE: Final = "unrescue"
CHANGE_PASSWORD: Final = "changePassword"
SHELVE: Final = "shelve"
UNSHELVE: Final = "unshelve"
LIVE_MIGRATION: Final = "live-migration"
LIVE_MIGRATION_CANCEL: Final = "live_migration_cancel"
LIVE_MIGRATION_FORCE_COMPLETE: Final = "live_migration_force_complete"
TRIGGER_CRASH_DUMP: Final = "trigger_crash_dump"
