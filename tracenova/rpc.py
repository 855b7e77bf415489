"""Messages between services: clients, servers, notifiers, all from one transport.

In Nova the transport is the process's. Here it is the cloud's: the services of one
cloud that share this process share a transport, and two clouds in it do not meet.

Nova: nova/rpc.py. Left out: the aliases of transports of before Kilo.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import oslo_messaging as messaging

from tracenova import exception, identity
from tracenova.conf import CONF
from tracenova.messaging import tap as bus_tap
from tracenova.messaging.errors import BusNotInitialised
from tracenova.messaging.options import shown
from tracenova.messaging.tracing import (
    TracedClient,
    TracedDispatcher,
    TracedNotificationTransport,
    TracedServer,
    TracedTransport,
)
from tracenova.rpc_notifier import LegacyValidatingNotifier
from tracenova.rpc_router import ClientRouter, ClientWrapper
from tracenova.rpc_serializers import JsonPayloadSerializer, RequestContextSerializer

__all__ = [
    "ClientRouter",
    "ClientWrapper",
    "JsonPayloadSerializer",
    "LegacyValidatingNotifier",
    "RequestContextSerializer",
    "add_extra_exmods",
    "check",
    "cleanup",
    "clear_extra_exmods",
    "create_transport",
    "get_allowed_exmods",
    "get_client",
    "get_notifier",
    "get_server",
    "get_tap",
    "get_transport_url",
    "get_versioned_notifier",
    "give_up",
    "init",
    "set_defaults",
]

ALLOWED_EXMODS = [exception.__name__]
EXTRA_EXMODS: list[str] = []

_ANY_CLOUD = "*"


@dataclass(slots=True)
class _CloudBus:
    """What ``rpc.init`` makes for a cloud; Nova has four module globals instead."""

    transport: Any
    notification_transport: Any
    legacy_notifier: Any
    notifier: Any
    users: int = 1

    @property
    def url(self) -> str:
        return shown(self.transport._driver._url)


_buses: dict[str, _CloudBus] = {}
_lock = threading.Lock()


def init(conf: Any, url: str | None = None, cloud: str | None = None) -> None:
    """Connect a cloud to its message bus; a second call only counts one user more.

    Args:
        conf: ``CONF``, or a ConfigOpts that conf/rpc.py has registered its options on.
        url: transport URL; by default the configured ``transport_url``.
        cloud: whose bus; by default the acting service's cloud, and outside of any
            service that of every cloud which has none of its own.

    Raises:
        BusUnreachable: there is no Redis at the URL.
    """
    name = _cloud_name(cloud)
    with _lock:
        if name in _buses:
            _buses[name].users += 1
        else:
            _buses[name] = _connect(conf, url)


def cleanup(cloud: str | None = None) -> None:
    """Give up the bus; its last user closes it. Whoever still waits is told so."""
    name = _cloud_name(cloud)
    with _lock:
        bus = _bus_of(name)
        bus.users -= 1
        if bus.users:
            return
        _buses.pop(name, None)
    bus.transport.cleanup()
    if bus.notification_transport._driver is not bus.transport._driver:
        bus.notification_transport.cleanup()
    bus_tap.forget(bus.url)


def check(cloud: str | None = None) -> None:
    """Make sure that a cloud's bus answers.

    Raises:
        BusUnreachable: it does not.
    """
    with _lock:
        driver = _bus_of(_cloud_name(cloud)).transport._driver
    if hasattr(driver, "check"):  # oslo.messaging's own drivers reconnect by themselves
        driver.check()


def give_up(cloud: str | None = None) -> None:
    """Let nobody wait for a cloud's bus any more: it is gone for good."""
    with _lock:
        driver = _bus_of(_cloud_name(cloud)).transport._driver
    if hasattr(driver, "give_up"):
        driver.give_up()


def set_defaults(control_exchange: str) -> None:
    """Set the exchange under which topics live, unless nova.conf names one."""
    messaging.set_transport_defaults(control_exchange)


