"""How Nova reaches cinder.

Nova: nova/conf/cinder.py; the default of endpoint_template is the lab's (Nova's is
empty: the service catalog says it).
"""

from oslo_config import cfg

OPTS = [
    cfg.StrOpt(
        "catalog_info",
        default="volumev2:cinderv2:publicURL",
        help="service_type:service_name:endpoint_type of cinder in the catalog.",
    ),
    cfg.StrOpt(
        "endpoint_template",
        default="http://cinder:8776/v2/%(project_id)s",
        help="Address of cinder; wins over the catalog when set.",
    ),
    cfg.StrOpt("os_region_name", help="Region of this node."),
    cfg.IntOpt("http_retries", default=3, min=0, help="Attempts on a lost connection."),
    cfg.BoolOpt(
        "cross_az_attach",
        default=True,
        help="May a server use a volume of another availability zone?",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS, group="cinder")
