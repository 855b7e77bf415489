"""How services talk: transport, timeouts, version caps, notifications.

oslo.messaging registers some of its options only on its global ConfigOpts, and the
rest when a transport is made. Services here have a ConfigOpts each, so all of them are
registered here.

Nova: nova/conf/rpc.py, nova/conf/notifications.py, nova/conf/upgrade_levels.py.
Left out: caps for cells, cert, console, consoleauth and network.
"""

from oslo_config import cfg
from oslo_messaging import server, transport
from oslo_messaging._metrics import client as metrics
from oslo_messaging._tracing import client as tracing
from oslo_messaging.notify import notifier
from oslo_messaging.rpc import client, dispatcher

_NOTIFICATIONS = "notifications"
_OSLO_NOTIFICATIONS = "oslo_messaging_notifications"


def _later(name: str) -> list[cfg.DeprecatedOpt]:
    return [cfg.DeprecatedOpt(name, group=_NOTIFICATIONS)]


NOTIFICATION_OPTS = [
    cfg.StrOpt(
        "notification_format",
        default="both",
        choices=("unversioned", "versioned", "both"),
        deprecated_opts=_later("notification_format"),
        help="Which notifications are sent.",
    ),
    cfg.StrOpt(
        "notify_on_state_change",
        choices=(None, "vm_state", "vm_and_task_state"),
        deprecated_opts=_later("notify_on_state_change"),
        help="Send compute.instance.update at these changes of an instance.",
    ),
    cfg.BoolOpt(
        "notify_api_faults",
        default=False,
        deprecated_opts=_later("notify_on_api_faults"),
        help="Send api.fault when the API catches an exception.",
    ),
    cfg.StrOpt(
        "default_notification_level",
        default="INFO",
        choices=("DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"),
        deprecated_opts=_later("default_level"),
        help="Priority of notifications that name none.",
    ),
    cfg.StrOpt(
        "default_publisher_id",
        default="$my_ip",
        deprecated_opts=_later("default_publisher_id"),
        help="Sender of notifications that name none.",
    ),
]

UPGRADE_LEVELS_OPTS = [
    cfg.StrOpt(
        "compute",
        help="Newest version sent to computes: a number, a release name, or auto.",
    ),
    cfg.StrOpt("scheduler", help="Newest version sent to schedulers."),
    cfg.StrOpt("conductor", help="Newest version sent to conductors."),
    cfg.StrOpt("baseapi", help="Newest version sent to any service's base interface."),
]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make Nova's and oslo.messaging's options known to the configuration."""
    conf.register_opts(NOTIFICATION_OPTS)
    conf.register_opts(UPGRADE_LEVELS_OPTS, group="upgrade_levels")
    for opts in (
        transport._transport_opts,
        server._pool_opts,
        client._client_opts,
        dispatcher._dispatcher_opts,
    ):
        conf.register_opts(opts)
    conf.register_opts(notifier._notifier_opts, group=_OSLO_NOTIFICATIONS)
    conf.register_opts(metrics.oslo_messaging_metrics, group="oslo_messaging_metrics")
    conf.register_opts(tracing.oslo_messaging_tracing, group="oslo_messaging_tracing")
    conf.set_default("control_exchange", "nova")
    conf.set_default("transport_url", "fakeredis://tracenova/")
    conf.set_default("driver", ["messagingv2"], group=_OSLO_NOTIFICATIONS)
