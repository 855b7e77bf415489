"""Who checks the users' tokens, and with which account of its own.

Nova: nova/conf/api.py (auth_strategy); [keystone_authtoken] is keystonemiddleware's.
"""

from oslo_config import cfg

OPTS = [
    cfg.StrOpt(
        "auth_strategy",
        default="keystone",
        choices=("keystone", "noauth2"),
        deprecated_opts=[cfg.DeprecatedOpt("auth_strategy", group="api")],
        help="keystone, or noauth2: the token is 'user:project' and nobody checks it.",
    ),
]

KEYSTONE_AUTHTOKEN_OPTS = [
    cfg.StrOpt(
        "auth_uri",
        default="http://keystone:5000",
        deprecated_opts=[
            cfg.DeprecatedOpt("www_authenticate_uri", group="keystone_authtoken")
        ],
        help="Keystone's public address; told to clients that come without a token.",
    ),
    cfg.StrOpt(
        "auth_url",
        help="Keystone's address for this service, if it is not auth_uri.",
    ),
    cfg.StrOpt("username", default="nova", help="This service's own user."),
    cfg.StrOpt("password", default="nova", secret=True, help="Its password."),
    cfg.StrOpt("project_name", default="service", help="Its project."),
    cfg.StrOpt("user_domain_name", default="Default", help="The user's domain."),
    cfg.StrOpt("project_domain_name", default="Default", help="The project's domain."),
    cfg.IntOpt(
        "token_cache_time",
        default=300,
        help="Seconds for which a validated token is trusted; -1: never.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(OPTS)
    conf.register_opts(KEYSTONE_AUTHTOKEN_OPTS, group="keystone_authtoken")
