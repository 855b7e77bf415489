"""How the compute reaches placement, and the account it reports with.

Nova: nova/conf/placement.py. keystoneauth's options are reduced to a password login;
Nova finds the address in the catalog, ``url`` is the lab's.
"""

from oslo_config import cfg

OPTS = [
    cfg.StrOpt("os_region_name", help="Region whose placement is meant."),
    cfg.StrOpt(
        "url",
        default="http://placement:8778",
        deprecated_opts=[cfg.DeprecatedOpt("endpoint_override", group="placement")],
        help="Where placement listens; empty: the cloud has none.",
    ),
    cfg.StrOpt("auth_type", default="password", help="Only password is known here."),
    cfg.URIOpt(
        "auth_url",
        help="Where the account logs in; default: [keystone_authtoken]auth_uri.",
    ),
    cfg.StrOpt("username", default="nova", help="The account's name."),
    cfg.StrOpt("password", default="", secret=True, help="The account's password."),
    cfg.StrOpt("project_name", default="service", help="The account's project."),
    cfg.StrOpt("user_domain_name", default="Default", help="Its domain."),
    cfg.StrOpt("project_domain_name", default="Default", help="Its project's domain."),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS, group="placement")
