"""Servers: what nova-api does with a request (api), what a hypervisor's host does (manager).

Nova: nova/compute/__init__.py
Left out: cells v1, so there is one kind of each API.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracenova.compute import aggregate_api, api, host_api, keypair_api


def API(*args: Any, **kwargs: Any) -> "api.API":  # noqa: N802 - Nova's name
    """Return the API of servers.

    Nova: nova/compute/__init__.py API
    """
    from tracenova.compute import api

    return api.API(*args, **kwargs)


def HostAPI(*args: Any, **kwargs: Any) -> "host_api.HostAPI":  # noqa: N802 - Nova's name
    """Return the API of hosts, services and compute nodes.

    Nova: nova/compute/__init__.py HostAPI
    """
    from tracenova.compute import host_api

    return host_api.HostAPI(*args, **kwargs)


def InstanceActionAPI(*args: Any, **kwargs: Any) -> "host_api.InstanceActionAPI":  # noqa: N802 - Nova's name
    """Return the API of what has been asked of a server.

    Nova: nova/compute/__init__.py InstanceActionAPI
    """
    from tracenova.compute import host_api

    return host_api.InstanceActionAPI(*args, **kwargs)


def AggregateAPI(*args: Any, **kwargs: Any) -> "aggregate_api.AggregateAPI":  # noqa: N802 - Nova's name
    """Return the API of host aggregates.

    Nova: nova/compute/api.py AggregateAPI
    """
    from tracenova.compute import aggregate_api

    return aggregate_api.AggregateAPI(*args, **kwargs)


def KeypairAPI(*args: Any, **kwargs: Any) -> "keypair_api.KeypairAPI":  # noqa: N802 - Nova's name
    """Return the API of key pairs.

    Nova: nova/compute/api.py KeypairAPI
    """
    from tracenova.compute import keypair_api

    return keypair_api.KeypairAPI(*args, **kwargs)
