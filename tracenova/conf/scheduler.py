"""How hosts are chosen: driver, filters, weighers, their numbers.

Names are Newton's; Ocata's ``[scheduler]`` and ``[filter_scheduler]`` names work too.

Nova: nova/conf/scheduler.py. Left out: ``[trusted_computing]``.
"""

from typing import Any

from oslo_config import cfg


def _later(name: str, group: str = "filter_scheduler") -> dict[str, Any]:
    return {"deprecated_opts": [cfg.DeprecatedOpt(name, group=group)]}


DRIVER_OPTS = [
    cfg.StrOpt(
        "scheduler_driver",
        default="filter_scheduler",
        help="filter_scheduler, caching_scheduler, chance_scheduler, or a class path.",
        **_later("driver", "scheduler"),
    ),
    cfg.StrOpt(
        "scheduler_host_manager",
        default="host_manager",
        choices=("host_manager",),
        help="Who keeps the picture of the hosts (ironic's is left out).",
        **_later("host_manager", "scheduler"),
    ),
    cfg.IntOpt(
        "scheduler_driver_task_period",
        default=60,
        help="Seconds between runs of the driver's periodic tasks.",
        **_later("periodic_task_interval", "scheduler"),
    ),
    cfg.IntOpt(
        "scheduler_max_attempts",
        default=3,
        help="How many hosts one build may be sent to.",
        **_later("max_attempts", "scheduler"),
    ),
    cfg.StrOpt(
        "scheduler_topic", default="scheduler", help="Topic of the scheduler's queue."
    ),
    cfg.StrOpt(
        "scheduler_json_config_location",
        default="",
        help="JSON file that filters and weighers find as spec_obj.config_options.",
    ),
]

FILTER_OPTS = [
    cfg.MultiStrOpt(
        "scheduler_available_filters",
        default=["nova.scheduler.filters.all_filters"],
        help="Paths of filter classes, of functions that return some, of modules, "
        "or of .py files.",
        **_later("available_filters"),
    ),
    cfg.ListOpt(
        "scheduler_default_filters",
        default=[
            "RetryFilter",
            "AvailabilityZoneFilter",
            "RamFilter",
            "DiskFilter",
            "ComputeFilter",
            "ComputeCapabilitiesFilter",
            "ImagePropertiesFilter",
            "ServerGroupAntiAffinityFilter",
            "ServerGroupAffinityFilter",
        ],
        help="Class names of the filters that run, in this order.",
        **_later("enabled_filters"),
    ),
    cfg.BoolOpt(
        "scheduler_use_baremetal_filters",
        default=False,
        help="Take baremetal_scheduler_default_filters instead.",
        **_later("use_baremetal_filters"),
    ),
    cfg.ListOpt(
        "baremetal_scheduler_default_filters",
        default=[
            "RetryFilter",
            "AvailabilityZoneFilter",
            "ComputeFilter",
            "ComputeCapabilitiesFilter",
            "ImagePropertiesFilter",
            "ExactRamFilter",
            "ExactDiskFilter",
            "ExactCoreFilter",
        ],
        help="The filters for bare metal.",
        **_later("baremetal_enabled_filters"),
    ),
    cfg.IntOpt(
        "scheduler_host_subset_size",
        default=1,
        help="One of this many best hosts is taken, at random.",
        **_later("host_subset_size"),
    ),
    cfg.BoolOpt(
        "scheduler_tracks_instance_changes",
        default=True,
        help="Remember each host's instances; computes tell what changes.",
        **_later("track_instance_changes"),
    ),
    cfg.ListOpt(
        "isolated_images",
        default=[],
        help="Images that run on isolated hosts only.",
        **_later("isolated_images"),
    ),
    cfg.ListOpt(
        "isolated_hosts",
        default=[],
        help="Hosts for those images.",
        **_later("isolated_hosts"),
    ),
    cfg.BoolOpt(
        "restrict_isolated_hosts_to_isolated_images",
        default=True,
        help="Isolated hosts take no other images.",
        **_later("restrict_isolated_hosts_to_isolated_images"),
    ),
    cfg.IntOpt(
        "max_io_ops_per_host",
        default=8,
        help="IoOpsFilter: a host with that many builds, resizes … is busy.",
        **_later("max_io_ops_per_host"),
    ),
    cfg.IntOpt(
        "max_instances_per_host",
        default=50,
        help="NumInstancesFilter: a host with that many instances is full.",
        **_later("max_instances_per_host"),
    ),
    cfg.StrOpt(
        "aggregate_image_properties_isolation_namespace",
        help="Only aggregate metadata below this name concern image properties.",
        **_later("aggregate_image_properties_isolation_namespace"),
    ),
    cfg.StrOpt(
        "aggregate_image_properties_isolation_separator",
        default=".",
        help="Between that name and the property.",
        **_later("aggregate_image_properties_isolation_separator"),
    ),
]

WEIGHT_OPTS = [
    cfg.ListOpt(
        "scheduler_weight_classes",
        default=["nova.scheduler.weights.all_weighers"],
        help="Paths of weigher classes, or as scheduler_available_filters.",
        **_later("weight_classes"),
    ),
    cfg.FloatOpt(
        "ram_weight_multiplier",
        default=1.0,
        help="Free memory; negative packs.",
        **_later("ram_weight_multiplier"),
    ),
    cfg.FloatOpt(
        "disk_weight_multiplier",
        default=1.0,
        help="Free disk; negative packs.",
        **_later("disk_weight_multiplier"),
    ),
    cfg.FloatOpt(
        "io_ops_weight_multiplier",
        default=-1.0,
        help="Busy hosts; negative avoids them.",
        **_later("io_ops_weight_multiplier"),
    ),
    cfg.FloatOpt(
        "soft_affinity_weight_multiplier",
        default=1.0,
        help="Members of a soft-affinity group on the host.",
        **_later("soft_affinity_weight_multiplier"),
    ),
    cfg.FloatOpt(
        "soft_anti_affinity_weight_multiplier",
        default=1.0,
        help="Members of a soft-anti-affinity group elsewhere.",
        **_later("soft_anti_affinity_weight_multiplier"),
    ),
]

METRICS_OPTS = [
    cfg.FloatOpt("weight_multiplier", default=1.0, help="How much metrics count."),
    cfg.ListOpt("weight_setting", default=[], help="name=ratio of each metric."),
    cfg.BoolOpt(
        "required", default=True, help="A host without one of them is an error."
    ),
    cfg.FloatOpt(
        "weight_of_unavailable", default=-10000.0, help="Else it weighs that much."
    ),
]

TRACENOVA_OPTS = [
    cfg.BoolOpt(
        "shadow_verdicts",
        default=True,
        help="While a trace is recorded, also ask the filters that the short circuit "
        "spared.",
    ),
    cfg.IntOpt(
        "recorded_hosts",
        default=200,
        min=0,
        help="Up to this many hosts a trace keeps what the scheduler knew of them, so "
        "that explain can decide again.",
    ),
    cfg.BoolOpt(
        "stale_weight_extremes",
        default=True,
        help="Scale weights by the extremes of all requests so far, as Nova did "
        "before Victoria.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(DRIVER_OPTS + FILTER_OPTS + WEIGHT_OPTS)
    conf.register_opts(METRICS_OPTS, group="metrics")
    conf.register_opts(TRACENOVA_OPTS, group="tracenova")
