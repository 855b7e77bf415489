"""Options of nova-conductor.

Nova: nova/conf/conductor.py. Left out: the manager's class name. Ours, in group
``tracenova``: the version cap that Nova never gave the compute_task client.
"""

from oslo_config import cfg

CONDUCTOR_OPTS = [
    cfg.BoolOpt(
        "use_local",
        default=False,
        help="Do the conductor's work in the caller's own process.",
    ),
    cfg.StrOpt("topic", default="conductor", help="Topic that conductors listen on."),
    cfg.IntOpt("workers", help="Conductor processes; by default one per CPU."),
]

MIGRATE_OPTS = [
    cfg.IntOpt(
        "migrate_max_retries",
        default=-1,
        min=-1,
        help="Other hosts to try for a live migration; -1: until none is left.",
    ),
]

OWN_OPTS = [
    cfg.StrOpt(
        "compute_task_cap",
        help="Highest compute_task version that nova-api may send, for example 1.5. "
        "Nova has no such option: its down-conversions can never run in a stock "
        "Newton. Here they can be seen.",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(CONDUCTOR_OPTS, group="conductor")
    conf.register_opts(MIGRATE_OPTS)
    conf.register_opts(OWN_OPTS, group="tracenova")
