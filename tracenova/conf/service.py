"""When services report, run their periodic tasks and count as down.

Nova: nova/conf/service.py, nova/conf/servicegroup.py. Left out: enabled_apis, workers,
the managers of services that are not here, the memcached servicegroup driver.
"""

from oslo_config import cfg

SERVICE_OPTS = [
    cfg.IntOpt(
        "report_interval",
        default=10,
        help="Seconds between two signs of life in the services table.",
    ),
    cfg.IntOpt(
        "service_down_time",
        default=60,
        help="A service that has been silent for longer counts as down.",
    ),
    cfg.BoolOpt("periodic_enable", default=True, help="Run periodic tasks."),
    cfg.IntOpt(
        "periodic_fuzzy_delay",
        default=60,
        help="Start periodic tasks after a random delay of at most so many seconds, "
        "so that a fleet of services does not run them all at once. 0: at once.",
    ),
    cfg.StrOpt(
        "servicegroup_driver",
        default="db",
        choices=("db",),
        help="Where services leave their signs of life.",
    ),
    cfg.StrOpt(
        "compute_manager",
        default="nova.compute.manager.ComputeManager",
        help="Class of the compute manager.",
    ),
    cfg.StrOpt(
        "scheduler_manager",
        default="nova.scheduler.manager.SchedulerManager",
        help="Class of the scheduler manager.",
    ),
    cfg.StrOpt(
        "conductor_manager",
        default="nova.conductor.manager.ConductorManager",
        help="Class of the conductor manager (Nova: [conductor]manager).",
    ),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make the options known to the configuration."""
    conf.register_opts(SERVICE_OPTS)
