"""Services of an older release: the newest RPC versions that their endpoints accept.

During a rolling upgrade old and new programs share a bus. An old service here is the
new program with an older number on its endpoint: oslo.messaging then refuses what is
newer, as it would refuse it there. What an older message says is understood by the new
program anyway, so nothing else need be old.
"""

from typing import Any, Final

import oslo_messaging as messaging

from tracenova.lab.errors import SettingsError
from tracenova.service import Service

_OWNERS: Final = {
    "scheduler": "nova-scheduler",
    "compute_task": "nova-conductor",
    "compute": "nova-compute",
}


def make_old(service: Service, versions: dict[str, str]) -> None:
    """Let the endpoints of a service that has not started accept no newer versions.

    Args:
        service: any service of the lab.
        versions: endpoint (``scheduler``, ``compute_task``, ``compute``) → version.

    Raises:
        SettingsError: the version is newer than what the program speaks.
    """
    for name, version in versions.items():
        if _OWNERS[name] == service.binary:
            endpoint = service.manager
            if name == "compute_task":
                endpoint = endpoint.compute_task_mgr
            _make_old(endpoint, name, version)


def _make_old(endpoint: Any, name: str, version: str) -> None:
    target = endpoint.target
    if _numbers(version) > _numbers(target.version):
        raise SettingsError(
            f"services.versions: {name} {version} is newer than {target.version}, "
            "the newest that there is"
        )
    endpoint.target = messaging.Target(namespace=target.namespace, version=version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
