"""How much a project may use when nobody has said otherwise.

Nova: nova/conf/quota.py; the [quota] names are those of Ocata and later
"""

from typing import Final

from oslo_config import cfg

_LIMITS: Final = {
    "instances": (10, "Servers per project."),
    "cores": (20, "Virtual CPUs per project."),
    "ram": (50 * 1024, "Memory per project, in MB."),
    "floating_ips": (10, "Floating addresses per project (nova-network)."),
    "fixed_ips": (-1, "Fixed addresses per project (nova-network)."),
    "metadata_items": (128, "Metadata items per server."),
    "injected_files": (5, "Injected files per server."),
    "injected_file_content_bytes": (10 * 1024, "Bytes in each injected file."),
    "injected_file_path_length": (255, "Length of an injected file's path."),
    "security_groups": (10, "Security groups per project (nova-network)."),
    "security_group_rules": (20, "Rules per security group (nova-network)."),
    "key_pairs": (100, "Key pairs per user."),
    "server_groups": (10, "Server groups per project."),
    "server_group_members": (10, "Servers per server group."),
}
OPTS = [
    *(
        cfg.IntOpt(
            f"quota_{name}",
            min=-1,
            default=default,
            deprecated_opts=[cfg.DeprecatedOpt(name, group="quota")],
            help=f"{text} -1: no limit.",
        )
        for name, (default, text) in _LIMITS.items()
    ),
    cfg.IntOpt(
        "reservation_expire",
        default=86400,
        deprecated_opts=[cfg.DeprecatedOpt("reservation_expire", group="quota")],
        help="Seconds after which a reservation that nobody committed is void.",
    ),
    cfg.IntOpt(
        "until_refresh",
        default=0,
        min=0,
        deprecated_opts=[cfg.DeprecatedOpt("until_refresh", group="quota")],
        help="Reservations after which usage is counted anew; 0: never.",
    ),
    cfg.IntOpt(
        "max_age",
        default=0,
        min=0,
        deprecated_opts=[cfg.DeprecatedOpt("max_age", group="quota")],
        help="Seconds after which usage is counted anew; 0: never.",
    ),
    cfg.StrOpt(
        "quota_driver",
        default="nova.quota.DbQuotaDriver",
        choices=("nova.quota.DbQuotaDriver", "nova.quota.NoopQuotaDriver"),
        help="Class that checks quotas.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS)
