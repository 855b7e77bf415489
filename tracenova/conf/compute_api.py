"""Options that nova-api reads when it takes in a server: names, zones, disks.

Nova: nova/conf/compute.py, nova/conf/flavors.py (the part that compute.API reads);
options of cells v1, resize and encrypted ephemeral disks are left out.
"""

from oslo_config import cfg

COMPUTE_API_OPTS = [
    cfg.StrOpt(
        "default_schedule_zone",
        help="Availability zone of a server whose user named none.",
    ),
    cfg.StrOpt(
        "null_kernel",
        default="nokernel",
        help="Kernel id that means: boot without one.",
    ),
    cfg.StrOpt(
        "multi_instance_display_name_template",
        default="%(name)s-%(count)d",
        help="Name of each server of a multiple create; name, count and uuid are known.",
    ),
    cfg.IntOpt(
        "max_local_block_devices",
        default=3,
        help="Local disks a server may have; negative: any number, 0: none.",
    ),
    cfg.StrOpt(
        "instance_name_template",
        default="instance-%08x",
        help="Name of the guest at the hypervisor, made of the instance's id.",
    ),
    cfg.StrOpt(
        "osapi_compute_unique_server_name_scope",
        default="",
        choices=["", "project", "global"],
        help="Where a server's name must be unique; empty: nowhere.",
    ),
    cfg.ListOpt(
        "non_inheritable_image_properties",
        default=["cache_in_nova", "bittorrent"],
        help="Image properties that an image made of a server does not take over.",
    ),
    cfg.BoolOpt(
        "allow_instance_snapshots",
        default=True,
        help="Whether users may make images of servers.",
    ),
    cfg.StrOpt(
        "default_flavor", default="m1.small", help="Flavor used for nothing said."
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(COMPUTE_API_OPTS)
