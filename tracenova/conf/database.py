"""Where the two databases are.

Nova: nova/conf/database.py, and oslo.db's [database] options
Left out: slave connections, MySQL's SQL mode, retry tuning.
"""

from oslo_config import cfg

_COMMON = [
    cfg.IntOpt("max_pool_size", default=5, help="Connections kept open."),
    cfg.IntOpt("max_overflow", default=50, help="Connections beyond those, when busy."),
    cfg.IntOpt("pool_timeout", default=30, help="Seconds to wait for a connection."),
    cfg.IntOpt(
        "idle_timeout",
        default=3600,
        help="Seconds after which a connection is replaced.",
    ),
    cfg.BoolOpt(
        "sqlite_synchronous",
        default=False,
        help="Wait for the disk at each commit (oslo.db: True). A lab can be rebuilt.",
    ),
]
MAIN_OPTS = [
    cfg.StrOpt(
        "connection",
        default="sqlite:///$state_path/nova_cell.sqlite",
        secret=True,
        help="URL of the cell database: servers, services, hosts.",
    ),
    *_COMMON,
]
API_OPTS = [
    cfg.StrOpt(
        "connection",
        default="sqlite:///$state_path/nova_api.sqlite",
        secret=True,
        help="URL of the API database: flavors, requests, mappings.",
    ),
    *_COMMON,
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(MAIN_OPTS, group="database")
    conf.register_opts(API_OPTS, group="api_database")
