"""Options of nova-compute: what it keeps back, how hard it tries, what it does by the clock.

``vif_plugging_*`` are in ``virt.py``, ``scheduler_tracks_instance_changes`` in
``scheduler.py``, as in Nova.

Nova: nova/conf/compute.py; options of resize, shelve, rescue and live migration are
left out, their operations are not part of the miniature.
"""

from oslo_config import cfg

RESOURCE_TRACKER_OPTS = [
    cfg.IntOpt(
        "reserved_host_disk_mb",
        default=0,
        min=0,
        help="Disk space in MB that instances never get.",
    ),
    cfg.IntOpt(
        "reserved_host_memory_mb",
        default=512,
        min=0,
        help="Memory in MB that instances never get: the host needs it.",
    ),
    cfg.StrOpt(
        "compute_stats_class",
        default="tracenova.compute.stats.Stats",
        help="Class that counts the instances of the host by state.",
    ),
]

ALLOCATION_RATIO_OPTS = [
    cfg.FloatOpt(
        "cpu_allocation_ratio",
        default=0.0,
        help="Virtual CPUs per physical one; 0.0 is read as 16.0.",
    ),
    cfg.FloatOpt(
        "ram_allocation_ratio",
        default=0.0,
        help="Virtual memory per physical memory; 0.0 is read as 1.5.",
    ),
    cfg.FloatOpt(
        "disk_allocation_ratio",
        default=0.0,
        help="Virtual disk per physical disk; 0.0 is read as 1.0.",
    ),
]

MANAGER_OPTS = [
    cfg.StrOpt(
        "compute_topic", default="compute", help="Topic that computes listen on."
    ),
    cfg.StrOpt(
        "default_access_ip_network_name",
        help="Network whose addresses become the access IPs of a server.",
    ),
    cfg.StrOpt(
        "instances_path",
        default="$state_path/instances",
        help="Folder of the instances' disks on the hypervisor.",
    ),
    cfg.BoolOpt(
        "resume_guests_state_on_host_boot",
        default=False,
        help="Start guests again that ran before the host was rebooted.",
    ),
    cfg.IntOpt(
        "network_allocate_retries",
        default=0,
        min=0,
        help="How often a failed network allocation is tried again.",
    ),
    cfg.IntOpt(
        "max_concurrent_builds",
        default=10,
        min=0,
        help="Builds at a time on this host; 0: no limit.",
    ),
    cfg.IntOpt(
        "block_device_allocate_retries",
        default=60,
        help="How often a volume that is being created is looked at again.",
    ),
    cfg.IntOpt(
        "block_device_allocate_retries_interval",
        default=3,
        help="Seconds between two looks at a volume that is being created.",
    ),
    cfg.IntOpt(
        "sync_power_state_pool_size",
        default=1000,
        help="Threads that may compare power states at a time.",
    ),
]

INTERVAL_OPTS = [
    cfg.IntOpt(
        "sync_power_state_interval",
        default=600,
        help="Seconds between two comparisons of power states; -1: never.",
    ),
    cfg.IntOpt(
        "heal_instance_info_cache_interval",
        default=60,
        help="Seconds between two refreshes of a network info cache; 0: never.",
    ),
    cfg.IntOpt(
        "reclaim_instance_interval",
        default=0,
        min=0,
        help="Seconds that a soft-deleted server can be restored; 0: no soft delete.",
    ),
    cfg.IntOpt(
        "scheduler_instance_sync_interval",
        default=120,
        help="Seconds between two lists of this host's instances for the schedulers.",
    ),
    cfg.IntOpt(
        "update_resources_interval",
        default=0,
        help="Seconds between two audits of resources; 0: the usual 60, -1: never.",
    ),
]

TIMEOUT_OPTS = [
    cfg.IntOpt(
        "instance_build_timeout",
        default=0,
        min=0,
        help="Seconds a build may take before the server goes to ERROR; 0: for ever.",
    ),
    cfg.IntOpt(
        "shutdown_timeout",
        default=60,
        min=0,
        help="Seconds a guest gets to shut itself down before it is switched off.",
    ),
]

RUNNING_DELETED_OPTS = [
    cfg.StrOpt(
        "running_deleted_instance_action",
        default="reap",
        choices=["noop", "log", "shutdown", "reap"],
        help="What to do with a guest that runs although its server is deleted.",
    ),
    cfg.IntOpt(
        "running_deleted_instance_poll_interval",
        default=1800,
        help="Seconds between two searches for such guests.",
    ),
    cfg.IntOpt(
        "running_deleted_instance_timeout",
        default=0,
        help="Seconds a server must have been deleted before its guest is dealt with.",
    ),
]

WORKAROUND_OPTS = [
    cfg.BoolOpt(
        "handle_virt_lifecycle_events",
        default=True,
        help="Listen to what the hypervisor tells about guests starting and stopping.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    for opts in (
        RESOURCE_TRACKER_OPTS,
        ALLOCATION_RATIO_OPTS,
        MANAGER_OPTS,
        INTERVAL_OPTS,
        TIMEOUT_OPTS,
        RUNNING_DELETED_OPTS,
    ):
        conf.register_opts(opts)
    conf.register_opts(WORKAROUND_OPTS, group="workarounds")
