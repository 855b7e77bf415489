"""Names of availability zones that nobody has configured.

Nova: nova/conf/availability_zone.py
"""

from oslo_config import cfg

AVAILABILITY_ZONE_OPTS = [
    cfg.StrOpt(
        "internal_service_availability_zone",
        default="internal",
        help="Zone that services other than nova-compute are shown in.",
    ),
    cfg.StrOpt(
        "default_availability_zone",
        default="nova",
        help="Zone of a compute host that is in no aggregate with a zone.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(AVAILABILITY_ZONE_OPTS)
