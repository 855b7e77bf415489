"""What is being done to a server right now; None when nothing is.

The boot goes scheduling → (None) → networking → block_device_mapping → spawning →
None, and every step is one ``Instance.save``.

Nova: nova/compute/task_states.py
Left out: nothing; the values are written here rather than taken from the enum.
"""

from typing import Final

# --- create -------------------------------------------------------------------
SCHEDULING: Final = "scheduling"
BLOCK_DEVICE_MAPPING: Final = "block_device_mapping"
NETWORKING: Final = "networking"
SPAWNING: Final = "spawning"

# --- snapshot and backup --------------------------------------------------------
IMAGE_SNAPSHOT: Final = "image_snapshot"
IMAGE_SNAPSHOT_PENDING: Final = "image_snapshot_pending"
IMAGE_PENDING_UPLOAD: Final = "image_pending_upload"
IMAGE_UPLOADING: Final = "image_uploading"
IMAGE_BACKUP: Final = "image_backup"

# --- power and reboot -----------------------------------------------------------
REBOOTING: Final = "rebooting"
REBOOT_PENDING: Final = "reboot_pending"
REBOOT_STARTED: Final = "reboot_started"
REBOOTING_HARD: Final = "rebooting_hard"
REBOOT_PENDING_HARD: Final = "reboot_pending_hard"
REBOOT_STARTED_HARD: Final = "reboot_started_hard"
PAUSING: Final = "pausing"
UNPAUSING: Final = "unpausing"
SUSPENDING: Final = "suspending"
RESUMING: Final = "resuming"
POWERING_OFF: Final = "powering-off"
POWERING_ON: Final = "powering-on"

# --- resize, rebuild, migrate ---------------------------------------------------
RESIZE_PREP: Final = "resize_prep"
RESIZE_MIGRATING: Final = "resize_migrating"
RESIZE_MIGRATED: Final = "resize_migrated"
RESIZE_FINISH: Final = "resize_finish"
RESIZE_REVERTING: Final = "resize_reverting"
RESIZE_CONFIRMING: Final = "resize_confirming"
REBUILDING: Final = "rebuilding"
REBUILD_BLOCK_DEVICE_MAPPING: Final = "rebuild_block_device_mapping"
REBUILD_SPAWNING: Final = "rebuild_spawning"
MIGRATING: Final = "migrating"

# --- rescue, password -----------------------------------------------------------
RESCUING: Final = "rescuing"
UNRESCUING: Final = "unrescuing"
UPDATING_PASSWORD: Final = "updating_password"

# --- delete, shelve -------------------------------------------------------------
DELETING: Final = "deleting"
SOFT_DELETING: Final = "soft-deleting"
RESTORING: Final = "restoring"
SHELVING: Final = "shelving"
SHELVING_IMAGE_PENDING_UPLOAD: Final = "shelving_image_pending_upload"
SHELVING_IMAGE_UPLOADING: Final = "shelving_image_uploading"
SHELVING_OFFLOADING: Final = "shelving_offloading"
UNSHELVING: Final = "unshelving"

ALLOW_REBOOT: Final = [
    None,
    REBOOTING,
    REBOOT_PENDING,
    REBOOT_STARTED,
    RESUMING,
    REBOOTING_HARD,
    UNPAUSING,
    PAUSING,
    SUSPENDING,
]
