"""How Nova reaches glance.

Nova: nova/conf/glance.py, without the v1 API, signatures and TLS; the default
address is the lab's (Nova's list is empty).
"""

from oslo_config import cfg

OPTS = [
    cfg.ListOpt(
        "api_servers",
        default=["http://glance:9292"],
        help="Addresses of glance, scheme://hostname:port[/path].",
    ),
    cfg.IntOpt(
        "num_retries", default=0, help="Further attempts when glance does not answer."
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS, group="glance")
