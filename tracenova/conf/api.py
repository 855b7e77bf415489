"""What the REST API shows and allows: page size, links, passwords, hidden addresses.

Nova: nova/conf/api.py, nova/conf/base.py (password_length), nova/conf/osapi_v21.py.
Left out: metadata service, fping and tenant network options.
"""

from oslo_config import cfg


def _ocata(name: str) -> list[cfg.DeprecatedOpt]:
    return [cfg.DeprecatedOpt(name, group="api")]


OPTS = [
    cfg.BoolOpt(
        "use_forwarded_for",
        default=False,
        deprecated_opts=_ocata("use_forwarded_for"),
        help="Take the client's address from X-Forwarded-For.",
    ),
    cfg.IntOpt(
        "osapi_max_limit",
        default=1000,
        min=0,
        deprecated_opts=_ocata("max_limit"),
        help="Most items in one page of a list.",
    ),
    cfg.StrOpt(
        "osapi_compute_link_prefix",
        deprecated_opts=_ocata("compute_link_prefix"),
        help="Base URL of links to this API, if it differs from the request's.",
    ),
    cfg.StrOpt(
        "osapi_glance_link_prefix",
        deprecated_opts=_ocata("glance_link_prefix"),
        help="Base URL of links to images, if it differs from the request's.",
    ),
    cfg.ListOpt(
        "osapi_hide_server_address_states",
        default=["building"],
        deprecated_opts=_ocata("hide_server_address_states"),
        help="vm_states in which users see no addresses.",
    ),
    cfg.BoolOpt(
        "enable_instance_password",
        default=True,
        deprecated_opts=_ocata("enable_instance_password"),
        help="Return adminPass in the answer to a create.",
    ),
    cfg.IntOpt(
        "password_length",
        default=12,
        min=0,
        help="Length of generated admin passwords.",
    ),
]

OSAPI_V21_OPTS = [
    cfg.StrOpt(
        "project_id_regex",
        help="What a project id in a URL looks like; by default hex digits and dashes.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS)
    conf.register_opts(OSAPI_V21_OPTS, group="osapi_v21")
