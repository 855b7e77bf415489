"""How Nova reaches neutron, and the account it uses when it acts as an admin.

Nova: nova/conf/neutron.py. keystoneauth's session options are reduced to the ones a
password login needs; the default URL is the lab's (Nova's is http://127.0.0.1:9696).
"""

from oslo_config import cfg

OPTS = [
    cfg.URIOpt("url", default="http://neutron:9696", help="Where neutron listens."),
    cfg.StrOpt("region_name", default="RegionOne", help="Region of the admin calls."),
    cfg.StrOpt(
        "ovs_bridge",
        default="br-int",
        help="Integration bridge, if neutron names none.",
    ),
    cfg.IntOpt(
        "extension_sync_interval",
        default=600,
        min=0,
        help="Seconds for which the list of neutron's extensions stays good.",
    ),
    cfg.StrOpt("auth_type", default="password", help="Only password is known here."),
    cfg.URIOpt(
        "auth_url",
        help="Where the admin account logs in; default: [keystone_authtoken]auth_uri.",
    ),
    cfg.StrOpt("username", default="nova", help="Admin account's name."),
    cfg.StrOpt(
        "password", default="nova", secret=True, help="Admin account's password."
    ),
    cfg.StrOpt("project_name", default="service", help="Admin account's project."),
    cfg.StrOpt("user_domain_name", default="Default", help="Its domain."),
    cfg.StrOpt("project_domain_name", default="Default", help="Its project's domain."),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS, group="neutron")