def add_extra_exmods(*args: str) -> None:
    """Let exceptions of these modules too come back from a call as themselves."""
    EXTRA_EXMODS.extend(args)


def clear_extra_exmods() -> None:
    """Take that back."""
    del EXTRA_EXMODS[:]


def get_allowed_exmods() -> list[str]:
    """Return the modules whose exceptions come back from a call as themselves."""
    return ALLOWED_EXMODS + EXTRA_EXMODS


def get_transport_url(url_str: str | None = None) -> Any:
    """Return a transport URL taken apart; by default the configured one."""
    return messaging.TransportURL.parse(CONF, url_str)


def get_client(
    target: Any, version_cap: str | None = None, serializer: Any = None
) -> Any:
    """Return a client that sends to the target.

    Args:
        target: topic, version and namespace that its messages have by default.
        version_cap: newest version that it may send; None: any.
        serializer: of arguments and results, usually that of versioned objects.
    """
    return messaging.get_rpc_client(
        _current().transport,
        target,
        client_cls=TracedClient,
        version_cap=version_cap,
        serializer=RequestContextSerializer(serializer),
    )


def get_server(target: Any, endpoints: Sequence[Any], serializer: Any = None) -> Any:
    """Return a server, not started, whose endpoints work as the acting service."""
    dispatcher = TracedDispatcher(list(endpoints), RequestContextSerializer(serializer))
    return TracedServer(_current().transport, target, dispatcher)


def get_notifier(
    service: str, host: str | None = None, publisher_id: str | None = None
) -> LegacyValidatingNotifier:
    """Return a sender of legacy notifications, by default as ``service.host``."""
    publisher_id = publisher_id or f"{service}.{host or CONF.host}"
    notifier = _current().legacy_notifier
    return LegacyValidatingNotifier(notifier.prepare(publisher_id=publisher_id))


def get_versioned_notifier(publisher_id: str) -> Any:
    """Return a sender of versioned notifications."""
    return _current().notifier.prepare(publisher_id=publisher_id)


def create_transport(url: str) -> Any:
    """Return the transport to a cell: the cloud's own, if it has the cell's URL."""
    own = _current().transport
    if own._driver._url == get_transport_url(url):
        return own
    made = messaging.get_rpc_transport(CONF, url, get_allowed_exmods())
    return TracedTransport(made._driver)


def get_tap(cloud: str | None = None) -> bus_tap.BusTap:
    """Return the tap on a cloud's bus, where messages are watched and held."""
    return bus_tap.tap_of(_bus_of(_cloud_name(cloud)).url)


def _connect(conf: Any, url: str | None) -> _CloudBus:
    exmods = get_allowed_exmods()
    driver = messaging.get_rpc_transport(conf, url, exmods)._driver
    own_url = conf.oslo_messaging_notifications.transport_url
    notifying = (
        messaging.get_notification_transport(conf, own_url, exmods)._driver
        if own_url
        else driver
    )
    transport = TracedNotificationTransport(notifying)
    legacy = None if conf.notification_format != "versioned" else "noop"
    versioned = None if conf.notification_format != "unversioned" else "noop"
    serializer = RequestContextSerializer(JsonPayloadSerializer())
    return _CloudBus(
        transport=TracedTransport(driver),
        notification_transport=transport,
        legacy_notifier=messaging.Notifier(
            transport, serializer=serializer, driver=legacy
        ),
        notifier=messaging.Notifier(
            transport,
            serializer=serializer,
            driver=versioned,
            topics=["versioned_notifications"],
        ),
    )


def _cloud_name(cloud: str | None) -> str:
    if cloud is not None:
        return cloud
    acting = identity.current()
    return acting.cloud if acting else _ANY_CLOUD


def _current() -> _CloudBus:
    return _bus_of(_cloud_name(None))


def _bus_of(name: str) -> _CloudBus:
    bus = _buses.get(name) or _buses.get(_ANY_CLOUD)
    if bus is None:
        raise BusNotInitialised(f"rpc.init() has not been called for cloud {name!r}")
    return bus
